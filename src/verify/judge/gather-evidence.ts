import { type BigIntStats, fstatSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { contradictions } from '../../checks/behaviour/contradictions.js';
import type { Evidence, IntegrityFindings, SectionStanding } from '../../checks/evidence.js';
import { type AcceptanceFile, acceptanceFiles } from '../../config/acceptance.js';
import { BAR_FILES, BAR_FOLDERS } from '../../config/lowered-bars.js';
import { CONFIG_FILE } from '../../config/parse-settings.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import type { Stage } from '../../core/vocabulary/gate.js';
import { CheckResult } from '../../core/vocabulary/gate.js';
import { DesignCompare, VisualRegression } from '../../core/vocabulary/pair.js';
import type { Cell, CodeState } from '../../core/vocabulary/run.js';
import type { RunnersRecord } from '../../core/vocabulary/runner.js';
import { expectedCell, planCells } from '../../live/planned-cell.js';
import { beyondMoves } from '../../project/code-state/code-state-scope.js';
import { formerCommits } from '../../project/code-state/former-commits.js';
import type { Project } from '../../project/project.js';
import { LOOKED_AT } from '../../project/runners/detect-runners.js';
import type { Run } from '../../store/run.js';
import { inspectRun } from '../../store/run-integrity.js';
import { readSections } from '../../store/section-files.js';
import { examineBaselines } from '../baselines/baseline-standing.js';
import type { Photographed, Verification } from '../verification.js';
import { inPlannedOrder, newestCells } from '../verification.js';
import { FINISHED, runFacts, whyNotIntegrated } from './judge-move.js';
import { barsEvidence } from './read-bars.js';
import { runnerEvidence, workflowEvidence } from './read-behaviour.js';
import { accessibilityEvidence, layoutEvidence } from './read-findings.js';

/**
 * Returns how far each planned section is, as a stage asks: its state, and for a release whether a verdict of stage integration in this
 * very run proves it. Nothing at stage section, which asks for none. Throws CONFIG_INVALID, EVIDENCE_TAMPERED.
 */
async function sectionStandings(
  project: Project,
  run: Run,
  current: CodeState,
  stage: Stage,
): Promise<SectionStanding[]> {
  if (stage === 'section') return [];
  const { sections } = readSections(project.dir);
  if (sections.length === 0) return [];
  const facts = stage === 'release' ? await runFacts(project, run, current) : undefined;
  return sections.map((section) => {
    const { id, state } = section;
    const finished = stage === 'release' ? state === 'done' : FINISHED.has(state);
    const unproven = facts && whyNotIntegrated(section, facts);
    return { id, state, finished, ...(unproven === undefined ? {} : { unproven }) };
  });
}

/** A judgement's request beyond the run itself. */
export interface EvidenceRequest {
  stage: Stage;
  /** The project as it is now, where it may have changed since the work began; `changedFiles`: those that did. */
  now?: { state: CodeState; changedFiles: readonly string[] };
  /** Address of the app; default: that of its pictures. */
  base?: string | undefined;
  /** Criteria that a call names, besides those of `docs/acceptance`. */
  moreAcceptance?: readonly AcceptanceFile[] | undefined;
}

/** The raw evidence: all that the checks of the first round look at. */
type RawEvidence = Omit<
  Evidence,
  'pairs' | 'unmatched' | 'baselinePairs' | 'contradictions' | 'checkResults' | 'issues'
> &
  Partial<Pick<Evidence, 'pairs' | 'unmatched' | 'baselinePairs'>>;

/** The content of a run and the present project, each piece read once: for the judgement, the diagnosis and the report. */
export interface Gathered extends Photographed {
  stage: Stage;
  /** The code as it is now. */
  current: CodeState;
  /** Digest of the manifest that its cells and its evidence are of. */
  manifestSha256: string;
  /** The comparison with the designs. */
  compare: DesignCompare | undefined;
  /** The comparison with the accepted pictures. */
  visual: VisualRegression | undefined;
  evidence: RawEvidence;
  /** The project's own commands that the newest verification left out. */
  skippedCommands: RunnersRecord['skipped'];
  /** Returns the stored results of the run that do not follow from its pictures. */
  contradicted(results: readonly CheckResult[]): string[];
}

/** Gathers the evidence of a run as it lies on disk; drives nothing and writes nothing. Throws EVIDENCE_TAMPERED, CONFIG_INVALID. */
export async function gatherEvidence(work: Verification, request: EvidenceRequest): Promise<Gathered> {
  const { project, run, screens, references } = work;
  const { config } = project;
  const { stage } = request;
  const current = request.now?.state ?? work.watch.state;
  const { manifest, sha256: manifestSha256 } = run.read();
  const cells = inPlannedOrder(newestCells(manifest.cells), screens, config);
  const head = current.method === 'git' ? current.commit : undefined;
  const history = await formerCommits({
    ...{ project: project.dir, head, ci: work.session.ci, env: process.env },
    without: config.gates.history === 'none',
    read: [...new Set([CONFIG_FILE, ...LOOKED_AT, ...BAR_FILES, ...BAR_FOLDERS])],
    list: [config.design.dir],
  });
  const visual = run.readJson('visual', VisualRegression);
  const layouts = layoutEvidence(project, run, cells, current);
  const [
    compare,
    accepted,
    baselines,
    integrity,
    [runners, bars],
    workflow,
    accessibility,
    layout,
    files,
    sections,
    checks,
  ] = await Promise.all([
    run.readJson('summary', DesignCompare),
    visual,
    examineBaselines(project, screens, current, run.ledger),
    visual.then((one) => examineIntegrity(run, current, request.now?.changedFiles ?? [], one?.baselines)),
    runnerEvidence(project, run, history.commits).then(async (one) => {
      const asked = { project, screens, ledger: run.ledger, runners: one.evidence, history };
      return [one, await barsEvidence({ ...asked, current, layout: await layouts })] as const;
    }),
    workflowEvidence(project, run, stage),
    accessibilityEvidence(project, run, cells, current),
    layouts,
    acceptanceFiles(project.dir),
    sectionStandings(project, run, current, stage),
    storedChecks(run),
  ]);
  const acceptance = withMore(files, request.moreAcceptance ?? []);
  const base = request.base ?? baseOf(cells, screens) ?? 'http://127.0.0.1/';
  return {
    ...work,
    ...{ stage, current, cells, manifestSha256, compare, visual: accepted },
    evidence: {
      screens: screens.map(({ name: screen, app, drawn }) => ({
        screen,
        ...(app === undefined ? {} : { app }),
        ...(drawn ? { drawn } : {}),
      })),
      // Without an address nothing was photographed either; the screens are still expected, at their paths.
      expected: planCells(project, screens, base).map(expectedCell),
      cells: [...cells],
      flaky: flakyCells(manifest.cells),
      design: {
        threshold: config.design.match_threshold,
        blockOnSeverity: config.design.block_on_severity,
        maxMaskedRatio: config.design.max_masked_ratio,
      },
      runtime: { allowedConsoleErrors: config.runtime.allowed_console_errors },
      ...{ integrity, bars, workflow, accessibility, layout, acceptance, sections, baselines },
      runners: runners.evidence,
      references: references.references.length + references.unmatched.length,
      ...(accepted ? { baselinePairs: accepted.pairs.filter((pair) => !pair.ad_hoc) } : {}),
      ...(compare ? { pairs: compare.pairs.filter((pair) => !pair.ad_hoc), unmatched: compare.unmatched } : {}),
    },
    skippedCommands: runners.skipped,
    contradicted: (derived) => contradictions({ compare, cells: manifest.cells, checks, derived }),
  };
}

/** The results that the run keeps, with when they were written. */
async function storedChecks(run: Run): Promise<{ results: CheckResult[]; at: string } | undefined> {
  const at = run.latest('checks')?.at;
  try {
    const results = await run.readJson('checks', CheckResult.array());
    return results && at !== undefined ? { results, at } : undefined;
  } catch (error) {
    // A file that was edited is named by its hash; nothing is to be learnt from it.
    if (error instanceof CodeloopError && error.code === 'EVIDENCE_TAMPERED') return undefined;
    throw error;
  }
}

/**
 * Compares a run with disk, ledger and the present project. Hashes every listed file. `baselines`: digest of those
 * that the run was last compared with, which may be younger than the run.
 */
async function examineIntegrity(
  run: Run,
  now: CodeState,
  changedFiles: readonly string[],
  baselines: string | undefined,
): Promise<IntegrityFindings> {
  const { manifest } = run;
  const { changed, ledger, files_examined } = await inspectRun(run);
  const judgedBy = { ...manifest.code_state.bars, ...(baselines === undefined ? {} : { baselines }) };
  const bars = Object.entries(judgedBy).filter(([name, digest]) => Reflect.get(now.bars, name) !== digest);
  const beyond = beyondMoves(manifest.code_state, now).code;
  const moved = [...changedFiles, ...manifest.cells.flatMap(({ stale }) => stale?.files ?? [])];
  return {
    ...{ changed, ledger, files_examined },
    output_files: outputFiles(run.projectDir, [...new Set(moved)]),
    evidence_tree: manifest.code_state.tree,
    current_tree: [now.tree, ...beyond].join(' '),
    changed_files: [...new Set([...changedFiles, ...beyond])],
    changed_bars: bars.map(([name]) => name),
    environments: manifest.environment ? [manifest.environment.id] : [],
  };
}

/** Those of some files that what this process prints is written to; paths relative to the project. */
function outputFiles(dir: string, files: readonly string[]): string[] {
  const known = (find: () => BigIntStats) => {
    try {
      const { dev, ino } = find();
      return `${dev} ${ino}`;
    } catch (error) {
      // Shut, or gone meanwhile.
      if (isErrno(error)) return undefined;
      throw error;
    }
  };
  const ours = [1, 2].map((fd) => known(() => fstatSync(fd, { bigint: true })));
  return files.filter((file) => ours.includes(known(() => lstatSync(join(dir, file), { bigint: true })) ?? ''));
}

/** Cells of which two counting versions on one code state show different pixels. */
function flakyCells(cells: readonly Cell[]): { screen: string; viewport: string; reason: string }[] {
  const seen = new Map<string, { cell: Cell; digests: Map<string, number> }>();
  for (const cell of cells) {
    const shot = cell.screenshot;
    if (cell.ad_hoc || cell.stale || !shot) continue;
    const key = `${cell.screen}\n${cell.viewport}`;
    const known = seen.get(key) ?? { cell, digests: new Map<string, number>() };
    known.digests.set(shot.image.sha256, cell.version);
    seen.set(key, known);
  }
  return [...seen.values()]
    .filter(({ digests }) => digests.size > 1)
    .map(({ cell, digests }) => ({
      screen: cell.screen,
      viewport: cell.viewport,
      reason: `versions ${[...digests.values()].join(' and ')} differ`,
    }));
}

/** Both, each file once. */
function withMore(own: readonly AcceptanceFile[], more: readonly AcceptanceFile[]): AcceptanceFile[] {
  return [...own, ...more.filter(({ file }) => !own.some((one) => one.file === file))];
}

/** The app's address as the pictures tell it: an address asked for, less the path of its screen. */
export function baseOf(cells: readonly Cell[], screens: Verification['screens']): string | undefined {
  for (const cell of cells) {
    const path = screens.find((screen) => screen.name === cell.screen)?.path;
    const url = cell.screenshot?.requested_url;
    if (path === undefined || url === undefined) continue;
    const tail = path.replace(/^\/+/, '');
    const base = url.slice(0, url.length - tail.length);
    // What `redact` has masked is no address any more.
    if (url.endsWith(tail) && URL.canParse(base)) return base;
  }
  return undefined;
}
