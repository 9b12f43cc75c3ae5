import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodeloopError } from '../../core/errors.js';
import { findProgram } from '../../core/run-command.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import { parseListedWindows, runScript } from '../find-window.js';
import type { DesktopWindow, WindowSystem } from '../window-system.js';
import * as commands from './macos-commands.js';

/** Pixels per point of the screens that Apple has built in for years; avfoundation crops in pixels. */
const SCREEN_SCALE = 2;

/**
 * The windows of macOS: looked at by System Events, photographed by screencapture, recorded by avfoundation. The window is raised first,
 * because the screen is what is captured. Steps cannot be taken. Its command lines are tested, the system itself has not been run.
 */
export function macosSystem(): WindowSystem {
  const list = async () => parseListedWindows(await runScript(commands.listCommand()));
  const at = (id: string) => {
    const [pid = 0, index = 0] = id.split(':').map(Number);
    return [pid, index] as const;
  };
  const byId = async (id: string) => (await list()).find((window) => window.id === id);
  return {
    id: 'macos',
    list,
    look: (window) => byId(window.id),
    focused: async () => `${(await runScript(commands.focusedCommand())).trim()}:0`,
    raise: async (window) => void (await runScript(commands.raiseCommand(...at(window.id)))),
    refocus: async (id) => void (await runScript(commands.raiseCommand(...at(id)))),
    minimise: async (window) => void (await runScript(commands.minimiseCommand(...at(window.id)))),
    async still(window: DesktopWindow) {
      const folder = await makeTempFolder('codeloop-still-');
      try {
        const file = join(folder, 'window.png');
        await runScript(commands.stillCommand(window, file));
        const { decode } = await import('../../image/decode.js');
        return await decode({ bytes: await readFile(file), name: 'window' });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    grab(window, fps) {
      const program = findProgram('ffmpeg');
      if (program === undefined)
        throw new CodeloopError('PROGRAM_NOT_FOUND', {
          program: 'ffmpeg',
          purpose: 'recording a window',
          package: 'ffmpeg',
        });
      return { program, args: commands.grabCommandArgs(window, fps, SCREEN_SCALE), env: process.env };
    },
  };
}
