import type { CheckResult, Problem, Status } from '../core/vocabulary/gate.js';
import type { PairOutcome } from '../core/vocabulary/pair.js';
import type { ReportCell, ReportModel, ReportPair } from '../core/vocabulary/report-model.js';
import type { Cell } from '../core/vocabulary/run.js';

/** Status of an entry of the report; `not_compared`: a good picture that was compared with nothing. */
export type EntryStatus = Status | 'not_compared';

/** A problem a check found on this screen and viewport; `blocks` when it keeps a gate from passing. */
interface EntryProblem {
  problem: Problem;
  gate: string;
  blocks: boolean;
}

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
 * The lines of a report, worst first: failing ones by critical regions, then by score; then what could not run, what needs
 * a person, and the good ones. One line per pair, and one per cell that has none; of several versions of a cell the last
 * counting one is shown. The order depends on nothing but the model.
 */
export function buildEntries(model: ReportModel): Entry[] {
  const problems = problemsByPlace(model.verdict?.checks ?? []);
  const cells = newestCells(model.cells);
  const paired = new Set(model.pairs.map(({ pair }) => placeKey(pair.screen, pair.viewport)));
  const drafts: Omit<Entry, 'id' | 'status'>[] = [
    ...model.pairs.map((pair) => draft(pair.pair, pair, cells.get(placeKey(pair.pair.screen, pair.pair.viewport)))),
    ...[...cells].filter(([key]) => !paired.has(key)).map(([, cell]) => draft(cell.cell, undefined, cell)),
  ];
  const ids = new Set<string>();
  const places = (against: ReportPair['against']) =>
    new Set(
      model.pairs.filter((pair) => pair.against === against).map(({ pair }) => placeKey(pair.screen, pair.viewport)),
    );
  const [designed, accepted] = [places(undefined), places('baseline')];
  return drafts
    .map((entry) => {
      const key = placeKey(entry.screen, entry.viewport);
      const found = (problems.get(key) ?? []).filter(
        ({ gate }) => !(designed.has(key) && accepted.has(key)) || concerns(gate, entry.pair),
      );
      return {
        ...entry,
        problems: found.map(({ problem, gate, blocks }) => ({ problem, gate, blocks })),
        status: statusOf(entry, found),
      };
    })
    .sort(compareEntries)
    .map((entry) => ({ ...entry, id: uniqueId(`${entry.screen}.${entry.viewport}`, ids) }));
}

interface FoundProblem extends EntryProblem {
  status: Status;
}

function draft(
  place: { screen: string; viewport: string },
  pair?: ReportPair,
  cell?: ReportCell,
): Omit<Entry, 'id' | 'status'> {
  return { screen: place.screen, viewport: place.viewport, pair, cell, problems: [] };
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

function problemsByPlace(checks: readonly CheckResult[]): Map<string, FoundProblem[]> {
  const places = new Map<string, FoundProblem[]>();
  for (const check of checks) {
    const blocks = check.severity === 'block' && check.status !== 'pass';
    for (const problem of check.problems) {
      if (problem.screen === undefined || problem.viewport === undefined) continue;
      const key = placeKey(problem.screen, problem.viewport);
      const list = places.get(key) ?? [];
      list.push({ problem, gate: check.gate, blocks, status: check.status });
      places.set(key, list);
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

function compareEntries(a: Omit<Entry, 'id'>, b: Omit<Entry, 'id'>): number {
  return (
    worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status) ||
    criticals(b) - criticals(a) ||
    (a.pair?.pair.score ?? -1) - (b.pair?.pair.score ?? -1) ||
    Number(b.problems.length > 0) - Number(a.problems.length > 0) ||
    order(a.screen, b.screen) ||
    order(a.viewport, b.viewport)
  );
}

function criticals(entry: Omit<Entry, 'id'>): number {
  return entry.pair?.pair.regions.some(({ severity }) => severity === 'critical') ? 1 : 0;
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
