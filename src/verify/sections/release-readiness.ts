import { cellOf, type Evidence, type SectionStanding } from '../../checks/evidence.js';
import { type AcceptanceFile, namedAcceptance } from '../../config/acceptance.js';
import type { GateVerdict, Problem, Remaining, Stage } from '../../core/vocabulary/gate.js';
import type { Pair } from '../../core/vocabulary/pair.js';
import type { Artifact } from '../../core/vocabulary/screenshot.js';
import type { EvidenceSummary, Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { viewFile } from '../../store/paths.js';
import { summarizeEvidence } from '../finished-result.js';
import { judge } from '../judge/judge.js';
import { isInside, REPEATING_GATE } from '../judge/verdict-status.js';
import { storedVerification } from '../verification.js';

interface GateRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  stage: Stage;
  /** A specification whose items, and a file or folder whose criteria, have to be proven too. */
  specPath?: string | undefined;
  acceptancePath?: string | undefined;
}

/**
 * Judges a run by its stored evidence and the project as it is now, and appends the verdict to it.
 * Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED, SPEC_NOT_FOUND, CONFIG_INVALID, PATH_OUTSIDE_ROOTS.
 */
export async function checkGate({ project, session, runId, stage, specPath, acceptancePath }: GateRequest): Promise<{
  verdict: GateVerdict;
  remaining: Remaining;
  evidence: EvidenceSummary;
  runId: string;
  pairs: readonly Pair[];
}> {
  const more = [
    ...(acceptancePath === undefined ? [] : await namedAcceptance(project.dir, acceptancePath)),
    ...(specPath === undefined ? [] : [await specCriteria(project, specPath)]),
  ];
  const work = await storedVerification({ project, session, tool: 'codeloop_gate_check', runId });
  const judged = await judge(work, { stage, moreAcceptance: more });
  const { run, verdict, remaining, manifestSha256, current } = judged;
  const stored = await run.appendVerdict(verdict, manifestSha256, current);
  const pairs = judged.evidence.pairs ?? [];
  return { verdict, remaining, runId: run.id, pairs, evidence: summarizeEvidence(judged, stored.n) };
}

/** Returns a spec's demands as criteria: each item of each section, numbered. */
async function specCriteria(project: Project, path: string): Promise<AcceptanceFile> {
  const { readSpec } = await import('./replan.js');
  const { items } = await readSpec(project, path);
  return {
    file: path,
    criteria: items.map(({ section, text, proof }, index) => ({
      id: `${section}-${index + 1}`,
      text,
      ...(proof ? { proof } : {}),
    })),
  };
}

/** State of one screen at one viewport. */
interface ReleaseCell {
  screen: string;
  viewport: string;
  /** No blocking check has anything against it. */
  ready: boolean;
  /** `none`: it was not photographed. */
  picture: 'fresh' | 'carried' | 'stale' | 'flaky' | 'unsteady' | 'blank' | 'none';
  /** Outcome of the comparison with the design and with the accepted picture; `none`: there is no such reference. */
  design: string;
  baseline: string;
  /** Checks that found something here. */
  failing: string[];
}

/** Every configured screen at each of its viewports, with what the verdict found there. Pure. */
function releaseMatrix(evidence: Partial<Evidence>, verdict: GateVerdict): ReleaseCell[] {
  const found = verdict.checks.filter(
    ({ severity, status, gate }) => severity === 'block' && status !== 'pass' && gate !== REPEATING_GATE,
  );
  return (evidence.expected ?? []).map((want) => {
    const here = (one: { screen?: string | undefined; viewport?: string | undefined }) =>
      one.screen === want.screen && (one.viewport === undefined || one.viewport === want.viewport);
    const isHere = (problem: Problem) => problem.screen !== undefined && isInside(problem, [want]);
    const failing = found.filter(({ problems }) => problems.some(isHere)).map(({ id }) => id);
    return {
      screen: want.screen,
      viewport: want.viewport,
      ready: failing.length === 0,
      picture: pictureOf(evidence, want),
      design: evidence.pairs?.find(here)?.outcome ?? 'none',
      baseline: evidence.baselinePairs?.find(here)?.outcome ?? 'none',
      failing,
    };
  });
}

function pictureOf(
  { cells = [], flaky = [] }: Partial<Evidence>,
  want: { screen: string; viewport: string },
): ReleaseCell['picture'] {
  const cell = cellOf(cells, want);
  const shot = cell?.screenshot;
  if (!cell || !shot) return 'none';
  if (shot.blank) return 'blank';
  if (cell.stale) return 'stale';
  if (cell.carried) return 'carried';
  if (!shot.steady.settled) return 'unsteady';
  return flaky.some((one) => one.screen === want.screen && one.viewport === want.viewport) ? 'flaky' : 'fresh';
}

interface Readiness {
  runId: string;
  verdict: GateVerdict;
  remaining: Remaining;
  matrix: ReleaseCell[];
  pairs: readonly Pair[];
  sections: readonly SectionStanding[];
  /** The report and the verdict. */
  artifacts: Artifact[];
}

const TOOL = 'codeloop_release_readiness';

/**
 * Judges the stored evidence of a run by all gates of stage release and writes one report over every screen at every viewport.
 * Drives nothing. Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED.
 */
export async function releaseReadiness(
  project: Project,
  session: Session,
  runId: string | undefined,
): Promise<Readiness> {
  const work = await storedVerification({ project, session, tool: TOOL, runId });
  const { run } = work;
  const judged = await judge(work, { stage: 'release' });
  // The gate is in this file too, waits for an agent at every turn, and draws no report.
  const { writeReport } = await import('../report-phase.js');
  const { verdict, remaining, compare, evidence } = judged;
  const report = compare && {
    ...(await writeReport({ ...judged, compare, workflow: evidence.workflow, layout: evidence.layout.report })),
    path: viewFile(run.id, 'report.html'),
  };
  await run.appendVerdict(verdict, judged.manifestSha256, judged.current);
  return {
    runId: run.id,
    verdict,
    remaining,
    matrix: releaseMatrix(evidence, verdict),
    pairs: evidence.pairs ?? [],
    sections: evidence.sections,
    artifacts: report ? [report] : [],
  };
}
