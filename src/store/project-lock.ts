import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { isErrno } from '../core/errors.js';
import { CACHE_DIR } from './layout.js';
import { ensureFolder } from './safe-folder.js';

/** A lock that was not touched for so long (ms) belongs to a process that is gone. */
const STALE_MS = 20_000;
/** How often a waiting process looks again (ms). */
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
    const release = await tryLock(folder, name);
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

async function tryLock(folder: string, name: string): Promise<(() => Promise<void>) | undefined> {
  let lost = false;
  try {
    // Named after the work, not the folder: the library knows a lock by this path, and the folder may have locks of its own.
    const release = await lock(join(folder, name), {
      realpath: false,
      stale: STALE_MS,
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
