import { CodeloopError } from '../../core/errors.js';
import { findProgram, runCommand } from '../../core/run-command.js';
import { parseListedWindows, runScript } from '../find-window.js';
import type { WindowSystem } from '../window-system.js';
import * as commands from './windows-commands.js';

/**
 * The windows of Windows: looked at by PowerShell and user32, photographed and recorded by gdigrab. Steps cannot be taken. Its command
 * lines are tested, the system itself has not been run.
 */
export function windowsSystem(): WindowSystem {
  const list = async () => parseListedWindows(await runScript(commands.listCommand()));
  return {
    id: 'windows',
    list,
    look: async (window) => (await list()).find(({ id }) => id === window.id),
    focused: async () => (await runScript(commands.focusedCommand())).trim(),
    raise: async (window) => void (await runScript(commands.raiseCommand(Number(window.id)))),
    refocus: async (id) => void (await runScript(commands.raiseCommand(Number(id)))),
    minimise: async (window) => void (await runScript(commands.minimiseCommand(Number(window.id)))),
    async still(window) {
      const { code, stdout } = await runCommand(encoder(), commands.stillCommandArgs(window.title), {
        timeoutMs: 15_000,
        maxBytes: 512 * 1024 * 1024,
      });
      if (code !== 0 || stdout.length === 0)
        throw new CodeloopError('WINDOW_NOT_FOUND', {
          window: JSON.stringify(window.title),
          reason: 'its pixels cannot be read',
        });
      const { decode } = await import('../../image/decode.js');
      return decode({ bytes: stdout, name: 'window' });
    },
    grab: (window, fps) => ({
      program: encoder(),
      args: commands.grabCommandArgs(window.title, fps),
      env: process.env,
    }),
  };
}

function encoder(): string {
  const program = findProgram('ffmpeg');
  if (program === undefined)
    throw new CodeloopError('PROGRAM_NOT_FOUND', {
      program: 'ffmpeg',
      purpose: 'recording a window',
      package: 'ffmpeg',
    });
  return program;
}
