import accessibilityViolations from '../checks/accessibility/accessibility-violations.js';
import layoutSound from '../checks/layout/layout-sound.js';
import { isoTime } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import type { AccessibilityResult } from '../core/vocabulary/accessibility.js';
import type { BaselineProposal } from '../core/vocabulary/baseline.js';
import type { CheckResult } from '../core/vocabulary/gate.js';
import { type Pair, regionLine, regionText } from '../core/vocabulary/pair.js';
import type { Cell, ExpectedCell, TestLook } from '../core/vocabulary/run.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { pairLine } from '../design/compare-pair.js';
import { TESTS_FOLDER } from '../design/references.js';
import { ElementSources } from '../project/source-place.js';
import { baselineEnvironment, baselinePlace, readBaselines } from '../store/baseline-files.js';
import { writeProposal } from '../store/baseline-proposals.js';
import { candidatesFor } from '../verify/baselines/compare-baseline.js';
import { comparePhase } from '../verify/compare-phase.js';
import { accessibilityEvidence, layoutEvidence } from '../verify/judge/read-findings.js';
import { emptyCell, type Looking, photographed } from './look.js';

/** The four things that can be asserted of a page. */
export const ASSERTIONS = ['toMatchDesign', 'toMatchBaseline', 'toBeLaidOutSoundly', 'toBeAccessible'] as const;
export type Assertion = (typeof ASSERTIONS)[number];

/** What a page comes to. */
export interface Judgement {
  holds: boolean;
  /** A line each, the worst first; they quote the page. */
  found: string[];
  /** The pictures that show it. */
  reference?: Artifact;
  actual?: Artifact;
  diff?: Artifact;
  /** The cell it was judged by, to be kept. */
  cell: Cell;
  /** What axe-core said, to be kept with it. */
  examined?: AccessibilityResult;
  /** Why there is nothing accepted to compare with; `differs`: there is, and it shows something else. */
  baseline?: 'missing' | 'elsewhere' | 'unrecorded' | 'differs';
}

/** Regions of a pair, and problems of a check, that are told. */
const MOST = 8;

/** Judges the page as it stands. Throws ENGINE_UNABLE for what this browser does not tell, and as `Capture.screenshot`. */
export function judgePage(at: Looking, assertion: Assertion): Promise<Judgement> {
  switch (assertion) {
    case 'toMatchDesign':
      return matchesDesign(at);
    case 'toMatchBaseline':
      return matchesBaseline(at);
    case 'toBeLaidOutSoundly':
      return isLaidOutSoundly(at);
    case 'toBeAccessible':
      return isAccessible(at);
  }
}

/** Keeps what was judged in the run, marked as what a test saw. */
export async function keepLook(
  { run, test, planned }: Looking,
  { cell, examined, holds, found, reference, diff }: Judgement,
  asserted: Assertion,
  negated: boolean,
): Promise<void> {
  const data = `${JSON.stringify(examined, null, 1)}\n`;
  const result = examined && (await run.put({ kind: 'accessibility', name: `${planned.name}.axe.json`, data }));
  const look: TestLook = {
    ...{ ...test, asserted, negated, holds, found },
    ...(reference ? { reference } : {}),
    ...(diff ? { diff } : {}),
  };
  const { version: _, ...rest } = cell;
  await run.appendCell({ ...rest, ...(result ? { accessibility: { result } } : {}), test: look });
}

async function matchesDesign(at: Looking): Promise<Judgement> {
  const { planned, references, project } = at;
  const { screen, viewportName: viewport } = planned;
  const reference = references.references.find((one) => one.screen === screen.name && one.viewport === viewport);
  const cell = await photographed(at, { writing: reference !== undefined });
  const actual = actualOf(cell);
  if (!reference) {
    const others = references.references.filter((one) => one.screen === screen.name).map(({ path }) => path);
    const known = others.length > 0 ? ` Of this screen there is ${others.join(', ')}.` : '';
    // What only a test knows lies apart: verify asks of every other design that a screen shows it.
    const folder = at.screens.includes(screen) ? '' : `${TESTS_FOLDER}/`;
    const line = `There is no design of it: ${project.config.design.dir}/${folder}${slug(viewport)}/${slug(screen.name)}.png is not there.${known}`;
    return { holds: false, found: [line], cell, ...actual };
  }
  const work = { ...at, cells: [cell], references: { references: [reference], unmatched: [] } };
  const [pair] = (await comparePhase(work)).compare.pairs;
  return ofPair(at, cell, pair);
}

async function matchesBaseline(at: Looking): Promise<Judgement> {
  const { planned, project } = at;
  const { screen, viewportName: viewport } = planned;
  const environment = await at.page.environment();
  const here = baselineEnvironment(environment, planned.viewport.device_scale_factor);
  const places = readBaselines(project.dir).filter((place) => place.sha256 !== undefined);
  const candidates = candidatesFor(places, screen.name, viewport, here);
  const cell = await photographed(at, {});
  const actual = actualOf(cell);
  const [own] = candidates;
  if (!own) {
    const line = `No picture of it was accepted yet (environment ${here}).`;
    return { holds: false, found: [line], cell, ...actual, baseline: 'missing' };
  }
  const last = own.history.at(-1);
  if (own.damaged || last?.event !== 'accepted' || last.sha256 !== own.sha256) {
    const line = `${own.path} is not what a person accepted: its history does not say so.`;
    return { holds: false, found: [line], cell, reference: { path: own.path }, ...actual, baseline: 'unrecorded' };
  }
  const accepted = { cells: [{ screen: screen.name, viewport, here, candidates }], digest: '' };
  const work = { ...at, cells: [cell], references: { references: [], unmatched: [] }, accepted };
  const [pair] = (await comparePhase(work)).baselinePairs;
  const judged = ofPair(at, cell, pair);
  if (judged.holds) return judged;
  return { ...judged, baseline: pair?.same_environment ? 'differs' : 'elsewhere' };
}

/** A compared pair in words. A picture that did not stand still proves nothing, whatever it is compared with. */
function ofPair({ project }: Looking, cell: Cell, pair: Pair | undefined): Judgement {
  if (!pair) throw new CodeloopError('INTERNAL', { reason: 'a picture was not compared' });
  const unsteady = unsteadyLine(cell);
  const found = [pairLine(pair), ...pair.regions.slice(0, MOST).map(regionText)];
  const more = (pair.region_count ?? pair.regions.length) - Math.min(MOST, pair.regions.length);
  if (more > 0) found.push(`… and ${more} more`);
  if (pair.note !== undefined) found.push(pair.note);
  const deviations = pair.figma?.deviations ?? [];
  for (const { layer, element, properties } of deviations.slice(0, MOST))
    found.push(`design layer "${layer.name}": ${regionLine({ element, properties })}`);
  const { reference, diff } = pair;
  const masked = (cell.screenshot?.masked_ratio ?? 0) > project.config.design.max_masked_ratio;
  if (masked) found.push('More of it is masked than design.max_masked_ratio allows.');
  return {
    holds: pair.outcome === 'match' && unsteady === undefined && !masked,
    found: unsteady === undefined ? found : [unsteady, ...found],
    cell,
    ...(reference ? { reference } : {}),
    ...actualOf(cell),
    ...(diff ? { diff } : {}),
  };
}

function unsteadyLine({ screenshot }: Cell): string | undefined {
  if (!screenshot || screenshot.steady.settled) return undefined;
  const { mask_proposal: part } = screenshot.steady;
  return `The page did not stand still${typeof part === 'string' ? `: ${part} moves; mask it or stop it` : ''}.`;
}

function actualOf({ screenshot }: Cell): { actual?: Artifact } {
  return screenshot ? { actual: screenshot.image } : {};
}

async function isLaidOutSoundly(at: Looking): Promise<Judgement> {
  assertTells(at, 'how it laid a page out');
  const cell = await photographed(at, { layout: true });
  const evidence = await layoutEvidence(at.project, at.run, [cell], at.watch.state);
  const sources = new ElementSources(at.project.dir);
  const findings = await Promise.all(
    evidence.report.findings.map(async (finding) => {
      const place = await sources.find(finding.element);
      const source = place ? { source: `${place.file}:${place.line}` } : {};
      return { ...finding, element: { ...finding.element, ...source } };
    }),
  );
  const layout = { ...evidence, report: { ...evidence.report, findings } };
  const result = layoutSound.run({ layout, expected: [expectedOf(at)] });
  return { ...ofCheck(result), cell, ...actualOf(cell) };
}

async function isAccessible(at: Looking): Promise<Judgement> {
  assertTells(at, 'enough of a page to examine it behind its scripts');
  const { page, run, planned, signal } = at;
  const examined = await page.accessibility(signal);
  const { screen, viewportName: viewport } = planned;
  const evidence = await accessibilityEvidence(at.project, run, [], at.watch.state);
  const accessibility = { ...evidence, cells: [{ screen: screen.name, viewport, result: examined }] };
  const judged = ofCheck(accessibilityViolations.run({ accessibility, expected: [expectedOf(at)] }));
  return { ...judged, cell: emptyCell(at), examined };
}

function assertTells({ page }: Looking, what: string): void {
  if (!page.tells) throw new CodeloopError('ENGINE_UNABLE', { engine: page.engine, what });
}

function expectedOf({ planned }: Looking): ExpectedCell {
  const { screen, viewportName, viewport, url } = planned;
  return {
    screen: screen.name,
    viewport: viewportName,
    url,
    width: Math.round(viewport.width * viewport.device_scale_factor),
  };
}

function ofCheck({ status, problems }: Pick<CheckResult, 'status' | 'problems'>): { holds: boolean; found: string[] } {
  const found = problems
    .slice(0, MOST)
    .flatMap(({ title, text, file, line, fix }) => [
      title,
      ...(text ?? '').split('\n').map((one) => `  ${one}`),
      ...(file === undefined ? [] : [`  at ${file}${line === undefined ? '' : `:${line}`}`]),
      ...(fix === undefined ? [] : [`  ${fix}`]),
    ]);
  if (problems.length > MOST) found.push(`… and ${problems.length - MOST} more`);
  return { holds: status === 'pass', found };
}

/**
 * Lays the picture of a judgement where it waits for a person; nothing is accepted by it. Returns its path. Throws BASELINE_READ_ONLY (CI),
 * DISK_FULL.
 */
export async function proposeLook(at: Looking, { cell }: Judgement): Promise<string> {
  const { project, run, planned, test, session } = at;
  const shot = cell.screenshot;
  if (session.ci) throw new CodeloopError('BASELINE_READ_ONLY');
  if (!shot) throw new CodeloopError('INTERNAL', { reason: 'there is no picture to propose' });
  const here = baselineEnvironment(await at.page.environment(), shot.device_scale_factor);
  const place = baselinePlace(here, planned.screen.name, planned.viewportName);
  const standing = readBaselines(project.dir).find(
    (one) => one.environment === here && one.screen === place.screen && one.viewport === place.viewport,
  );
  const { code_state: state } = run.manifest;
  const commit = state.commit === undefined ? {} : { commit: state.commit };
  const proposal: BaselineProposal = {
    schema_version: 1,
    ...place,
    screen_name: planned.screen.name,
    viewport_name: planned.viewportName,
    sha256: shot.image.sha256,
    source: shot.image.path,
    ...(shot.dom ? { dom_sha256: shot.dom.sha256, dom_source: shot.dom.path } : {}),
    from: { run_id: run.id, tree: state.tree, ...commit, test: `${test.place} ${test.title}` },
    reason: `as the test "${test.title}" shows it (${test.place})`.slice(0, 500),
    at: isoTime(session.clock),
    by: test.runner,
    ...(standing?.sha256 === undefined ? {} : { replaces: standing.sha256 }),
  };
  const picture = await run.readEntry(shot.image);
  return writeProposal(project.dir, proposal, { picture, dom: shot.dom ? await run.readEntry(shot.dom) : undefined });
}
