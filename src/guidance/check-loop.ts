import flowsReplayed from '../checks/behaviour/flows-replayed.js';
import screensCovered from '../checks/behaviour/screens-covered.js';
import { countingRecordings } from '../checks/behaviour/workflow-findings.js';
import type { Evidence } from '../checks/evidence.js';
import { CodeloopError } from '../core/errors.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { NextCall } from '../core/vocabulary/tool-result.js';
import type { Session } from '../live/session.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import { verdictFile } from '../store/paths.js';
import type { Run } from '../store/run.js';
import { sameCodeState } from '../store/which-run.js';
import { type Judged, judge } from '../verify/judge/judge.js';
import { storedVerification, type Verification } from '../verify/verification.js';

/** Facts about a project's place in the loop, from stored evidence of its present code state. */
export interface LoopFacts {
  configured: boolean;
  screens: readonly string[];
  /** The run of the present code state; `reason`: why there is none that counts. */
  run: { id: string; verified: boolean; screenshots: number } | { reason: string };
  /** Saved flows; those of them that were replayed without findings at each of their viewports; recordings of agents that count. */
  flows: { saved: number; replayed: number; recordings: number };
  /** `workflow.required`, where it is set. */
  workflowRequired: boolean | undefined;
  /** Screens that no interaction that counts covers. */
  uncovered: readonly string[];
  /** The newest verdict on the present code and bars. */
  verdict: { path: string; verdict: GateVerdict } | undefined;
}

/** One step of the loop. `needed`: without it the work is not complete. */
interface LoopStep {
  step: 'init' | 'verify' | 'behaviour' | 'gate';
  done: boolean;
  needed: boolean;
  /** The proof that it was done, or what is missing; codeloop's own words. */
  evidence: string;
}

export interface LoopState {
  state: 'COMPLETE' | 'PENDING';
  steps: LoopStep[];
  missing: string[];
  next: NextCall[];
}

/** Returns how far the loop init → verify → record and replay, or flows → gate is. Pure. */
export function loopSteps(facts: LoopFacts): LoopState {
  const steps = [initStep(facts), verifyStep(facts), behaviourStep(facts), gateStep(facts)];
  const missing = steps.filter(({ done, needed }) => needed && !done);
  return {
    state: missing.length === 0 ? 'COMPLETE' : 'PENDING',
    steps,
    missing: missing.map(({ step }) => step),
    next: missing.flatMap(({ step }) => callFor(step, facts)).slice(0, 3),
  };
}

function initStep({ configured, screens }: LoopFacts): LoopStep {
  const done = configured && screens.length > 0;
  const evidence = !configured
    ? 'there is no .codeloop/config.json'
    : done
      ? `.codeloop/config.json, ${screens.length} screen(s)`
      : 'no screens are configured';
  return { step: 'init', done, needed: true, evidence };
}

function verifyStep({ run }: LoopFacts): LoopStep {
  if ('reason' in run) return { step: 'verify', done: false, needed: true, evidence: run.reason };
  const evidence = run.verified
    ? `${run.id}: ${run.screenshots} picture(s)`
    : `${run.id} holds evidence of this code, and codeloop_verify did not finish on it`;
  return { step: 'verify', done: run.verified, needed: true, evidence };
}

function behaviourStep({ flows, uncovered, screens, workflowRequired }: LoopFacts): LoopStep {
  const step = 'behaviour' as const;
  const needed = workflowRequired === true || (workflowRequired !== false && flows.saved > 0);
  const counted = `${flows.replayed} of ${flows.saved} saved flow(s) and ${flows.recordings} recording(s) count`;
  if (flows.replayed + flows.recordings === 0)
    return {
      step,
      done: false,
      needed,
      evidence: `no interaction was recorded and replayed without findings (${counted})`,
    };
  const done = uncovered.length === 0 && flows.replayed === flows.saved;
  const covered = screens.length - uncovered.length;
  return { step, done, needed, evidence: `${counted}; ${covered} of ${screens.length} screen(s) are covered` };
}

function gateStep({ verdict }: LoopFacts): LoopStep {
  if (!verdict) return { step: 'gate', done: false, needed: true, evidence: 'the code as it is now was not judged' };
  const { passed, stage, recommendation, failing_gates } = verdict.verdict;
  const failing = failing_gates.map(({ id }) => id).join(', ');
  return {
    step: 'gate',
    done: passed,
    needed: true,
    evidence: `${verdict.path} (stage ${stage}): ${recommendation}${failing === '' ? '' : `; ${failing}`}`,
  };
}

function callFor(step: string, { configured, run, uncovered, verdict }: LoopFacts): NextCall[] {
  if (step === 'init')
    return configured
      ? [{ tool: 'codeloop_discover_screens', arguments: { save: true }, why: 'find the screens' }]
      : [{ tool: 'codeloop_init_project', arguments: {}, why: 'set the project up' }];
  if (step === 'verify')
    return [{ tool: 'codeloop_verify', arguments: {}, why: 'make evidence of the code as it is now' }];
  if (step === 'behaviour')
    return uncovered.length > 0
      ? [{ tool: 'codeloop_start_recording', arguments: { url: '/' }, why: `cover the screen ${uncovered[0]}` }]
      : [{ tool: 'codeloop_diagnose', arguments: {}, why: 'a flow does not hold' }];
  if ('reason' in run || !run.verified) return [];
  return verdict
    ? [{ tool: 'codeloop_diagnose', arguments: { run_id: run.id }, why: 'what the gate holds against it' }]
    : [{ tool: 'codeloop_gate_check', arguments: {}, why: 'may it be called done?' }];
}

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
