import type { AccessibilityResult, Impact } from '../core/vocabulary/accessibility.js';
import type { Bars, Criterion, Lowering } from '../core/vocabulary/bars.js';
import type { BaselineStanding, RemovedBaseline, StaleBaseline } from '../core/vocabulary/baseline.js';
import type { CheckResult } from '../core/vocabulary/gate.js';
import type { Issue } from '../core/vocabulary/issue.js';
import type { LayoutCondition, LayoutFinding, LayoutKind, LayoutReport } from '../core/vocabulary/layout.js';
import type { BaselinePair, Pair, Severity, Unmatched } from '../core/vocabulary/pair.js';
import type { FlowReplay, ReplayFinding } from '../core/vocabulary/recording.js';
import type { Cell, ExpectedCell } from '../core/vocabulary/run.js';
import type { RunnerChange, RunnerCommand, RunnerKind, RunnerResult } from '../core/vocabulary/runner.js';
import type { SectionState } from '../core/vocabulary/section.js';

/** `/x`, `/x/`, `/x/index.html` and `/x.html` are one page to every static server. */
export function pagePath(url: URL): string {
  return url.pathname
    .replace(/\/index\.html?$/, '/')
    .replace(/\.html?$/, '')
    .replace(/\/+$/, '');
}

/**
 * The screens whose configured address a visited one is: same origin (loopback names are one) and path, and the same route where the
 * configured one is a route in the hash (`#/…`). Queries are the app's state and do not matter, except where they alone tell two screens
 * apart. Each screen once.
 */
export function screensAt(visited: string, expected: readonly ExpectedCell[]): string[] {
  if (!URL.canParse(visited)) return [];
  const at = new URL(visited);
  const same = expected.filter(({ url }) => URL.canParse(url) && placeOf(new URL(url)) === placeOf(at, new URL(url)));
  const asked = (want: ExpectedCell) => [...new URL(want.url).searchParams];
  const exact = same.filter((want) => asked(want).every(([key, value]) => at.searchParams.get(key) === value));
  const told = new Set(same.map((want) => new URL(want.url).search)).size > 1;
  return [...new Set((told ? exact : same).map(({ screen }) => screen))];
}

function placeOf(url: URL, like: URL = url): string {
  const host = url.hostname.replace(/^(?:localhost|127\.0\.0\.1|\[::1\])$/, 'loopback');
  const route = /^#!?\//.test(like.hash) ? url.hash.replace(/[?].*$/, '').replace(/\/+$/, '') : '';
  return `${url.protocol}//${host}:${url.port}${pagePath(url)}${route}`;
}

/** A violation that a person accepted: this rule, broken by this element, on these screens; without: on every screen. */
interface AcceptedElement {
  rule: string;
  selector: string;
  screens?: readonly string[] | undefined;
  reason: string;
}

/** Result of one screen at one viewport; without one, the reason. */
export interface ExaminedCell {
  screen: string;
  viewport: string;
  artifact?: string;
  result?: AccessibilityResult;
  missing?: string;
}

/** Accessibility of the app, and the violations that a person accepted. */
export interface AccessibilityEvidence {
  /** `accessibility.enabled`. */
  enabled: boolean;
  /** Mildest impact that fails. */
  failOn: Impact;
  cells: ExaminedCell[];
  baseline: {
    file: string;
    accepted: AcceptedElement[];
    /** False where there is a repository and its commit holds another file, or none. */
    committed: boolean;
    /** Why the file cannot be read; nothing is accepted then. */
    problem?: string;
  };
}

/** A layout that a person accepted: this kind, at this element, on these screens and in these widths; without: everywhere. */
interface AcceptedLayout {
  kind: LayoutKind;
  selector: string;
  screens?: readonly string[] | undefined;
  viewport?: string | undefined;
  condition?: LayoutCondition | undefined;
  from_width?: number | undefined;
  to_width?: number | undefined;
  reason: string;
}

/** What was found in the layouts of the app's pages, and what of it a person accepted. */
export interface LayoutEvidence {
  /** `layout.enabled`. */
  enabled: boolean;
  /** The conditions that a release asks for. */
  conditions: readonly LayoutCondition[];
  report: LayoutReport;
  /** The cells there are; `missing` says why one could not be judged. */
  cells: { screen: string; viewport: string; missing?: string }[];
  baseline: {
    file: string;
    accepted: AcceptedLayout[];
    /** False where there is a repository and its commit holds another file, or none. */
    committed: boolean;
    /** Why the file cannot be read; nothing is accepted then. */
    problem?: string;
  };
}

/** True when `accepted` is about this finding: its element or one of its siblings, in all the widths that it holds in. */
export function acceptsLayout(accepted: AcceptedLayout, finding: LayoutFinding): boolean {
  const { kind, selector, screens, viewport, from_width: from = 0, to_width: to = Number.POSITIVE_INFINITY } = accepted;
  return (
    kind === finding.kind &&
    selector === finding.element.selector &&
    accepted.condition === finding.condition &&
    (screens?.includes(finding.screen) ?? true) &&
    (viewport === undefined || (viewport === finding.viewport && finding.from_width === finding.to_width)) &&
    from <= finding.from_width &&
    finding.to_width <= to
  );
}

/** True when `accepted` is about this element on this screen. */
export function accepts(accepted: AcceptedElement, screen: string, rule: string, selector: string): boolean {
  return accepted.rule === rule && accepted.selector === selector && (accepted.screens?.includes(screen) ?? true);
}

/** A lower bar that a person accepted, with the reason. */
interface AcceptedLowering extends Lowering {
  by: string;
  at: string;
  reason: string;
}

/** The bars that the work is judged by, compared with former ones. */
export interface BarsEvidence {
  now: Bars;
  /** Lower than before, and not accepted. */
  lowered: Lowering[];
  /** Let through by a person whose word is not committed yet. */
  uncommitted: AcceptedLowering[];
  accepted: AcceptedLowering[];
  /** Number of former sets of bars it was compared with. */
  compared: number;
  /** Why the file of accepted bars cannot be read; nothing is accepted then. */
  problem?: string;
  /** Why earlier commits cannot be compared with, and what makes them visible. */
  hidden?: { reason: string; fix: string };
}

/** State of a project's baselines. Screens and viewports are named as the configuration spells them, where it knows them. */
export interface BaselineFindings {
  /** Of places that are verified, or were. */
  files: BaselineStanding[];
  /** Of states that only tests know: each is judged by its test, and none by the gate. */
  tests: BaselineStanding[];
  removed: RemovedBaseline[];
  /** Those of screens and viewports that are not configured. */
  unused: StaleBaseline[];
  /** Pictures that wait for a person. */
  proposals: { environment: string; screen: string; viewport: string; sha256: string }[];
  /** Changes since the last green verdict; `text` quotes a history. */
  changes: { screen?: string; viewport?: string; path?: string; title: string; text?: string }[];
  /** True when there were baselines at the last green verdict, there are none now, and nothing says who took them away. */
  vanished: boolean;
}

/** The project's own build, checks and tests: what there is, and how it went on this code state. */
export interface RunnerEvidence {
  /** The project's present commands. */
  commands: RunnerCommand[];
  /** Newest result of each, on the run's code state. */
  results: RunnerResult[];
  /** Why one was left out. */
  skipped: { what: string; kind: RunnerKind; reason: string }[];
  /** Commands that an earlier commit had, and that are gone or read differently now. */
  changes: RunnerChange[];
  /** `tests.waive_gate.reason`. */
  waiver?: string;
  /** Why the tests are not run at all: the waiver, where `tests.run` is false. */
  testsOff?: string;
}

/** Tests that were really executed. */
export function executed(result: RunnerResult): number {
  return (result.counts?.passed ?? 0) + (result.counts?.failed ?? 0);
}

/** True when a result says that no test was found at all. */
export function foundNoTest(result: RunnerResult): boolean {
  return result.counts !== undefined && executed(result) + result.counts.skipped === 0;
}

/** A section that is planned, and how far it has come. */
export interface SectionStanding {
  id: string;
  state: SectionState;
  /** Its own work is over, so that it can be judged together with the others. */
  finished: boolean;
  /** Why no verdict on the code as it is now proves it among the others; undefined: one does, or nothing asks for it. */
  unproven?: string;
}

/** One step of a recorded interaction, with the addresses of the page before and after it. */
export interface RecordedStep {
  action: string;
  ok: boolean;
  urls: string[];
}

/** An interaction that was recorded, as its log and its replay tell it. */
export interface RecordedInteraction {
  recordingId: string;
  /** The tool that recorded it, and the saved flow that a verification replayed. */
  tool: string;
  flow?: string;
  /** Names of the configured viewports of its size. */
  viewports: string[];
  steps: RecordedStep[];
  /** Findings of its replay; undefined: it was never replayed. */
  findings: ReplayFinding[] | undefined;
  /** Why it cannot be read. */
  broken?: string;
}

/** A file below `.codeloop/flows`, as it is now. */
export interface SavedFlowFile {
  name: string;
  file: string;
  sha256?: string;
  viewports: string[];
  /** Why it is no flow. */
  problem?: string;
}

/** Behaviour, as far as it was recorded. */
export interface WorkflowEvidence {
  /** `workflow.required`, where it is set. */
  required?: boolean;
  saved: SavedFlowFile[];
  /** Newest replay of each flow at each viewport. */
  replays: FlowReplay[];
  recordings: RecordedInteraction[];
  /** True at stages that ask for every screen at every viewport. */
  everyViewport: boolean;
}

/** Integrity of a run, from the part of verify that may read disk and ledger. */
export interface IntegrityFindings {
  /** Files whose bytes differ from the manifest, or that are gone. */
  changed: { path: string; problem: string }[];
  /** Agreement of the run's manifest and verdicts with the ledger. */
  ledger: { state: 'agrees' | 'differs' | 'unknown'; reason: string };
  /** Trees: what the evidence was made from, what the project is now. */
  evidence_tree: string;
  current_tree: string;
  changed_files: string[];
  /** Those files, and those that changed while pictures were taken, that codeloop's own output is written to. */
  output_files: string[];
  /** Bars (config, policy, designs, baselines, acceptance) that differ from the run's start. */
  changed_bars: string[];
  environments: string[];
  files_examined: number;
}

/** All that checks may look at. A part that could not be had is absent. */
export interface Evidence {
  /** Screens configured or discovered; `app` where one is a window of a desktop app, `drawn` where what can be read is drawn by nature. */
  screens: { screen: string; app?: string; drawn?: true }[];
  expected: ExpectedCell[];
  /** Newest counting version of each cell (not ad hoc), with its logs. */
  cells: Cell[];
  /** Cells whose versions disagree on one code state. */
  flaky: { screen: string; viewport: string; reason: string }[];
  /** Design references found on disk. */
  references: number;
  pairs: Pair[];
  unmatched: Unmatched;
  design: { threshold: number; blockOnSeverity: Severity; maxMaskedRatio: number };
  runtime: { allowedConsoleErrors: string[] };
  integrity: IntegrityFindings;
  /** The bars, compared with former ones. */
  bars: BarsEvidence;
  runners: RunnerEvidence;
  /** The run's comparison with the accepted pictures. */
  baselinePairs: BaselinePair[];
  /** State of those pictures. */
  baselines: BaselineFindings;
  workflow: WorkflowEvidence;
  accessibility: AccessibilityEvidence;
  layout: LayoutEvidence;
  /** Files of `docs/acceptance`, with what is wrong with one. */
  acceptance: { file: string; criteria: Criterion[]; problem?: string }[];
  /** Sections of the project that are planned, and how far each has come. */
  sections: SectionStanding[];
  /** Stored judgements that do not follow from what the raw evidence gives now. */
  contradictions: readonly string[];
  /** Results of the other checks, for criteria that cite one. */
  checkResults: readonly CheckResult[];
  /** Issues from the other checks' problems. */
  issues: readonly Issue[];
}

/** Parts of the evidence that are made from results of checks, in the order in which they are made: each sees the results so far. */
export const OVER_RESULTS = ['contradictions', 'checkResults', 'issues'] as const;
export type OverResults = Pick<Evidence, (typeof OVER_RESULTS)[number]>;

/** The cell of a screen at a viewport, if there is one. */
export function cellOf<Placed extends { screen: string; viewport: string }>(
  cells: readonly Placed[],
  want: { screen: string; viewport: string },
): Placed | undefined {
  return cells.find((cell) => cell.screen === want.screen && cell.viewport === want.viewport);
}
