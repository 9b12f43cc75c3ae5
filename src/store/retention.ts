import { type Dirent, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Config } from '../config/schema.js';
import { type Clock, systemClock } from '../core/clock.js';
import { isErrno, toCodeloopError } from '../core/errors.js';
import { pidExists, withFileLock } from './file-lock.js';
import { Ledger } from './ledger.js';
import { RUNS_DIR, runDir } from './paths.js';
import { ensureFolder, realProject, temporaryOwner } from './plain-file.js';
import { readRun, runState, runsNewestFirst } from './run-list.js';

/** Paths (relative to the project, sorted) of everything in a run's folder that is no folder; links are not followed. */
export function filesOnDisk(project: string, runId: string): string[] {
  const root = join(project, runDir(runId));
  return list(root)
    .map((entry) => relative(project, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Removes half-written files whose process is gone; answers their paths relative to the project. */
export function removeLeftovers(project: string, runId: string): string[] {
  return filesOnDisk(project, runId).filter((path) => {
    const owner = temporaryOwner(path.slice(path.lastIndexOf('/') + 1));
    if (owner === undefined || pidExists(owner)) return false;
    rmSync(join(project, path), { force: true });
    return true;
  });
}

/** Bytes that a run's folder takes on disk. */
export function runBytes(project: string, runId: string): number {
  return filesOnDisk(project, runId).reduce(
    (sum, path) => sum + (lstatSync(join(project, path), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function list(root: string): Dirent[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  } catch (error) {
    // The run was removed meanwhile: nothing is left.
    if (isErrno(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

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
