import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { findProgram } from '../core/find-program.js';
import { runCommand } from '../core/run-command.js';
import type { DesktopWindow } from './window-system.js';

/** A program and its arguments. */
export interface CommandLine {
  program: string;
  args: string[];
}

const ListedWindow = z.object({
  id: z.string(),
  title: z.string(),
  className: z.string(),
  pid: z.number().int().positive(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  minimised: z.boolean(),
});

/** Windows from a script's JSON lines; lines that are none are left out. */
export function parseListedWindows(text: string): DesktopWindow[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.trim().startsWith('{')) return [];
    const parsed = ListedWindow.safeParse(fromJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** Runs a script of the system and returns its output. Throws DISPLAY_NOT_FOUND when it may not look, PROGRAM_NOT_FOUND, DEADLINE_EXCEEDED. */
export async function runScript(command: CommandLine): Promise<string> {
  const program = findProgram(command.program);
  if (program === undefined)
    throw new CodeloopError('PROGRAM_NOT_FOUND', {
      program: command.program,
      purpose: 'looking at windows',
      package: command.program,
    });
  const { code, stdout, stderr } = await runCommand(program, command.args, { timeoutMs: 15_000 });
  if (code !== 0)
    throw new CodeloopError('DISPLAY_NOT_FOUND', {
      reason: `the system refused: ${stderr.toString('utf8').trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`,
    });
  return stdout.toString('utf8');
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // No window; a warning that the script printed among them.
  }
}
