import { readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import { type Clock, systemClock } from '../core/clock.js';
import { toCodeloopError } from '../core/errors.js';
import { withFileLock } from './file-lock.js';
import { Ledger } from './ledger.js';
import { runBytes } from './leftovers.js';
import { RUNS_DIR, runDir } from './paths.js';
import { readRun, runsNewestFirst } from './run-list.js';
import { runState } from './run-state.js';
import { ensureFolder, realProject } from './safe-folder.js';

/** A run that was removed, and why. */
interface RemovedRun {
  run_id: string;
  bytes: number;
  reason: string;
}

/** Result of retention. `over` names the limit that could not be kept, because the rest may not be removed. */
interface RetentionReport {
  removed: RemovedRun[];
  runs_left: number;
  bytes_left: number;
  over?: string;
}

/** Prefix of a run's folder while it is removed: from that moment on it is no run. */
const REMOVING = '.removing-';

/**
 * Removes the oldest runs until the project keeps at most `runs` runs and `megabytes` (10^6 bytes) of them. Never removed: the
 * newest run, one that is being written, and those that hold the last green verdict of a branch. The ledger forgets what is
 * removed here, so that it is not missed. Throws DISK_FULL, RUN_BUSY, and what the disk says.
 */
export async function applyRetention(
  projectDir: string,
  limits: Config['retention'],
  options: { clock?: Clock; stateDir?: string } = {},
): Promise<RetentionReport> {
  const project = realProject(projectDir);
  const runsFolder = ensureFolder(project, RUNS_DIR);
  const ledger = new Ledger(project, options.stateDir);
  const now = (options.clock ?? systemClock).now();
  const kept = [...runsNewestFirst(project)].map((run) => ({ runId: run.runId, bytes: runBytes(project, run.runId) }));
  const green = ledger.greenRuns();
  const candidates = kept
    .slice(1)
    .filter(({ runId }) => !green.has(runId))
    .reverse();

  const removed: RemovedRun[] = [];
  let count = kept.length;
  let bytes = kept.reduce((sum, run) => sum + run.bytes, 0);
  const exceeded = (): string | undefined => {
    if (count > limits.runs) return `more than ${limits.runs} runs`;
    return bytes > limits.megabytes * 1e6 ? `more than ${limits.megabytes} megabytes of runs` : undefined;
  };
  for (const run of candidates) {
    const reason = exceeded();
    if (reason === undefined) break;
    const gone = await withFileLock(runsFolder, () => takeAway(project, run.runId, ledger, now), { what: run.runId });
    if (!gone) continue;
    removed.push({ run_id: run.runId, bytes: run.bytes, reason });
    count -= 1;
    bytes -= run.bytes;
  }
  await sweep(runsFolder);
  const over = exceeded();
  return { removed, runs_left: count, bytes_left: bytes, ...(over === undefined ? {} : { over }) };
}

/** Turns a run into no run, unless a process writes it; returns false then. */
function takeAway(project: string, runId: string, ledger: Ledger, now: number): boolean {
  const found = readRun(project, runId);
  if (!found) return false;
  if ('read' in found && runState(found.read.manifest, now).state === 'writing') return false;
  renameSync(join(project, runDir(runId)), join(project, RUNS_DIR, `${REMOVING}${runId}`));
  ledger.removeRun(runId);
  return true;
}

/** Deletes what was taken away, now or by a process that was cut off. */
async function sweep(runsFolder: string): Promise<void> {
  for (const name of readdirSync(runsFolder)) {
    if (!name.startsWith(REMOVING)) continue;
    try {
      await rm(join(runsFolder, name), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      throw toCodeloopError(error);
    }
  }
}
