import { contradictions } from '../../checks/behaviour/contradictions.js';
import type { AnyCheck } from '../../checks/define-check.js';
import type { BarsEvidence, Evidence, IntegrityFindings, SectionStanding } from '../../checks/evidence.js';
import { checks } from '../../checks/index.js';
import type { ScreenConfig } from '../../config/schema.js';
import { CodeloopError } from '../../core/errors.js';
import { CheckResult } from '../../core/vocabulary/check.js';
import type { CodeState } from '../../core/vocabulary/code-state.js';
import type { GateVerdict, Stage } from '../../core/vocabulary/gate.js';
import type { Issue } from '../../core/vocabulary/issue.js';
import { type DesignCompare, VisualRegression } from '../../core/vocabulary/pair.js';
import type { Cell, RunManifest } from '../../core/vocabulary/run.js';
import { evaluateGates } from '../../gates/evaluate-gate.js';
import { gates } from '../../gates/index.js';
import { limitIterations } from '../../gates/iterations.js';
import { expectedCell, planCells } from '../../live/planned-cell.js';
import { type AcceptanceFile, acceptanceFiles } from '../../project/acceptance-files.js';
import { formerCommits } from '../../project/code-state/former-commits.js';
import type { Project } from '../../project/project.js';
import type { Run } from '../../store/run.js';
import { inspectRun } from '../../store/run-integrity.js';
import { readSections } from '../../store/section-files.js';
import { examineBaselines } from '../baselines/baseline-standing.js';
import { newestCells } from '../compare-stage.js';
import { whyNotIntegrated } from './judge-move.js';
import { diagnose } from './mend/diagnose.js';
import { runFacts } from './move-facts.js';
import { FINISHED } from './moves.js';
import { accessibilityEvidence } from './read-accessibility.js';
import { barsEvidence } from './read-bars.js';
import { workflowEvidence } from './read-behaviour.js';
import { runnerEvidence } from './read-commands.js';

/** What the gates judge about accepted pictures. */
interface BaselineEvidence {
  evidence: Partial<Evidence>;
  /** Baselines there are, and those that were removed; decides whether the gate applies. */
  count: number;
  /** Digest of the baselines that the run was compared with; undefined: it never was. */
  comparedWith: string | undefined;
}

/** The run's comparison with the accepted pictures, and how those stand now. Throws EVIDENCE_TAMPERED. */
async function baselineEvidence(
  project: Project,
  run: Run,
  screens: readonly ScreenConfig[],
  current: CodeState,
): Promise<BaselineEvidence> {
  const [visual, baselines] = await Promise.all([
    run.readJson('visual', VisualRegression),
    examineBaselines(project, screens, current, run.ledger),
  ]);
  return {
    evidence: { baselines, ...(visual ? { baselinePairs: visual.pairs.filter((pair) => !pair.ad_hoc) } : {}) },
    count: baselines.files.length + baselines.removed.length + (baselines.vanished ? 1 : 0),
    comparedWith: visual?.baselines,
  };
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

/** The project as it is now; `changedFiles` where the caller knows which files differ from the run's start. */
interface ProjectNow {
  state: CodeState;
  changedFiles?: readonly string[];
}

/**
 * What disk and ledger say about a run, against the project as it is now. Hashes every listed file. `baselines`: digest of those
 * that the run was last compared with, which may be younger than the run.
 */
async function examineIntegrity(run: Run, now: ProjectNow, baselines?: string): Promise<IntegrityFindings> {
  const { manifest } = run;
  const found = await inspectRun(run);
  const judgedBy = { ...manifest.code_state.bars, ...(baselines === undefined ? {} : { baselines }) };
  const bars = Object.entries(judgedBy).filter(([name, digest]) => Reflect.get(now.state.bars, name) !== digest);
  return {
    changed: found.changed,
    ledger: found.ledger,
    evidence_tree: manifest.code_state.tree,
    current_tree: now.state.tree,
    changed_files: [...(now.changedFiles ?? [])],
    changed_bars: bars.map(([name]) => name),
    environments: manifest.environment ? [manifest.environment.id] : [],
    files_examined: found.files_examined,
    contradictions: [],
  };
}

/**
 * How far each planned section has come, as a stage asks: its state, and for a release whether a verdict of stage integration in this
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

interface JudgeRequest {
  project: Project;
  run: Run;
  current: ProjectNow;
  screens: readonly ScreenConfig[];
  /** References found on disk now; decides whether the design gate applies. */
  references: number;
  compare: DesignCompare | undefined;
  /** Where the app answered; undefined when nobody started it for this judgement. */
  base: string | undefined;
  stage: Stage;
  /** Criteria that a call names, besides those of `docs/acceptance`. */
  moreAcceptance?: readonly AcceptanceFile[] | undefined;
}

/** A judgement with what it was made from. */
export interface Judged {
  verdict: GateVerdict;
  /** What its failures come to, in the order in which to mend it. */
  issues: Issue[];
  cells: Cell[];
  /** Digest of the manifest that was judged. */
  manifestSha256: string;
  integrity: IntegrityFindings;
  /** All that the checks looked at. */
  evidence: Partial<Evidence>;
  bars: BarsEvidence;
}

/** Judges a run's stored evidence by all gates of a stage; drives nothing and writes nothing. */
export async function judge(request: JudgeRequest): Promise<Judged> {
  const { project, run, screens } = request;
  const { manifest, sha256 } = run.read();
  const cells = newestCells(manifest.cells);
  const { state } = request.current;
  const head = state.method === 'git' ? state.commit : undefined;
  const history = formerCommits({ project: project.dir, head, env: process.env });
  const [[visual, found], [runners, bars], workflow, accessibility, files, sections] = await Promise.all([
    baselineEvidence(project, run, screens, state).then(
      async (one) => [one, await examineIntegrity(run, request.current, one.comparedWith)] as const,
    ),
    runnerEvidence(project, run, (await history).commits).then(async (one) => {
      const asked = { project, screens, ledger: run.ledger, runners: one.evidence, history: await history };
      return [one, await barsEvidence({ ...asked, current: state })] as const;
    }),
    workflowEvidence(project, run, request.stage),
    accessibilityEvidence(project, run, cells, state),
    acceptanceFiles(project.dir),
    sectionStandings(project, run, state, request.stage),
  ]);
  const acceptance = withMore(files, request.moreAcceptance ?? []);
  const evidence: Partial<Evidence> = {
    expected: expectedCells(project, screens, request.base ?? baseOf(cells, screens)),
    cells,
    flaky: flakyCells(manifest.cells),
    design: {
      threshold: project.config.design.match_threshold,
      blockOnSeverity: project.config.design.block_on_severity,
      maxMaskedRatio: project.config.design.max_masked_ratio,
    },
    runtime: { allowedConsoleErrors: project.config.runtime.allowed_console_errors },
    bars,
    workflow,
    accessibility,
    acceptance,
    sections,
    runners: runners.evidence,
    ...visual.evidence,
    ...(request.compare
      ? { pairs: request.compare.pairs.filter((pair) => !pair.ad_hoc), unmatched: request.compare.unmatched }
      : {}),
  };
  const facts = {
    screens: screens.length,
    pages: screens.filter(({ app }) => app === undefined).length,
    references: request.references,
    baselines: visual.count,
    flows: workflow.saved.length,
    acceptance: acceptance.length,
    sections: sections.length,
    accessibility: project.config.accessibility.enabled,
    workflowRequired: project.config.workflow.required,
    ...runners.facts,
    stage: request.stage,
  };
  const once = eachOnce(checks);
  const evaluate = (more: Pick<Evidence, 'issues' | 'checkResults' | 'integrity'>) =>
    evaluateGates(gates, once, { ...evidence, ...more }, facts, project.config.gates.threshold);
  // Criteria cite checks, and one gate asks what all the others found: each is judged again with the answers it needs.
  const first = evaluate({ issues: [], checkResults: [], integrity: found }).checks;
  const integrity = { ...found, contradictions: contradictions(await storedResults(request, manifest, first)) };
  const checkResults = evaluate({ issues: [], checkResults: [], integrity }).checks;
  const issues = diagnose({
    checks: evaluate({ issues: [], checkResults, integrity }).checks,
    pairs: evidence.pairs ?? [],
    blockOnSeverity: project.config.design.block_on_severity,
  });
  const verdict = { ...evaluate({ issues, checkResults, integrity }), bars: bars.now };
  const { branch = '', tree } = request.current.state;
  return {
    verdict: limitIterations(verdict, run.ledger.iterations(branch), tree, project.config.gates.max_iterations),
    issues,
    cells,
    manifestSha256: sha256,
    integrity,
    evidence: { ...evidence, integrity },
    bars,
  };
}

/** Answers that change while a judgement is being put together. */
const GROWING: ReadonlySet<string> = new Set(['issues', 'checkResults', 'integrity']);
/** Evidence that pictures alone are. */
const PICTURES: ReadonlySet<string> = new Set(['cells', 'design', 'runtime']);

/** The same checks, each of which looks at its evidence once, unless that grows. */
function eachOnce(all: readonly AnyCheck[]): AnyCheck[] {
  return all.map((check) => {
    if (check.requires.some((part) => GROWING.has(part))) return check;
    let known: ReturnType<AnyCheck['run']> | undefined;
    return {
      ...check,
      run(evidence) {
        known ??= check.run(evidence);
        return known;
      },
    };
  });
}

/** What the run says it came to, beside what its pictures come to now. */
async function storedResults({ run, compare }: JudgeRequest, manifest: RunManifest, derived: readonly CheckResult[]) {
  const results = await run.readJson('checks', CheckResult.array()).catch((error: unknown) => {
    // A file that was edited is named by its hash; nothing is to be learnt from it.
    if (error instanceof CodeloopError && error.code === 'EVIDENCE_TAMPERED') return undefined;
    throw error;
  });
  const at = manifest.entries.findLast(({ kind }) => kind === 'checks')?.at;
  const decided = new Set(
    checks.filter(({ requires }) => requires.every((part) => PICTURES.has(part))).map(({ id }) => id),
  );
  return {
    compare,
    cells: manifest.cells,
    checks: results && at !== undefined ? { results, at } : undefined,
    derived: derived.filter(({ id }) => decided.has(id)),
  };
}

/** Both, each file once. */
function withMore(own: readonly AcceptanceFile[], more: readonly AcceptanceFile[]): AcceptanceFile[] {
  return [...own, ...more.filter(({ file }) => !own.some((one) => one.file === file))];
}

function expectedCells(
  project: Project,
  screens: readonly ScreenConfig[],
  base: string | undefined,
): Evidence['expected'] {
  // Without an address nothing was photographed either; the screens are still expected, at their paths.
  return planCells(project, screens, base ?? 'http://127.0.0.1/').map((planned) => expectedCell(planned));
}

/** The app's address as the pictures tell it: an address asked for, less the path of its screen. */
function baseOf(cells: readonly Cell[], screens: readonly ScreenConfig[]): string | undefined {
  for (const cell of cells) {
    const path = screens.find((screen) => screen.name === cell.screen)?.path;
    const url = cell.screenshot?.requested_url;
    if (path === undefined || url === undefined) continue;
    const tail = path.replace(/^\/+/, '');
    if (url.endsWith(tail)) return url.slice(0, url.length - tail.length);
  }
  return undefined;
}
