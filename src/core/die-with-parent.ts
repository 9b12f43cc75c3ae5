import { spawnSync } from 'node:child_process';
import { findProgram } from './find-program.js';

/** The signal a program gets when the process that started it is gone, however it ended. */
export type DeathSignal = 'TERM' | 'KILL';

let launcher: { file: string | undefined } | undefined;

/**
 * The same command, wrapped so that the kernel ends it when this process dies, even by SIGKILL. Linux only (`setpriv --pdeathsig` of
 * util-linux 2.33, prctl(2) PR_SET_PDEATHSIG); elsewhere, and without that program, the command as it is. The program it starts gets
 * the signal, not what that program starts in turn.
 */
export function dieWithParent(
  command: string,
  args: readonly string[],
  signal: DeathSignal,
): { command: string; args: string[] } {
  launcher ??= { file: findLauncher() };
  return launcher.file === undefined
    ? { command, args: [...args] }
    : { command: launcher.file, args: ['--pdeathsig', signal, '--', command, ...args] };
}

function findLauncher(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const file = findProgram('setpriv');
  if (file === undefined) return undefined;
  // The setpriv of busybox has no such option.
  const { stdout } = spawnSync(file, ['--help'], { encoding: 'utf8', timeout: 5000 });
  return stdout?.includes('--pdeathsig') ? file : undefined;
}
