import { systemClock } from '../core/clock.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import type { Status } from '../core/vocabulary/gate.js';
import type { RunFile } from '../core/vocabulary/run.js';
import { Ledger } from '../store/ledger.js';
import { manifestStanding } from '../store/manifest-file.js';
import { runStanding } from '../store/run-integrity.js';
import { runState, runsNewestFirst } from '../store/run-list.js';
import { readVerdicts } from '../store/verdict-files.js';
import { whichRun } from '../store/which-run.js';
import { verdictStatus } from './judge/verdict-status.js';

interface HistoryFilter {
  limit: number;
  tool?: string | undefined;
  status?: string | undefined;
  /** ISO time. */
  since?: string | undefined;
}

/** One run in a list. */
interface RunSummary {
  run_id: string;
  started_at: string;
  tools: string[];
  /** Its newest verdict, or `not_judged`, or `broken`. */
  status: Status | 'not_judged' | 'broken';
  state: string;
  commit_sha?: string;
  branch?: string;
  artifact_paths: string[];
  /** Why it is incomplete or broken. */
  note?: string;
}

const PATHS_SHOWN = 5;

/** Runs, newest first. A run that cannot be read is listed as broken with the reason. */
export async function runHistory(projectDir: string, filter: HistoryFilter): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  const ledger = new Ledger(projectDir);
  for (const found of runsNewestFirst(projectDir)) {
    if (runs.length >= filter.limit) break;
    if ('broken' in found) {
      if (filter.status === undefined || filter.status === 'broken')
        runs.push({
          run_id: found.runId,
          started_at: '',
          tools: [],
          status: 'broken',
          state: 'broken',
          artifact_paths: [],
          note: found.broken,
        });
      continue;
    }
    const { manifest } = found.read;
    if (filter.since !== undefined && Date.parse(manifest.started_at) < Date.parse(filter.since)) break;
    if (filter.tool !== undefined && !manifest.tools.includes(filter.tool)) continue;
    const standing = manifestStanding(ledger, found.read);
    const { status, note } =
      standing.state === 'differs'
        ? ({ status: 'broken', note: `tampered: ${standing.reason}` } as const)
        : verdictOf(projectDir, found.runId);
    if (filter.status !== undefined && filter.status !== status) continue;
    const state = runState(manifest, systemClock.now());
    const why = note ?? state.reason;
    runs.push({
      run_id: found.runId,
      started_at: manifest.started_at,
      tools: manifest.tools,
      status,
      state: state.state,
      ...(manifest.code_state.commit === undefined ? {} : { commit_sha: manifest.code_state.commit }),
      ...(manifest.code_state.branch === undefined ? {} : { branch: manifest.code_state.branch }),
      artifact_paths: manifest.entries
        .filter((entry) => ['report', 'summary', 'checks', 'video'].includes(entry.kind))
        .map((entry) => entry.path)
        .slice(-PATHS_SHOWN),
      ...(why === undefined ? {} : { note: why }),
    });
  }
  return runs;
}

function verdictOf(projectDir: string, runId: string): Pick<RunSummary, 'status' | 'note'> {
  try {
    const newest = readVerdicts(projectDir, runId).at(-1);
    return { status: newest ? verdictStatus(newest.verdict.verdict) : 'not_judged' };
  } catch (error) {
    return { status: 'broken', note: toCodeloopError(error).message };
  }
}

const MIMES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
  log: 'text/plain',
  json: 'application/json',
  jsonl: 'application/jsonl',
  xml: 'application/xml',
  webm: 'video/webm',
  mp4: 'video/mp4',
  gz: 'application/gzip',
};
/** Kinds of which a run has thousands, or that only codeloop reads; a path names them all the same. */
const UNLISTED: ReadonlySet<string> = new Set(['frame', 'dom', 'accessibility', 'layout', 'tile']);

/**
 * The files of a run (default: the newest), newest first; `path` below its folder: that one alone, of whatever kind. Throws RUN_NOT_FOUND,
 * EVIDENCE_TAMPERED (manifest and ledger do not agree; whoever reads a file compares it with its digest).
 */
export async function runFiles(
  projectDir: string,
  runId: string | undefined,
  path: string | undefined,
): Promise<{ runId: string; files: RunFile[] }> {
  const run = await whichRun(projectDir, { rule: 'newest', tool: 'codeloop_run_files', runId });
  const standing = runStanding(run);
  if (standing.state === 'differs')
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: standing.reason });
  const wanted = path === undefined ? undefined : `${run.dir}/${path}`;
  const files = run.manifest.entries
    .filter((entry) => (wanted === undefined ? !UNLISTED.has(entry.kind) : entry.path === wanted))
    .map(({ path: file, sha256, bytes, kind }) => ({
      ...{ path: file, sha256, bytes, kind },
      mime: MIMES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream',
    }))
    .reverse();
  return { runId: run.id, files };
}
