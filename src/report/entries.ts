import { type CheckResult, type Problem, type Status, screensOf } from '../core/vocabulary/gate.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { PairOutcome } from '../core/vocabulary/pair.js';
import type { ReportCell, ReportModel, ReportPair, ReportSpot } from '../core/vocabulary/report-model.js';
import type { Cell } from '../core/vocabulary/run.js';
import { type EntryProblem, type Finding, findingsOf, knownOf, rank } from './findings.js';
import type { EntryStatus } from './labels.js';

/** One line of the report: a screen at a viewport, its comparison and its capture. */
export interface Entry {
  /** Unique in the report, fit for `id` and for a link from outside: `home.mobile`. */
  id: string;
  screen: string;
  viewport: string;
  status: EntryStatus;
  pair?: ReportPair | undefined;
  cell?: ReportCell | undefined;
  problems: EntryProblem[];
  /** What is wrong here, worst first. */
  findings: Finding[];
}

const worstFirst: readonly EntryStatus[] = ['fail', 'could_not_run', 'needs_human', 'not_compared', 'pass'];

const outcomeStatus: Readonly<Record<PairOutcome, EntryStatus>> = {
  match: 'pass',
  mismatch: 'fail',
  'size-mismatch': 'fail',
  'missing-actual': 'fail',
  unreadable: 'could_not_run',
  'missing-reference': 'not_compared',
};

/** Returns the status of a pair: as it was judged, else by its outcome. */
export function pairStatus({ pair, status }: ReportPair): EntryStatus {
  return status ?? outcomeStatus[pair.outcome];
}

/** Returns the status of the capture itself, whatever it was compared with. */
export function cellStatus(cell: Cell): Status {
  if (cell.screenshot === undefined || cell.stale !== undefined || !cell.screenshot.steady.settled)
    return 'could_not_run';
  return cell.screenshot.blank ? 'fail' : 'pass';
}

/**
 * The lines of a report, worst first: failing ones by their worst finding, then by score; then what could not run, what needs
 * a person, and the good ones; equal ones by screen, the narrowest viewport first. One line per pair, and one per cell that has none; of several versions of a cell the last
 * counting one is shown. The order depends on nothing but the model.
 */
export function buildEntries(model: ReportModel): Entry[] {
  const cells = newestCells(model.cells);
  const problems = problemsByPlace(model.verdict?.checks ?? [], [
    ...model.pairs.map(({ pair }) => pair),
    ...[...cells.values()].map(({ cell }) => cell),
  ]);
  const paired = new Set(model.pairs.map(({ pair }) => placeKey(pair.screen, pair.viewport)));
  const drafts: Omit<Entry, 'id' | 'status'>[] = [
    ...model.pairs.map((pair) => draft(pair.pair, pair, cells.get(placeKey(pair.pair.screen, pair.pair.viewport)))),
    ...[...cells].filter(([key]) => !paired.has(key)).map(([, cell]) => draft(cell.cell, undefined, cell)),
  ];
  const ids = new Set<string>();
  const known = model.known_before && knownOf(model.known_before);
  const places = (against: ReportPair['against']) =>
    new Set(
      model.pairs.filter((pair) => pair.against === against).map(({ pair }) => placeKey(pair.screen, pair.viewport)),
    );
  const [designed, accepted] = [places(undefined), places('baseline')];
  const columns = viewportsOf(drafts);
  return drafts
    .map((entry) => {
      const key = placeKey(entry.screen, entry.viewport);
      const found = (problems.get(key) ?? []).filter(
        ({ gate }) => !(designed.has(key) && accepted.has(key)) || concerns(gate, entry.pair),
      );
      return {
        ...entry,
        problems: found.map(({ problem, gate, blocks }) => ({ problem, gate, blocks })),
        // What is wrong with a capture is told once, at the design pair where there are two.
        findings: findingsOf(
          entry.pair,
          entry.pair?.against === 'baseline' && designed.has(key) ? undefined : entry.cell,
          found,
          known,
        ),
        status: statusOf(entry, found),
      };
    })
    .sort((a, b) => compareEntries(a, b, columns))
    .map((entry) => ({ ...entry, id: uniqueId(`${entry.screen}.${entry.viewport}`, ids) }));
}

/** The first thing to look at: the worst finding of the worst entry that does not hold, and where it lies on the actual picture. */
export interface Worst {
  entry: Entry;
  finding: Finding;
  rect?: Rect | undefined;
}

/** Where on a picture the element of a problem stands: by the rule that it breaks, or by what it asked for. */
export function spotOf(problem: Problem | undefined, spots: readonly ReportSpot[] = []): ReportSpot | undefined {
  if (problem === undefined) return undefined;
  const asked = problem.url?.replace(/[?#].*$/s, '');
  return spots.find((one) =>
    'url' in one ? one.url === asked : one.rule === problem.rule && one.element === problem.element,
  );
}

/** The worst finding of all, or nothing when every screen holds. */
export function worstFinding(entries: readonly Entry[]): Worst | undefined {
  const entry = entries.find(({ status, findings }) => status !== 'pass' && findings.length > 0);
  const [finding] = entry?.findings ?? [];
  if (entry === undefined || finding === undefined) return undefined;
  const { region, layout, problem } = finding;
  const rect =
    region !== undefined
      ? entry.pair?.pair.regions[region]?.rect
      : layout !== undefined
        ? entry.cell?.faults?.find(({ number }) => number === layout)?.rect
        : spotOf(entry.problems[problem ?? -1]?.problem, entry.cell?.spots)?.rect;
  return { entry, finding, rect };
}

/**
 * The viewports of some entries, the narrowest first, as a designer lists them: by the smallest width that their pictures have, CSS px.
 * Those without a picture are last, by name.
 */
export function viewportsOf(entries: readonly Pick<Entry, 'viewport' | 'pair' | 'cell'>[]): string[] {
  const widths = new Map<string, number>();
  for (const { viewport, pair, cell } of entries) {
    const shot = cell?.cell.screenshot;
    const device = shot?.size.width ?? pair?.pair.size.actual?.width ?? pair?.pair.size.reference?.width;
    const width = device === undefined ? Number.POSITIVE_INFINITY : device / (shot?.device_scale_factor ?? 1);
    widths.set(viewport, Math.min(width, widths.get(viewport) ?? Number.POSITIVE_INFINITY));
  }
  return [...widths]
    .sort(([a, narrow], [b, wide]) => (narrow === wide ? order(a, b) : narrow < wide ? -1 : 1))
    .map(([viewport]) => viewport);
}

/** True for pictures that are no screens at viewports: files that were compared. */
export function withoutViewports(entries: readonly Pick<Entry, 'viewport'>[]): boolean {
  return entries.length > 0 && entries.every(({ viewport }) => viewport === '');
}

interface FoundProblem extends EntryProblem {
  status: Status;
}

function draft(
  place: { screen: string; viewport: string },
  pair?: ReportPair,
  cell?: ReportCell,
): Omit<Entry, 'id' | 'status'> {
  return { screen: place.screen, viewport: place.viewport, pair, cell, problems: [], findings: [] };
}

/** Returns true when a gate's finding belongs to a pair: at a place with a baseline pair and a design pair, findings of the baseline gate belong to the baseline pair, others to the design pair. */
function concerns(gate: string, pair: ReportPair | undefined): boolean {
  return (gate === 'visual_regression') === (pair?.against === 'baseline');
}

function placeKey(screen: string, viewport: string): string {
  return JSON.stringify([screen, viewport]);
}

function newestCells(cells: readonly ReportCell[]): Map<string, ReportCell> {
  const newest = new Map<string, ReportCell>();
  for (const cell of cells) {
    const key = placeKey(cell.cell.screen, cell.cell.viewport);
    const before = newest.get(key);
    if (before === undefined || counts(cell.cell) > counts(before.cell)) newest.set(key, cell);
  }
  return newest;
}

/** Ad-hoc versions never stand in for a counting one. */
function counts(cell: Cell): number {
  return cell.ad_hoc ? cell.version - 1e9 : cell.version;
}

/**
 * The problems at each place. A check may tell of one problem on several screens, at several viewports at once (`mobile, tablet`), or of a whole
 * screen without a viewport: each place it is about has it, or a page that throws would look green.
 */
function problemsByPlace(
  checks: readonly CheckResult[],
  shown: readonly { screen: string; viewport: string }[],
): Map<string, FoundProblem[]> {
  const viewports = new Map<string, Set<string>>();
  for (const { screen, viewport } of shown)
    viewports.set(screen, (viewports.get(screen) ?? new Set<string>()).add(viewport));
  const places = new Map<string, FoundProblem[]>();
  for (const check of checks) {
    const blocks = check.severity === 'block' && check.status !== 'pass';
    for (const problem of check.problems) {
      if (problem.flow !== undefined) continue;
      for (const { screen, viewport } of screensOf(problem)) {
        const there = [...(viewports.get(screen) ?? [])];
        const named = viewport === undefined ? there : there.includes(viewport) ? [viewport] : viewport.split(', ');
        for (const one of named) {
          const key = placeKey(screen, one);
          const list = places.get(key) ?? [];
          list.push({ problem: { ...problem, screen }, gate: check.gate, blocks, status: check.status });
          places.set(key, list);
        }
      }
    }
  }
  return places;
}

function statusOf(entry: Omit<Entry, 'id' | 'status'>, found: readonly FoundProblem[]): EntryStatus {
  const all: EntryStatus[] = found.filter(({ blocks }) => blocks).map(({ status }) => status);
  if (entry.cell !== undefined) all.push(cellStatus(entry.cell.cell));
  // A good picture without a counterpart is not called a pass: nothing was compared.
  all.push(entry.pair === undefined ? 'not_compared' : pairStatus(entry.pair));
  return worstFirst.find((status) => all.includes(status)) ?? 'not_compared';
}

/** `columns`: the viewports as the grid has them, so that what is equally good or bad stands in its order. */
function compareEntries(a: Omit<Entry, 'id'>, b: Omit<Entry, 'id'>, columns: readonly string[]): number {
  return (
    worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status) ||
    worstRank(a) - worstRank(b) ||
    (a.pair?.pair.score ?? -1) - (b.pair?.pair.score ?? -1) ||
    Number(b.problems.length > 0) - Number(a.problems.length > 0) ||
    order(a.screen, b.screen) ||
    columns.indexOf(a.viewport) - columns.indexOf(b.viewport)
  );
}

function worstRank({ findings: [worst] }: Pick<Entry, 'findings'>): number {
  return worst === undefined ? Number.MAX_SAFE_INTEGER : rank(worst);
}

/** By code unit: the same on every machine, unlike a locale's order. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function uniqueId(name: string, taken: Set<string>): string {
  const base = name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120) || 'entry';
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
