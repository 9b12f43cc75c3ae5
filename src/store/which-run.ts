import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CodeloopError } from '../core/errors.js';
import type { CodeState } from '../core/vocabulary/run.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import { withProjectLock } from './file-lock.js';
import { Ledger } from './ledger.js';
import { manifestFile, RUNS_DIR, runDir } from './paths.js';
import { isRealFolder, realProject } from './plain-file.js';
import { Run, type RunOptions } from './run.js';
import { inspectRun, runStanding } from './run-integrity.js';
import { listRunIds, runsNewestFirst } from './run-list.js';

/**
 * The rules for a call that names no run (`docs/runs.md` has the table). `present`: the newest of the code as it is now.
 * `present_or_newest`: that one, else the newest of any code. `newest`: the newest of any code, in whatever state it is. `proven`: as
 * `present`, and every file is as it was written and the ledger agrees. `writable`: the open run of the code as it is now, else a new
 * one, signed on; the caller must `end` it.
 */
export const RUN_RULES = ['present', 'present_or_newest', 'newest', 'proven', 'writable'] as const;
type RunRule = (typeof RUN_RULES)[number];

interface Asked extends RunOptions {
  /** The run that the call names. It is the one meant, whatever the rule; `proven` asks of it what it asks of any. */
  runId?: string | undefined;
}

/** The code and writer of new evidence. */
interface Writable extends RunOptions {
  current: CodeState;
  environment?: Environment | undefined;
}

/** A call's question for its run. `current`: the code as it is now, of which `newest` asks nothing. */
export type RunQuestion =
  | (Asked & { rule: 'newest' })
  | (Asked & { rule: Exclude<RunRule, 'newest' | 'writable'>; current: CodeState })
  | (Asked & Writable & { rule: 'writable' });

/**
 * The run that a call means. Throws RUN_NOT_FOUND (the named one is not there, or there is none), EVIDENCE_STALE (there are runs, none of
 * this code; for `proven` also a named one of other code), EVIDENCE_TAMPERED (all rules but `newest`, which only needs a readable
 * manifest; for `proven` also when no ledger vouches for it). `writable` also throws PROJECT_NOT_FOUND, PATH_OUTSIDE_ROOTS, DISK_FULL, RUN_BUSY.
 */
export async function whichRun(projectDir: string, question: RunQuestion): Promise<Run> {
  switch (question.rule) {
    case 'newest':
      return openNamed(projectDir, question.runId ?? newestId(projectDir), question);
    case 'present':
    case 'present_or_newest':
      return presentRun(projectDir, question);
    case 'proven': {
      const run = await presentRun(projectDir, question);
      await requireProven(run, question.current);
      return run;
    }
    case 'writable': {
      if (question.runId === undefined) return openOrCreate(projectDir, question);
      const run = await presentRun(projectDir, question);
      await run.begin();
      return run;
    }
  }
}

/** The run that is named; else the newest of the present code; else, where the rule has it, the newest of any. */
async function presentRun(projectDir: string, question: Exclude<RunQuestion, { rule: 'newest' }>): Promise<Run> {
  const { rule, runId, current } = question;
  if (runId !== undefined) return requireIntact({ runId, run: await openNamed(projectDir, runId, question) });
  const found = await findRun(projectDir, current, question);
  const newest = found ? undefined : newestId(projectDir);
  if (newest === undefined) return requireIntact(found);
  if (rule === 'present_or_newest')
    return requireIntact({ runId: newest, run: await openNamed(projectDir, newest, question) });
  throw new CodeloopError('EVIDENCE_STALE', { run_id: newest, reason: 'no run was made from the code as it is now' });
}

function newestId(projectDir: string): string | undefined {
  for (const { runId } of runsNewestFirst(projectDir)) return runId;
  return undefined;
}

async function openNamed(projectDir: string, runId: string | undefined, options: RunOptions): Promise<Run> {
  if (runId === undefined || !listRunIds(projectDir).includes(runId))
    throw new CodeloopError('RUN_NOT_FOUND', { run: runId ?? 'yet' });
  return Run.open(projectDir, runId, options);
}

/** Accepts a run that was made from the present code. */
async function requireProven(run: Run, current: CodeState): Promise<void> {
  if (!sameCodeState(run.manifest.code_state, current))
    throw new CodeloopError('EVIDENCE_STALE', { run_id: run.id, reason: 'the code has changed since' });
  const { changed, ledger } = await inspectRun(run);
  const [first] = changed;
  if (first) throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: `${first.path} ${first.problem}` });
  if (ledger.state !== 'agrees')
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: ledger.reason });
}

/** The newest run of a code state: one that can be read, or what is wrong with it. */
type FoundRun = { runId: string; run: Run } | { runId: string; broken: string };

/**
 * True when evidence of the one is evidence of the other: same content, taken the same way, same served build, and the same of what
 * lies beyond the tree, but for what moves by itself. Bars that lie outside the tree (baselines) may differ: the pictures stay true, and
 * each verdict carries the bars it was judged by.
 */
export function sameCodeState(a: CodeState, b: CodeState): boolean {
  if (a.tree !== b.tree || a.method !== b.method || a.build_output !== b.build_output) return false;
  const [here, there] = [a.beyond, b.beyond];
  // A run of a version that did not look.
  if (!here || !there) return true;
  const moving = new Set([...(a.moving ?? []), ...(b.moving ?? [])]);
  return Object.keys({ ...here, ...there }).every((path) => moving.has(path) || here[path] === there[path]);
}

/**
 * The newest run of this code state, intact or not. A run of it that the ledger knows and that is newer but gone, and a newer
 * one that is too broken to say what it was made from, are found too, as broken: no older run stands in for them.
 */
async function findRun(projectDir: string, codeState: CodeState, options: RunOptions): Promise<FoundRun | undefined> {
  const project = realProject(projectDir);
  const ledger = new Ledger(project, options.stateDir);
  const gone = newestGone(project, ledger, codeState.tree);
  for (const found of runsNewestFirst(project)) {
    if ('broken' in found) {
      const look = ledger.readRun(found.runId);
      if ('value' in look && look.value.tree !== codeState.tree) continue;
      return found;
    }
    const { manifest } = found.read;
    if (gone && gone.startedAt > manifest.started_at) break;
    if (!sameCodeState(manifest.code_state, codeState)) continue;
    return { runId: found.runId, run: await Run.open(project, found.runId, options) };
  }
  return gone && { runId: gone.runId, broken: 'its files are gone, and codeloop did not remove them' };
}

/**
 * The run, or EVIDENCE_TAMPERED when its manifest or verdicts are not as they were written; RUN_NOT_FOUND when there is none.
 * Hashes no artefacts: `inspectRun` does.
 */
function requireIntact(found: FoundRun | undefined): Run {
  if (!found) throw new CodeloopError('RUN_NOT_FOUND', { run: 'of the present code state' });
  if ('broken' in found) throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: found.runId, reason: found.broken });
  const standing = runStanding(found.run);
  if (standing.state === 'differs')
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: found.runId, reason: standing.reason });
  return found.run;
}

/**
 * The run that new evidence of this code state goes into, signed on: the newest one of the state when it is open (or was cut
 * off), untouched and of the same environment; else a new one, and runs of other states are closed. Processes that ask at once get the
 * same one.
 */
async function openOrCreate(projectDir: string, options: Writable): Promise<Run> {
  const project = realProject(projectDir);
  const open = await joinOpen(project, options);
  if (open) return open;
  // Whoever had to wait here finds the run that the one before has made.
  return withProjectLock(
    project,
    'open',
    new AbortController().signal,
    async () => {
      const made = await joinOpen(project, options);
      if (made) return made;
      await closeOthers(project, options);
      const { current: codeState, environment, ...rest } = options;
      return Run.create(project, { ...rest, codeState, ...(environment ? { environment } : {}) });
    },
    RUNS_DIR,
  );
}

async function joinOpen(project: string, options: Writable): Promise<Run | undefined> {
  const found = await findRun(project, options.current, options);
  if (!found || !('run' in found) || !joinable(found.run, options.environment)) return undefined;
  await found.run.begin();
  return found.run;
}

function joinable(run: Run, environment: Environment | undefined): boolean {
  const { manifest } = run;
  if (run.state().state === 'closed' || manifest.state === 'closed') return false;
  if (environment && manifest.environment && environment.id !== manifest.environment.id) return false;
  // What another ledger attests is not ours to add to.
  if (manifest.ledger !== (run.ledger.writable ? run.ledger.name : undefined)) return false;
  return runStanding(run).state !== 'differs';
}

/** Closes every open run: the one of the present state, if any, was found not fit to be joined. */
async function closeOthers(project: string, options: Writable): Promise<void> {
  for (const found of runsNewestFirst(project)) {
    if (!('read' in found) || found.read.manifest.state !== 'open') continue;
    const same = sameCodeState(found.read.manifest.code_state, options.current);
    try {
      const run = await Run.open(project, found.runId, options);
      await run.close(same ? 'a new run of the same code state took its place' : 'the code changed');
    } catch (error) {
      // A run that was tampered with, or that another user's ledger keeps, stays as it is.
      if (!(error instanceof CodeloopError)) throw error;
    }
  }
}

/** The newest run of this tree that the ledger has a record of and the disk has not. */
function newestGone(project: string, ledger: Ledger, tree: string): { runId: string; startedAt: string } | undefined {
  return ledger
    .runIds()
    .filter((id) => !isRealFolder(project, runDir(id)) || !existsSync(join(project, manifestFile(id))))
    .flatMap((id) => {
      const look = ledger.readRun(id);
      // A first manifest that never reached the disk (`was` is null) is a start that was cut off, not a loss.
      if (!('value' in look) || look.value.tree !== tree || (look.value.was === null && !look.value.sealed)) return [];
      return [{ runId: id, startedAt: look.value.started_at }];
    })
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0];
}
