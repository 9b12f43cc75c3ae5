import { z } from 'zod';
import { type Clock, systemClock } from '../core/clock.js';
import { canonicalJson } from '../core/digest.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { CodeState } from '../core/vocabulary/run.js';
import { snapshotFiles, watchCode } from '../project/code-state/code-state.js';
import { runGit } from '../project/code-state/git-command.js';
import { findProject } from '../project/locate.js';
import type { Project } from '../project/project.js';
import { Ledger } from '../store/ledger.js';
import type { Run } from '../store/run.js';
import { sameCodeState, whichRun } from '../store/which-run.js';
import { suggestion, verdictLine } from '../verify/judge/verdict-status.js';

/** Stops of one session that are held back; Claude Code lets go after 8 by itself, and so does the gate before that. */
const MOST_HELD = 6;
/** Stops held on one state of the code: whoever did nothing after being told twice will do nothing. */
const MOST_HELD_AT_REST = 2;
/** Two hooks of one stop (of the project and of a plugin, say) come within this, ms; a stop of its own after it. */
const ONE_STOP_MS = 2000;

/** What the newest verdict says of the code as it is now. */
type Judged = { passed: true } | { passed: false; line: string; advice: string } | undefined;

/** The facts that an agent's wish to stop is judged by. */
export interface StopFacts {
  /** The verdict on exactly this code and these bars. */
  judged: Judged;
  /** The code is that of the last green verdict of the branch, whose run may be gone. */
  wasGreen: boolean;
  /** Nothing is changed since the checked-out commit, and that commit did not come about here. */
  untouched: boolean;
  /** Files that changed since the newest verdict, where there is one; and whether that one passed. */
  since?: { files: readonly string[]; passed: boolean } | undefined;
  /** Stops of this session that were held so far, and those of them on this very code. */
  held: { all: number; here: number };
}

/** `silent`: it may stop; `hold`: it may not, and why; `let_go`: it may not, and is let go for having been held too often. */
export type StopAnswer = { answer: 'silent' } | { answer: 'hold' | 'let_go'; reason: string };

/** Files that no page shows: about the project, for editors, agents and CI, tests. */
const NEVER_SHOWN =
  /(?:^|\/)(?:README|CHANGELOG|CONTRIBUTING|AGENTS|CLAUDE|GEMINI|LICEN[CS]E|NOTICE)(?:\.\w+)?$|^(?:docs|\.github|\.gitlab|\.vscode|\.cursor|\.claude|\.codex|\.gemini|\.windsurf|\.husky)\/|^\.(?:git\w+|editorconfig|mcp\.json)$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)__(?:tests|snapshots)__\//i;

/** Judges whether an agent may stop. Pure. */
export function mayStop({ judged, wasGreen, untouched, since, held }: StopFacts): StopAnswer {
  if (judged?.passed || (judged === undefined && (wasGreen || untouched))) return { answer: 'silent' };
  if (!judged && since?.passed && since.files.every((file) => NEVER_SHOWN.test(file))) return { answer: 'silent' };
  const reason = judged
    ? `codeloop: not done. ${judged.line} Next: ${judged.advice} Then call codeloop_verify.`
    : `codeloop: not done. ${unjudged(since?.files)} Next: call codeloop_verify (or run npx codeloop verify) and fix what it finds.`;
  if (held.all < MOST_HELD && held.here < MOST_HELD_AT_REST) return { answer: 'hold', reason };
  return {
    answer: 'let_go',
    reason: `codeloop lets go after ${held.all} stop(s) held back. This is NOT verified. ${reason}`,
  };
}

function unjudged(files: readonly string[] | undefined): string {
  if (files === undefined || files.length === 0) return 'The code as it is now was never verified.';
  const shown = files.slice(0, 3).join(', ');
  return `The code changed since the last verdict: ${shown}${files.length > 3 ? ` and ${files.length - 3} more` : ''}.`;
}

/** Stops that were held, by session; when the last one was counted, and how many there were before it. */
const Count = z.object({ all: z.number().int(), here: z.number().int() });
const Held = z.record(
  z.string(),
  Count.extend({ tree: z.string(), at: z.number().default(0), before: Count.optional() }),
);

/**
 * Answers an agent's wish to stop by stored evidence alone; drives nothing. A project without settings is none of codeloop's: silent. What
 * cannot be judged for its settings is held, as a failure is. `session`: the client's name for its session.
 */
export async function answerStop(projectDir: string, session: string, clock: Clock = systemClock): Promise<StopAnswer> {
  let project: Project;
  try {
    project = await findProject(projectDir, [projectDir]);
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'PROJECT_NOT_FOUND') return { answer: 'silent' };
    throw error;
  }
  if (!project.configured) return { answer: 'silent' };
  const { state } = await watchCode(project);
  const ledger = new Ledger(project.dir);
  const known = ledger.stops(Held);
  const last = known[session];
  const now = clock.now();
  const here = last !== undefined && last.tree === state.tree;
  const again = here && Math.abs(now - last.at) < ONE_STOP_MS ? last.before : undefined;
  const held = again ?? { all: last?.all ?? 0, here: here ? last.here : 0 };
  const answer = mayStop({ ...(await factsOf(project, state, ledger)), held });
  const { [session]: _, ...others } = known;
  // Who was let go begins anew.
  const next = answer.answer === 'hold' ? { all: held.all + 1, here: held.here + 1 } : { all: 0, here: 0 };
  if (answer.answer !== 'silent')
    ledger.recordStops({
      ...others,
      [session]: { ...next, tree: state.tree, at: again ? last?.at : now, before: held },
    });
  else if (last) ledger.recordStops(others);
  return answer;
}

async function factsOf(project: Project, state: CodeState, ledger: Ledger): Promise<Omit<StopFacts, 'held'>> {
  const green = ledger.greens()[state.branch ?? ''];
  const wasGreen = green !== undefined && sameAs(green.code_state, state);
  const judged = await judgedNow(project, state);
  if (judged || wasGreen) return { judged, wasGreen, untouched: false };
  return { judged, wasGreen, untouched: await isUntouched(project, state), since: await changedSince(project, state) };
}

/** The verdict on exactly this code and these bars, of a run that is as it was written. */
async function judgedNow(project: Project, state: CodeState): Promise<Judged> {
  const run = await openRun(project, state, 'present');
  const stored = run
    ?.verdicts()
    .findLast(({ code_state: of, verdict }) => sameAs(of, state) && (verdict.passed || verdict.stage === 'section'));
  if (!stored) return undefined;
  return stored.verdict.passed ? { passed: true } : { passed: false, ...wordsOf(stored.verdict) };
}

function sameAs(a: CodeState, b: CodeState): boolean {
  return sameCodeState(a, b) && canonicalJson(a.bars) === canonicalJson(b.bars);
}

function wordsOf(verdict: GateVerdict): { line: string; advice: string } {
  const nothing = {
    ...{ differences: [], difference_count: 0, newer_pictures: [], warnings: [] },
    ...{ unheld: [], unheld_cells: 0, unheld_screens: [], unheld_screen_count: 0 },
  };
  return { line: verdictLine(verdict, nothing), advice: suggestion(verdict, nothing) };
}

/**
 * Nothing differs from the commit that is checked out, settings and designs included, and the last step of HEAD was no commit made here:
 * fetched, cloned, switched to.
 */
async function isUntouched({ dir }: Project, state: CodeState): Promise<boolean> {
  if (state.method !== 'git' || state.dirty) return false;
  const tracked = await runGit(['diff', '--quiet', '--no-ext-diff', '--no-textconv', 'HEAD', '--', '.'], { cwd: dir });
  if (tracked?.code !== 0) return false;
  const last = await runGit(['reflog', '-1', '--format=%gs'], { cwd: dir });
  return last?.code === 0 && !/^(?:commit|cherry-pick|revert|rebase|am)\b/.test(last.stdout.toString('utf8'));
}

/** The files that changed since the newest run that was judged, and what decides how strictly it was judged. */
async function changedSince(project: Project, state: CodeState): Promise<StopFacts['since']> {
  const run = await openRun(project, state, 'present_or_newest');
  const verdict = run?.verdicts().at(-1);
  if (!run || !verdict) return undefined;
  // Most stops are on code that a verdict is of, and never ask.
  const { codeFilesOf } = await import('../verify/carry-cells.js');
  const then = await codeFilesOf(run);
  if (!then) return undefined;
  const now = await snapshotFiles(project.dir, project.config, state);
  const paths = new Set([...now.keys(), ...Object.keys(then)]);
  const { bars } = verdict.code_state;
  const lately = Object.entries(state.bars).filter(([name, value]) => Reflect.get(bars, name) !== value);
  return {
    files: [
      ...[...paths].filter((path) => now.get(path) !== then[path]).sort(),
      ...lately.map(([name]) => `what it is judged by (${name})`),
    ],
    passed: verdict.verdict.passed,
  };
}

async function openRun(
  project: Project,
  current: CodeState,
  rule: 'present' | 'present_or_newest',
): Promise<Run | undefined> {
  try {
    return await whichRun(project.dir, { rule, tool: 'codeloop_gate_check', current });
  } catch (thrown) {
    // Evidence that is missing, or cannot be trusted, is no evidence.
    const { code } = toCodeloopError(thrown);
    if (['RUN_NOT_FOUND', 'EVIDENCE_STALE', 'EVIDENCE_TAMPERED'].includes(code)) return undefined;
    throw thrown;
  }
}
