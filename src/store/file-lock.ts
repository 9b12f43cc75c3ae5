import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type * as Locks from 'proper-lockfile';
import { CodeloopError, isErrno } from '../core/errors.js';
import { parseProcessStat } from '../core/machine-load.js';
import type { RunWriter } from '../core/vocabulary/run.js';
import { CACHE_DIR } from './paths.js';
import { ensureFolder } from './plain-file.js';

let library: typeof Locks | undefined;

/** The library, loaded for the first lock: whoever only reads takes none. */
function locks(): typeof Locks {
  library ??= createRequire(import.meta.url)('proper-lockfile') as typeof Locks; // what is required has no type
  return library;
}

/** An unknown writer counts as cut off when its run has been quiet for this long (ms). */
const QUIET_MS = 10 * 60_000;

/** This process as a writer of a run, under a new session id. */
export function thisWriter(tool: string, since: string): RunWriter {
  return { id: randomBytes(4).toString('hex'), pid: process.pid, started: processStarted(process.pid), tool, since };
}

/**
 * Returns true when a writer still works. On Linux a process differs from a later one with the same number by boot, process
 * namespace and start time; elsewhere by its number alone. A writer on another machine or in another container cannot be
 * looked at: it counts as alive until its run has been quiet for ten minutes.
 */
export function isAlive(writer: Pick<RunWriter, 'pid' | 'started'>, updatedAt: string, now: number): boolean {
  const space = namespaceOf(writer.started);
  if (space !== '' && space !== machineSpace()) return now - Date.parse(updatedAt) < QUIET_MS;
  if (!pidExists(writer.pid)) return false;
  return space === '' || processStarted(writer.pid) === writer.started;
}

/** Returns true when a process of this number runs on this machine. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return isErrno(error) && error.code === 'EPERM';
  }
}

/** `<boot>/<process namespace>/<start in clock ticks>` on Linux, empty elsewhere and for a process that is gone. */
function processStarted(pid: number): string {
  const space = machineSpace();
  if (space === '') return '';
  const stat = parseProcessStat(readText(`/proc/${pid}/stat`));
  return stat === undefined || stat.state === 'Z' ? `${space}/gone` : `${space}/${stat.startTicks}`;
}

function namespaceOf(started: string): string {
  return started.includes('/') ? started.slice(0, started.lastIndexOf('/')) : '';
}

let ownSpace: string | undefined;

function machineSpace(): string {
  if (ownSpace !== undefined) return ownSpace;
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim();
  try {
    ownSpace = boot === undefined ? '' : `${boot}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch (error) {
    if (!isErrno(error)) throw error;
    ownSpace = '';
  }
  return ownSpace;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Not Linux, or the process has just ended: both mean that there is nothing to read.
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** A lock that was not touched for so long (ms) belongs to a process that is gone. */
const PROJECT_STALE_MS = 20_000;
/** Interval at which a waiting process looks again, ms. */
const LOOK_MS = 200;

/**
 * Runs long `work` while no other process of this project does work of the same name: two builds at once would write into each
 * other's output. Unlike `withFileLock` it may take minutes. The lock lies in `place`, a folder of the project. Throws what `work` throws, the signal's reason while it waits.
 */
export async function withProjectLock<Result>(
  project: string,
  name: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
  place: string = CACHE_DIR,
): Promise<Result> {
  const folder = ensureFolder(project, place);
  for (;;) {
    signal.throwIfAborted();
    const release = await tryProjectLock(folder, name);
    if (release) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    await wait(LOOK_MS, undefined, { signal });
  }
}

async function tryProjectLock(folder: string, name: string): Promise<(() => Promise<void>) | undefined> {
  let lost = false;
  try {
    // Named after the work, not the folder: the library knows a lock by this path, and the folder may have locks of its own.
    const release = await locks().lock(join(folder, name), {
      realpath: false,
      stale: PROJECT_STALE_MS,
      // A machine that slept: another process may have begun. Stopping half way would help nobody.
      onCompromised: () => {
        lost = true;
      },
    });
    return async () => {
      if (!lost) await release();
    };
  } catch (error) {
    if (isErrno(error) && error.code === 'ELOCKED') return undefined;
    throw error;
  }
}

/** A lock older than this (ms) belongs to a process that was killed while it held it. */
const STALE_MS = 5000;
/** The functions of the file system that the lock needs; it copies them at every call, and all of `fs` costs 0.05 ms. */
const LOCK_FS = { mkdirSync, realpathSync, rmdirSync, statSync, utimesSync };

/**
 * Runs `work` while this process holds the lock `<folder>/.lock`; other processes wait. `work` is synchronous on purpose:
 * nothing else of this process can run inside, so a busy event loop can never hold the lock for longer than the few
 * milliseconds that the reading and writing take. Throws RUN_BUSY when the lock cannot be had in time (a lock that a
 * killed process left is taken over after five seconds), and whatever `work` throws.
 */
export async function withFileLock<Result>(
  folder: string,
  work: () => Result,
  options: { what: string; timeoutMs?: number },
): Promise<Result> {
  const deadline = performance.now() + (options.timeoutMs ?? 30_000);
  for (let attempt = 0; ; attempt += 1) {
    const release = tryLock(folder);
    if (release) {
      try {
        return work();
      } finally {
        release();
      }
    }
    if (performance.now() > deadline)
      throw new CodeloopError('RUN_BUSY', { run_id: options.what, owner: join(folder, '.lock') });
    // Jitter keeps several waiting processes from asking in step.
    await wait(Math.min(2 + attempt, 25) * (0.5 + Math.random()));
  }
}

function tryLock(folder: string): (() => void) | undefined {
  try {
    return locks().lockSync(folder, {
      lockfilePath: join(folder, '.lock'),
      realpath: false,
      fs: LOCK_FS,
      stale: STALE_MS,
      // Only a timer can report it, and no timer runs while the work does; the write itself checks that nobody came between.
      onCompromised: () => undefined,
    });
  } catch (error) {
    if (isErrno(error) && error.code === 'ELOCKED') {
      ageFutureLock(join(folder, '.lock'));
      return undefined;
    }
    throw error;
  }
}

/**
 * A lock from the future (the clock was set back, or its time was changed) would never grow old. It gets the time of
 * now and is taken over in five seconds, if nobody holds it.
 */
function ageFutureLock(lock: string): void {
  try {
    const now = Date.now();
    if (lstatSync(lock).mtimeMs > now + STALE_MS) utimesSync(lock, now / 1000, now / 1000);
  } catch (error) {
    // Released meanwhile, which is as well; where it may not be touched, the caller's deadline ends the wait.
    if (!isErrno(error)) throw error;
  }
}
