import flowsReplayed from '../checks/behaviour/flows-replayed.js';
import screensCovered from '../checks/behaviour/screens-covered.js';
import { countingRecordings } from '../checks/behaviour/workflow-findings.js';
import type { Evidence } from '../checks/evidence.js';
import { CodeloopError } from '../core/errors.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import { verdictFile } from '../store/paths.js';
import type { Run } from '../store/run.js';
import { sameCodeState } from '../store/which-run.js';
import { type Judged, judge } from '../verify/judge/judge.js';
import { storedVerification, type Verification } from '../verify/verification.js';
import { type LoopFacts, type LoopState, loopSteps } from './loop-steps.js';

const TOOL = 'codeloop_check_workflow';
/** Errors that mean that there is no run; every other one is an error of the call. */
const NO_RUN: ReadonlySet<string> = new Set(['RUN_NOT_FOUND', 'EVIDENCE_STALE', 'EVIDENCE_TAMPERED']);

/** Returns how far the loop is on the present code, with the screens that no interaction covers. Writes nothing. Throws RUN_NOT_FOUND (a run that was named). */
export async function checkLoop(
  project: Project,
  session: Session,
  runId: string | undefined,
): Promise<LoopState & { uncovered: string[]; runId: string | undefined }> {
  const { facts } = await lookAtLoop(project, session, runId, TOOL);
  return {
    ...loopSteps(facts),
    uncovered: [...facts.uncovered],
    runId: 'id' in facts.run ? facts.run.id : undefined,
  };
}

/** A project's way through the loop, and what was looked at where there is a run of the present code. */
interface LoopLook {
  facts: LoopFacts;
  run?: Run;
  judged?: Judged;
}

/** The facts, from the run that is named or the newest of the present code state. Throws RUN_NOT_FOUND (a run that was named). */
export async function lookAtLoop(
  project: Project,
  session: Session,
  runId: string | undefined,
  tool: string,
): Promise<LoopLook> {
  const screens = (await projectScreens(project)).map(({ name }) => name);
  const none = {
    configured: project.configured,
    screens,
    flows: { saved: 0, replayed: 0, recordings: 0 },
    workflowRequired: project.config.workflow.required,
    uncovered: screens,
    verdict: undefined,
  };
  let work: Verification;
  try {
    work = await storedVerification({ project, session, tool, runId });
  } catch (error) {
    if (!(error instanceof CodeloopError) || !NO_RUN.has(error.code) || runId !== undefined) throw error;
    const reason = error.code === 'RUN_NOT_FOUND' ? 'nothing was verified yet' : error.message.replace(/\.$/, '');
    return { facts: { ...none, run: { reason } } };
  }
  const { run } = work;
  const current = work.watch.state;
  if (!sameCodeState(run.manifest.code_state, current))
    return { facts: { ...none, run: { reason: `${run.id} was made from other code than there is now` } } };
  const judged = await judge(work, { stage: 'section' });
  const { evidence, cells } = judged;
  const newest = run.verdicts().at(-1);
  const verdict = newest && sameCodeState(newest.code_state, current) ? newest : undefined;
  const { state } = run.state();
  const facts: LoopFacts = {
    ...none,
    run: {
      id: run.id,
      verified: run.latest('checks') !== undefined && state !== 'incomplete' && state !== 'writing',
      screenshots: cells.filter(({ screenshot }) => screenshot).length,
    },
    ...behaviour(evidence, screens),
    verdict: verdict && { path: verdictFile(run.id, verdict.n), verdict: verdict.verdict },
  };
  return { facts, run, judged };
}

/** Returns what the recorded interactions cover, by the same checks that the gate uses. */
function behaviour(evidence: Partial<Evidence>, screens: readonly string[]): Pick<LoopFacts, 'flows' | 'uncovered'> {
  const { workflow, runtime } = evidence;
  if (!workflow || !runtime) return { flows: { saved: 0, replayed: 0, recordings: 0 }, uncovered: screens };
  const replayed = workflow.saved.filter(
    (saved) => flowsReplayed.run({ workflow: { ...workflow, saved: [saved] }, runtime }).status === 'pass',
  );
  const recordings = countingRecordings(workflow, runtime);
  const cover = screensCovered.run(evidence);
  const uncovered = new Set(cover.problems.flatMap(({ screen }) => screen ?? []));
  return {
    flows: { saved: workflow.saved.length, replayed: replayed.length, recordings: recordings.length },
    uncovered: screens.filter((name) => cover.status === 'could_not_run' || uncovered.has(name)),
  };
}
