import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import { type ManifestRead, readManifest } from './manifest-read.js';
import { RUNS_DIR } from './paths.js';
import { isRealFolder } from './safe-folder.js';

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
