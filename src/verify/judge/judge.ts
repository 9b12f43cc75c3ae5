import { checks } from '../../checks/index.js';
import type { GateVerdict, Remaining } from '../../core/vocabulary/gate.js';
import { type Issue, isUrgent } from '../../core/vocabulary/issue.js';
import type { Pair } from '../../core/vocabulary/pair.js';
import { evaluateGates, limitIterations } from '../../gates/evaluate.js';
import { gates } from '../../gates/table.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { newerPictures, storedVerification, type Verification } from '../verification.js';
import { diagnose, focusFirst } from './diagnosis/diagnose.js';
import { type EvidenceRequest, type Gathered, gatherEvidence } from './gather-evidence.js';
import type { FirstRepair } from './verdict-status.js';
import { whatRemains } from './what-remains.js';

/** A judgement with what it was made from. */
export interface Judged extends Gathered {
  verdict: GateVerdict;
  /** Issues from its failures, in the order in which to fix them. */
  issues: readonly Issue[];
  /** What it leaves, green or not. */
  remaining: Remaining;
}

/** Judges a run's stored evidence by all gates of a stage; drives nothing and writes nothing. Throws as `gatherEvidence`. */
export async function judge(work: Verification, request: EvidenceRequest): Promise<Judged> {
  const gathered = await gatherEvidence(work, request);
  const { project, run } = work;
  const { evidence, stage, current } = gathered;
  const { verdict, over } = evaluateGates(gates, checks, evidence, stage, project.config.gates.threshold, {
    // Of what was stored only that is held against the run which its pictures alone decide.
    contradictions: (results) => gathered.contradicted(results.filter(({ id }) => byPictures.has(id))),
    issues: (results) =>
      diagnose({
        checks: results,
        pairs: evidence.pairs ?? [],
        blockOnSeverity: project.config.design.block_on_severity,
      }),
  });
  const { branch = '', tree } = current;
  const judged = { ...verdict, bars: evidence.bars.now };
  return {
    ...gathered,
    verdict: limitIterations(judged, run.ledger.iterations(branch), tree, project.config.gates.max_iterations),
    issues: over.issues ?? [],
    remaining: whatRemains({
      ...gathered,
      verdict,
      newer: newerPictures(run.manifest.cells),
      state: run.manifest.code_state,
    }),
  };
}

/** Evidence that pictures alone are. */
const PICTURES: ReadonlySet<string> = new Set(['cells', 'design', 'runtime']);
/** Checks that pictures alone decide. */
const byPictures: ReadonlySet<string> = new Set(
  checks.filter(({ requires }) => requires.every((part) => PICTURES.has(part))).map(({ id }) => id),
);

interface DiagnoseRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  focusFiles: readonly string[];
}

interface Diagnosis {
  runId: string;
  issues: Issue[];
  verdict: GateVerdict;
}

/** Elements that are looked up in the sources: the first issues are the ones somebody reads. */
const MAX_LOOKED_UP = 30;
const TOOL = 'codeloop_diagnose';

/**
 * Returns the issues by the evidence of a run and the project as it is now. Without a run of the present code the newest one is
 * looked at, and that the code changed since is its first issue. Writes nothing. Throws RUN_NOT_FOUND, EVIDENCE_TAMPERED.
 */
export async function diagnoseRun({ project, session, runId, focusFiles }: DiagnoseRequest): Promise<Diagnosis> {
  const work = await storedVerification({ project, session, tool: TOOL, runId, rule: 'present_or_newest' });
  const { verdict, issues } = await judge(work, { stage: 'section' });
  return { runId: work.run.id, verdict, issues: focusFirst(await placeElements(project, issues), focusFiles) };
}

/**
 * What to mend first so that a verdict passes, with its place in the sources where that is known: what whoever changes the code can mend goes
 * before what only a person or the machine can. Undefined for one that has passed.
 */
export async function firstRepair(
  project: Project,
  { passed, checks: results }: GateVerdict,
  pairs: readonly Pair[],
): Promise<FirstRepair | undefined> {
  if (passed) return undefined;
  const issues = diagnose({ checks: results, pairs, blockOnSeverity: project.config.design.block_on_severity });
  const first = issues.find((issue) => issue.status === 'fail' && isUrgent(issue)) ?? issues[0];
  if (!first) return undefined;
  const [placed = first] = await placeElements(project, [first]);
  return { issue: placed, others: issues.filter(isUrgent).length - Number(isUrgent(first)) };
}

/** The issues with the place in the sources that writes their element, where there is just one. */
async function placeElements(project: Project, issues: readonly Issue[]): Promise<Issue[]> {
  // Who only judges has no use for what reads the project's sources.
  const { ElementSources } = await import('../../project/source-place.js');
  const sources = new ElementSources(project.dir);
  const placed: Issue[] = [];
  for (const [at, issue] of issues.entries()) {
    const open = at < MAX_LOOKED_UP && issue.file === undefined;
    // Accessibility shows the tag itself.
    const html = issue.evidence
      .map(({ text }) => /<[a-z][^<>]*>/i.exec(text ?? '')?.[0])
      .find((tag) => tag !== undefined);
    const known = issue.element ?? (html === undefined ? undefined : { selector: '' });
    const place = open && known ? await sources.find({ ...known, html }) : undefined;
    placed.push(place ? { ...issue, ...place } : issue);
  }
  return placed;
}
