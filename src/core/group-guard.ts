import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Waits on its standard input: a line says that all is well; its end means that whoever held the other end is gone, and the group
 * named by the first argument is ended, by force after two seconds.
 */
const GUARD = 'read -r done || { kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"; }';

/** Sees to it that a process group does not outlive this process. */
export interface GroupGuard {
  /** The group has ended, or is somebody else's business now. */
  dismiss(): void;
}

/**
 * Ends a process group (its leader's pid) when this process is gone, even by SIGKILL or for want of memory: a shell of a few hundred
 * kilobytes holds the other end of a pipe that the kernel closes with us. Unlike `dieWithParent` it reaches what the leader starts
 * in turn (`npm run dev` starts a shell that starts node). POSIX only; without `/bin/sh` there is no guard.
 */
export function guardGroup(group: number): GroupGuard {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  // Its own group: an interruption typed in the terminal, or the end of the guarded group, must not take it along.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'codeloop-guard', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined); // no shell here: the orderly ways of ending still hold
  const pipe = guard.stdin;
  pipe.on('error', () => undefined); // it has ended: there is nothing to guard any more
  guard.unref();
  if (pipe instanceof Socket) pipe.unref();
  return { dismiss: () => void pipe.end('done\n') };
}
