import type { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { DesignCompare } from '../core/vocabulary/design-compare.js';
import type { Pair, RegionElement } from '../core/vocabulary/pair.js';
import type { ManifestEntry, RunManifest } from '../core/vocabulary/run.js';
import { VisualRegression } from '../core/vocabulary/visual-regression.js';
import { type FirstChange, firstChange } from '../guidance/first-change.js';
import { watchCode } from '../project/code-watch.js';
import { type CommitRange, commitRange } from '../project/commit-range.js';
import { ElementSources, type SourcePlace } from '../project/element-source.js';
import type { Project } from '../project/project.js';
import { readEntry } from '../store/artifact-files.js';
import { runsNewestFirst } from '../store/run-list.js';
import { newestRunId } from './open-run.js';

/** A pair that does not match, and where that began. */
export interface AttributedPair extends FirstChange {
  screen: string;
  viewport: string;
  against: 'design' | 'baseline';
  outcome: string;
  score: number | undefined;
  /** What lies between the last run in which it matched and the first in which it did not. */
  range?: CommitRange;
  /** Elements that differ, worst first, with the place that writes them; `in_range`: that file is one of the range. */
  elements: (RegionElement & Partial<SourcePlace> & { in_range: boolean })[];
  /** What the range does not tell, in our own words. */
  note?: string;
}

interface JudgedRun {
  runId: string;
  manifest: RunManifest;
  pairs: { pair: Pair; against: AttributedPair['against'] }[];
}

/** Elements of one pair that are looked up. */
const MAX_ELEMENTS = 10;

/** For each pair of a run (default the newest) that does not match: since when, and what changed then. Writes nothing. Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED. */
export async function attributePairs(
  project: Project,
  runId: string | undefined,
): Promise<{ runId: string; pairs: AttributedPair[] }> {
  const id = runId ?? newestRunId(project);
  const runs = await judgedRuns(project, id);
  const at = runs.findIndex((run) => run.runId === id);
  const now = runs[at];
  if (id === undefined || !now) throw new CodeloopError('RUN_NOT_FOUND', { run: id ?? 'yet' });
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

/** What changed between the last good run and the first bad one, as far as git can tell. */
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
