import { join } from 'node:path';
import type { AccessibilityEvidence, ExaminedCell, LayoutEvidence } from '../../checks/evidence.js';
import { parseAccessibilityBaseline, parseLayoutBaseline } from '../../config/acceptance.js';
import { ACCESSIBILITY_BASELINE_FILE, LAYOUT_BASELINE_FILE } from '../../config/parse-settings.js';
import { toCodeloopError } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import { mapConcurrent } from '../../core/lanes.js';
import { readPlain } from '../../core/path-walls.js';
import { AccessibilityResult } from '../../core/vocabulary/accessibility.js';
import { type CheckResult, type GateVerdict, type Problem, screensOf } from '../../core/vocabulary/gate.js';
import { LayoutCondition, LayoutReport } from '../../core/vocabulary/layout.js';
import type { Cell, CodeState } from '../../core/vocabulary/run.js';
import type { Section } from '../../core/vocabulary/section.js';
import type { GateId } from '../../gates/table.js';
import { committedFiles } from '../../project/code-state/bars-of-commit.js';
import type { Project } from '../../project/project.js';
import type { Run } from '../../store/run.js';
import { cellVersion } from '../verification.js';

/** One thing that a verdict holds against a section. */
export interface SectionFinding {
  check: string;
  status: CheckResult['status'];
  /** Our own words. */
  title: string;
  screen?: string;
  viewport?: string;
  flow?: string;
}

/** A verdict's findings about a section: `own` about its screens and flows; `shared` about the project as a whole, so that no section can be judged. */
interface SectionFindings {
  own: SectionFinding[];
  shared: SectionFinding[];
}

/** Gates that ask after other gates, or after sections: what they find is no fault of one section, or is found by another gate too. */
const DERIVED: ReadonlySet<string> = new Set<GateId>([
  'sections_complete',
  'zero_critical_issues',
  'acceptance_criteria_met',
  'decisions_settled',
]);

/** Returns the findings of a verdict's blocking checks about a section. Pure. */
export function sectionFindings(verdict: GateVerdict, section: Pick<Section, 'screens' | 'flows'>): SectionFindings {
  const screens = new Set(section.screens.map(slug));
  const flows = new Set(section.flows.map(slug));
  const found: SectionFindings = { own: [], shared: [] };
  for (const check of verdict.checks) {
    if (check.severity !== 'block' || check.status === 'pass' || DERIVED.has(check.gate)) continue;
    for (const problem of check.problems) {
      const finding = findingOf(check, problem);
      if (problem.screen === undefined && problem.flow === undefined) found.shared.push(finding);
      else if (
        screensOf(problem).some(({ screen }) => screens.has(slug(screen))) ||
        flows.has(slug(problem.flow ?? ''))
      )
        found.own.push(finding);
    }
    // A list that was cut, or an empty one, does not clear anybody.
    if (check.problem_count > check.problems.length || check.problems.length === 0)
      found.shared.push({
        check: check.id,
        status: check.status,
        title: `${check.title}: ${check.problem_count} problem(s), ${check.problems.length} of them listed.`,
      });
  }
  return found;
}

function findingOf(check: CheckResult, { title, screen, viewport, flow }: Problem): SectionFinding {
  return {
    check: check.id,
    status: check.status,
    title,
    ...(screen === undefined ? {} : { screen }),
    ...(viewport === undefined ? {} : { viewport }),
    ...(flow === undefined ? {} : { flow }),
  };
}

/** Files read at once. */
const CONCURRENCY = 8;

/** Returns the accessibility results of a run's cells, each file checked against its digest, and the violations that a person accepted. Throws nothing. */
export async function accessibilityEvidence(
  project: Project,
  run: Run,
  cells: readonly Cell[],
  current: CodeState,
): Promise<AccessibilityEvidence> {
  return {
    enabled: project.config.accessibility.enabled,
    failOn: project.config.accessibility.fail_on,
    cells: await mapConcurrent(cells, CONCURRENCY, (cell) => examined(run, cell)),
    baseline: await readAccepted(project, current, ACCESSIBILITY_BASELINE_FILE, parseAccessibilityBaseline),
  };
}

async function examined(run: Run, cell: Cell): Promise<ExaminedCell> {
  const place = { screen: cell.screen, viewport: cell.viewport };
  const stored = cell.accessibility?.result;
  if (!stored) {
    const failure = cell.accessibility?.failure ?? cell.failure;
    return { ...place, missing: failure?.message ?? 'it was photographed without being examined' };
  }
  try {
    const result = AccessibilityResult.parse(JSON.parse((await run.readEntry(stored)).toString('utf8')));
    return { ...place, artifact: stored.path, result };
  } catch {
    // In what way it differs is what the integrity checks are about.
    return { ...place, missing: `${stored.path} is not as it was written` };
  }
}

/**
 * What the layouts of a run's cells come to, and what a person accepted of it: as the run's `layout.json` says where it is of these very
 * cells, else judged again from what is stored of them. Evidence that is not as it was written judges nothing. Throws nothing of its own.
 */
export async function layoutEvidence(
  project: Project,
  run: Run,
  cells: readonly Cell[],
  current: CodeState,
): Promise<LayoutEvidence> {
  const baseline = await readAccepted(project, current, LAYOUT_BASELINE_FILE, parseLayoutBaseline);
  const { enabled } = project.config.layout;
  const wanted = project.config.layout.conditions;
  const conditions = LayoutCondition.options.filter((one) => wanted[one] !== 'off');
  try {
    const stored = await run.readJson('layout_report', LayoutReport);
    const report = stored && isOf(stored, cells) ? stored : await judged(run, cells);
    return { enabled, conditions, report, cells: cells.map((cell) => standingOf(cell)), baseline };
  } catch {
    // In what way it differs is what the integrity checks are about.
    const missing = 'what is stored of its layout is not as it was written';
    const report: LayoutReport = { schema_version: 1, findings: [], screens: [] };
    return {
      enabled,
      conditions,
      report,
      cells: cells.map(({ screen, viewport }) => ({ screen, viewport, missing })),
      baseline,
    };
  }
}

function isOf(report: LayoutReport, cells: readonly Cell[]): boolean {
  const judgedBy = new Map(report.screens.map((one) => [one.screen, new Set(one.cells)]));
  return cells.every((cell) => !cell.screenshot?.layout || judgedBy.get(cell.screen)?.has(cellVersion(cell)));
}

async function judged(run: Run, cells: readonly Cell[]): Promise<LayoutReport> {
  // Most runs hold the judgement, and what judges layouts is large.
  const { judgeLayouts } = await import('../layouts/judge-layouts.js');
  const screens = await judgeLayouts(run, cells);
  return {
    schema_version: 1,
    findings: screens.flatMap(({ screen, findings }) =>
      findings.map(({ picture: _, cause: __, ...finding }) => ({ ...finding, screen, new: true })),
    ),
    screens: screens.map(({ findings: _, ...rest }) => rest),
  };
}

function standingOf({ screen, viewport, screenshot, failure }: Cell): LayoutEvidence['cells'][number] {
  const place = { screen, viewport };
  if (screenshot?.layout) return place;
  return { ...place, missing: failure?.message ?? 'it was photographed without its layout' };
}

/** What a person accepted of what was found, and whether that counts. */
interface AcceptedFile<Entry> {
  file: string;
  accepted: Entry[];
  /** False where there is a repository and its commit holds another file, or none. */
  committed: boolean;
  /** Why the file cannot be read; nothing is accepted then. */
  problem?: string;
}

/** Reads a file of accepted findings, relative to the project. Throws nothing. */
async function readAccepted<Entry>(
  project: Project,
  current: CodeState,
  file: string,
  parse: (text: string) => Entry[],
): Promise<AcceptedFile<Entry>> {
  let bytes: Buffer;
  try {
    bytes = await readPlain(join(project.dir, file));
  } catch (error) {
    // Nothing is accepted where there is no file; one that is there and cannot be read is told.
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { file, accepted: [], committed: true, ...(gone ? {} : { problem: toCodeloopError(error).message }) };
  }
  // Outside git nobody can tell who wrote it: it counts, and what it accepts is shown.
  const committed =
    current.method !== 'git' || (await (await committedFiles(project.dir, file, current.commit)).holds(file, bytes));
  try {
    return { file, accepted: parse(bytes.toString('utf8')), committed };
  } catch (error) {
    return { file, accepted: [], committed, problem: toCodeloopError(error).message };
  }
}
