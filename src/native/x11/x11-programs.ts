import { CodeloopError } from '../../core/errors.js';
import { type CommandResult, findProgram, runCommand } from '../../core/run-command.js';

/** A display and the cookie file that opens it. */
export interface X11Display {
  /** `:99` */
  name: string;
  /** Path of an Xauthority file; without it the environment's. */
  authority?: string;
}

/** Debian's packages of the programs used; other systems call them much the same. */
const PACKAGES: Readonly<Record<string, string>> = {
  Xvfb: 'xvfb',
  openbox: 'openbox',
  xcompmgr: 'xcompmgr',
  xdotool: 'xdotool',
  xkbcomp: 'x11-xkb-utils',
  xprop: 'x11-utils',
  xwininfo: 'x11-utils',
  xwd: 'x11-apps',
  ffmpeg: 'ffmpeg',
};

/** The environment in which programs use a display; texts come as UTF-8. */
export function displayEnv(display: X11Display): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    DISPLAY: display.name,
    ...(display.authority === undefined ? {} : { XAUTHORITY: display.authority }),
  };
}

/** The path of a program. Throws PROGRAM_NOT_FOUND. */
export function requireProgram(program: string, purpose: string): string {
  const file = findProgram(program);
  if (file === undefined)
    throw new CodeloopError('PROGRAM_NOT_FOUND', { program, purpose, package: PACKAGES[program] ?? program });
  return file;
}

/** Runs one of the X programs on a display. Throws PROGRAM_NOT_FOUND, DISPLAY_NOT_FOUND, DEADLINE_EXCEEDED; a non-zero exit is a result. */
export async function runOnDisplay(
  display: X11Display,
  program: string,
  args: readonly string[],
  options: { timeoutMs?: number; maxBytes?: number; input?: string } = {},
): Promise<CommandResult> {
  const file = requireProgram(program, 'looking at windows');
  const result = await runCommand(file, args, { timeoutMs: 5000, ...options, env: displayEnv(display) });
  const said = result.code === 0 ? '' : result.stderr.toString('utf8');
  if (/(?:unable to open|Can't open|Failed creating new xdo|cannot open) display/i.test(said))
    throw new CodeloopError('DISPLAY_NOT_FOUND', { reason: `${display.name} does not answer` });
  return result;
}
