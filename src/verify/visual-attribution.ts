import type { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import {
  DesignCompare,
  type Pair,
  type PairOutcome,
  type RegionElement,
  VisualRegression,
} from '../core/vocabulary/pair.js';
import type { ManifestEntry, RunManifest } from '../core/vocabulary/run.js';
import { watchCode } from '../project/code-state/code-state.js';
import { parts, runGit } from '../project/code-state/git-command.js';
import type { Project } from '../project/project.js';
import { ElementSources, type SourcePlace } from '../project/source-place.js';
import { readEntry } from '../store/artifact-files.js';
import { assertIntact } from '../store/run-integrity.js';
import { runsNewestFirst } from '../store/run-list.js';
import { whichRun } from '../store/which-run.js';

/** Result of one pair in one run. */
interface PairInRun {
  run_id: string;
  outcome: PairOutcome;
  /** Digest of the picture of the app. */
  picture: string | undefined;
}

/** The run in which a pair first did not match. */
interface FirstChange {
  /** The first run of the unbroken row of runs up to now in which it did not match. */
  firstRun: string;
  /** The run right before, in which it matched; none: it never did, as far as runs are kept. */
  lastGood?: string;
  /** The first run since when its picture is the very one of now. */
  sameSince: string;
}

const BAD: ReadonlySet<PairOutcome> = new Set(['mismatch', 'size-mismatch']);

/**
 * Walks from the newest run back to where a pair matched last. Runs without that pair, and those in which it could not be compared, say
 * nothing and are passed over. `runs`: newest first, the first is the one asked about. Undefined when that one matches. Pure.
 */
export function firstChange(runs: readonly PairInRun[]): FirstChange | undefined {
  const [now] = runs;
  if (!now || !BAD.has(now.outcome)) return undefined;
  let firstRun = now.run_id;
  let lastGood: string | undefined;
  for (const { run_id, outcome } of runs) {
    if (outcome === 'match') {
      lastGood = run_id;
      break;
    }
    if (BAD.has(outcome)) firstRun = run_id;
  }
  const other = runs.findIndex(({ picture }) => picture !== now.picture);
  const sameSince = (other < 0 ? runs.at(-1) : runs[other - 1])?.run_id ?? now.run_id;
  return { firstRun, sameSince, ...(lastGood === undefined ? {} : { lastGood }) };
}

/** The commits between two states of a repository. Paths are relative to the project. */
interface CommitRange {
  from: string;
  /** Absent: the working tree as it is now. */
  to?: string;
  /** Commits after `from`, up to `to` or the one that is checked out. */
  commits: number;
  files: string[];
}

/** Files that codeloop itself writes: no change of the app. */
const OWN = /^(?:artifacts|\.codeloop\/(?:cache|audit))|^docs\/DEVELOPMENT_LOG\.md$/;
const COMMIT = /^[0-9a-f]{7,64}$/;

/**
 * Files that differ between two commits, or between a commit and the working tree (`to` undefined; untracked files too). Undefined where
 * there is no git, or a commit is not known here (rewritten, a shallow clone).
 */
async function commitRange(project: string, from: string, to: string | undefined): Promise<CommitRange | undefined> {
  if (![from, to ?? from].every((commit) => COMMIT.test(commit))) return undefined;
  const call = { cwd: project };
  const ask = async (...args: string[]) => {
    const result = await runGit(args, call);
    return result?.code === 0 ? result.stdout.toString('utf8') : undefined;
  };
  const tracked = await ask(
    'diff',
    '--name-only',
    '-z',
    '--relative',
    '--no-renames',
    from,
    ...(to === undefined ? [] : [to]),
    '--',
  );
  const count = await ask('rev-list', '--count', `${from}..${to ?? 'HEAD'}`);
  if (tracked === undefined || count === undefined) return undefined;
  const others = to === undefined ? ((await ask('ls-files', '--others', '--exclude-standard', '-z')) ?? '') : '';
  const files = [...new Set([...parts(tracked), ...parts(others)])].filter((file) => !OWN.test(file)).sort();
  return { from, ...(to === undefined ? {} : { to }), commits: Number(count), files };
}

/** A pair that does not match, and where that began. */
interface AttributedPair extends FirstChange {
  screen: string;
  viewport: string;
  against: 'design' | 'baseline';
  outcome: string;
  score: number | undefined;
  /** The commits between the last run in which it matched and the first in which it did not. */
  range?: CommitRange;
  /** Elements that differ, worst first, with the place that writes them; `in_range`: that file is one of the range. */
  elements: (RegionElement & Partial<SourcePlace> & { in_range: boolean })[];
  /** Limits of the range, in codeloop's words. */
  note?: string;
}

interface JudgedRun {
  runId: string;
  manifest: RunManifest;
  pairs: { pair: Pair; against: AttributedPair['against'] }[];
}

const TOOL = 'codeloop_visual_attribution';
/** Elements of one pair that are looked up. */
const MAX_ELEMENTS = 10;

/** For each pair of a run (default the newest) that does not match: since when, and what changed then. Writes nothing. Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED. */
export async function attributePairs(
  project: Project,
  runId: string | undefined,
): Promise<{ runId: string; pairs: AttributedPair[] }> {
  const run = await whichRun(project.dir, { rule: 'newest', tool: TOOL, runId });
  await assertIntact(run);
  const { id } = run;
  const runs = await judgedRuns(project, id);
  const at = runs.findIndex((run) => run.runId === id);
  const now = runs[at];
  if (!now) throw new CodeloopError('RUN_NOT_FOUND', { run: id });
  // Another environment draws other pixels: what it says is about another question.
  const before = runs.slice(at).filter(({ manifest }) => manifest.environment?.id === now.manifest.environment?.id);
  const current = (await (await watchCode(project)).now()).tree;
  const sources = new ElementSources(project.dir);
  const pairs: AttributedPair[] = [];
  for (const { pair, against } of now.pairs) {
    const found = firstChange(before.flatMap((run) => inRun(run, pair, against) ?? []));
    if (!found) continue;
    const cause = await between(project, runs, found, current);
    const elements = await placed(sources, pair, cause.range);
    const { screen, viewport, outcome, score } = pair;
    pairs.push({ screen, viewport, against, outcome, score, ...found, ...cause, elements });
  }
  return { runId: id, pairs };
}

/** Runs with what their comparisons came to, newest first. The one that is asked about has to be readable. */
async function judgedRuns(project: Project, asked: string | undefined): Promise<JudgedRun[]> {
  const runs: JudgedRun[] = [];
  for (const found of runsNewestFirst(project.dir)) {
    if (!('read' in found)) continue;
    const { runId, read } = found;
    const latest = (kind: ManifestEntry['kind']) => read.manifest.entries.findLast((entry) => entry.kind === kind);
    const [design, visual] = await Promise.all([
      parsed(project, runId, latest('summary'), DesignCompare, runId === asked),
      parsed(project, runId, latest('visual'), VisualRegression, runId === asked),
    ]);
    runs.push({
      runId,
      manifest: read.manifest,
      pairs: [
        ...(design?.pairs ?? []).map((pair) => ({ pair, against: 'design' as const })),
        ...(visual?.pairs ?? []).map((pair) => ({ pair, against: 'baseline' as const })),
      ].filter(({ pair }) => !pair.ad_hoc),
    });
  }
  return runs;
}

async function parsed<Value>(
  project: Project,
  runId: string,
  entry: ManifestEntry | undefined,
  schema: z.ZodType<Value>,
  mustRead: boolean,
): Promise<Value | undefined> {
  if (!entry) return undefined;
  try {
    return schema.parse(JSON.parse((await readEntry(project.dir, runId, entry)).toString('utf8')));
  } catch (error) {
    // An older run that was changed says nothing here.
    if (!mustRead) return undefined;
    if (error instanceof CodeloopError) throw error;
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: runId, reason: `${entry.path} has an unknown shape` });
  }
}

function inRun(run: JudgedRun, want: Pair, against: string) {
  const found = run.pairs.find(
    (one) => one.against === against && one.pair.screen === want.screen && one.pair.viewport === want.viewport,
  )?.pair;
  return found && { run_id: run.runId, outcome: found.outcome, picture: found.actual?.sha256 };
}

/** Returns the changes between the last good run and the first bad one, as far as git knows. */
async function between(
  project: Project,
  runs: readonly JudgedRun[],
  { lastGood, firstRun }: FirstChange,
  currentTree: string,
): Promise<Pick<AttributedPair, 'range' | 'note'>> {
  const stateOf = (id: string | undefined) => runs.find(({ runId }) => runId === id)?.manifest.code_state;
  const [good, bad] = [stateOf(lastGood), stateOf(firstRun)];
  if (!good || !bad) return { note: 'It never matched in the runs that are kept.' };
  if (good.tree === bad.tree)
    return { note: 'The code is the same in both runs: its data, the time, fonts or the reference changed.' };
  if (good.commit === undefined || bad.commit === undefined)
    return { note: 'Without git, files of the range are not known.' };
  const isNow = bad.tree === currentTree;
  const range = await commitRange(project.dir, good.commit, bad.dirty && isNow ? undefined : bad.commit);
  if (!range) return { note: 'One of the commits is not known here any more.' };
  const unknown = [
    ...(good.dirty ? ['the run that matched'] : []),
    ...(bad.dirty && !isNow ? ['the run that did not'] : []),
  ];
  return {
    range,
    ...(unknown.length > 0
      ? { note: `There were uncommitted changes in ${unknown.join(' and ')}: files may be missing, or too many.` }
      : {}),
  };
}

async function placed(
  sources: ElementSources,
  pair: Pair,
  range: CommitRange | undefined,
): Promise<AttributedPair['elements']> {
  const elements = new Map(pair.regions.flatMap(({ element }) => (element ? [[element.selector, element]] : [])));
  return Promise.all(
    [...elements.values()].slice(0, MAX_ELEMENTS).map(async (element) => {
      const place = await sources.find(element);
      return { ...element, ...place, in_range: place !== undefined && (range?.files.includes(place.file) ?? false) };
    }),
  );
}
