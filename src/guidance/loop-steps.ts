import type { GateVerdict } from '../core/vocabulary/gate.js';
import type { NextCall } from '../core/vocabulary/tool-result.js';

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
