import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import type { RunManifest, RunWriter } from '../core/vocabulary/run.js';
import { isAlive } from './file-lock.js';
import type { LastGreen, Ledger } from './ledger.js';
import { type ManifestRead, readManifest } from './manifest-file.js';
import { RUNS_DIR } from './paths.js';
import { isRealFolder } from './plain-file.js';

/** The newest green verdict of the branch; of any branch, where this one has none. */
export function lastGreen(ledger: Ledger, branch: string | undefined): LastGreen | undefined {
  const greens = ledger.greens();
  return greens[branch ?? ''] ?? Object.values(greens).sort((a, b) => (a.at < b.at ? 1 : -1))[0];
}

/** The true state of a run: `writing` while a live process has not signed off, `incomplete` when one died on it. */
export interface RunState {
  state: 'writing' | RunManifest['state'];
  reason?: string;
}

/** Writers of a run that are gone without having signed off. `now`: ms since the epoch. */
export function deadWriters(manifest: Pick<RunManifest, 'writers' | 'updated_at'>, now: number): RunWriter[] {
  return manifest.writers.filter((writer) => !isAlive(writer, manifest.updated_at, now));
}

/** Why a run with such writers is incomplete. */
export function cutOffReason(dead: readonly RunWriter[]): string {
  return dead
    .map((writer) => `${writer.tool} (process ${writer.pid}, since ${writer.since}) ended without finishing`)
    .join('; ');
}

/** The state of a manifest as it would be written down now. `now`: ms since the epoch. */
export function runState(
  manifest: Pick<RunManifest, 'writers' | 'updated_at' | 'state' | 'state_reason'>,
  now: number,
): RunState {
  const dead = deadWriters(manifest, now);
  if (dead.length > 0) return { state: 'incomplete', reason: cutOffReason(dead) };
  if (manifest.writers.length > 0) return { state: 'writing' };
  return manifest.state_reason === undefined
    ? { state: manifest.state }
    : { state: manifest.state, reason: manifest.state_reason };
}

/** A run as it lies there: readable, or broken and why. */
type RunOnDisk = { runId: string; read: ManifestRead } | { runId: string; broken: string };

/** Ids of all run folders, newest first by the time in their ids; links and foreign names are left out. No file is read. */
export function listRunIds(project: string): string[] {
  if (!isRealFolder(project, RUNS_DIR)) return [];
  return readdirSync(join(project, RUNS_DIR), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && ID_PATTERN.test(entry.name))
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? 1 : -1));
}

/**
 * Runs, newest first, each read when it is asked for. Ids tell seconds; runs of one second are ordered by `started_at`.
 * A run that cannot be read is given as broken, never thrown.
 */
export function* runsNewestFirst(project: string): Generator<RunOnDisk> {
  const ids = listRunIds(project);
  for (let start = 0; start < ids.length; ) {
    const second = secondOf(ids[start] ?? '');
    let end = start + 1;
    while (end < ids.length && secondOf(ids[end] ?? '') === second) end += 1;
    const group = ids.slice(start, end).flatMap((id) => readRun(project, id) ?? []);
    yield* end - start === 1 ? group : group.sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
    start = end;
  }
}

/** One run; `undefined` for a folder without `run.json`. */
export function readRun(project: string, runId: string): RunOnDisk | undefined {
  try {
    const read = readManifest(project, runId);
    return read && { runId, read };
  } catch (error) {
    if (error instanceof CodeloopError) {
      const reason = error.values.reason;
      return { runId, broken: typeof reason === 'string' ? reason : error.message };
    }
    // The folder went away or cannot be entered: one bad run must not hide the others.
    if (isErrno(error)) return { runId, broken: error.code ?? error.message };
    throw error;
  }
}

/** `run-20261121-234000` of an id made by `newId`; the whole name for any other. */
function secondOf(id: string): string {
  return /^.+-\d{8}-\d{6}(?=-)/.exec(id)?.[0] ?? id;
}

function startOf(run: RunOnDisk): string {
  return 'read' in run ? run.read.manifest.started_at : '';
}
