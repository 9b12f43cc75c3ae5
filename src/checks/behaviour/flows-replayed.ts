import type { Problem, Status } from '../../core/vocabulary/gate.js';
import type { FlowReplay } from '../../core/vocabulary/recording.js';
import { type CheckOutcome, defineCheck } from '../define-check.js';
import type { Evidence, SavedFlowFile, WorkflowEvidence } from '../evidence.js';
import { flowFindings, outdated } from './workflow-findings.js';

/** Characters of what is quoted about one failure; the recording and its replay have all of it. */
const MAX_TEXT = 800;

interface Found {
  problem: Problem;
  /** True when it is the app's or the flow's, false when evidence is missing. */
  fails: boolean;
}

export default defineCheck({
  id: 'flows-replayed',
  title: 'Every saved flow was replayed to its end, and nothing was wrong on the way',
  failureTitle: 'A saved flow does not hold',
  description:
    'Each file of .codeloop/flows is a flow, and codeloop_verify replayed it as it is now at each of its viewports: every step could be done, every assertion held, and the recording shows no error, blank page or dead press. Without saved flows there is nothing to hold.',
  requires: ['workflow', 'runtime'],
  repair: {
    category: 'workflow',
    severity: 'critical',
    cause: 'A saved flow no longer works: the element it needs is gone, dead or covered, or the app did not react.',
    task: 'Look at the picture of the step and at the candidates; fix the app, or the step where the app is right.',
    verify: 'flow',
    follows: [{ checks: ['page-errors', 'failed-requests'], when: 'same_text_or_url' }],
  },
  run({ workflow, runtime }): CheckOutcome {
    const found = workflow.saved.flatMap((saved) =>
      saved.problem === undefined
        ? merged(saved.viewports.flatMap((viewport) => judged(saved, viewport, workflow, runtime)))
        : [broken(saved, saved.problem)],
    );
    const status: Status = found.some(({ fails }) => fails) ? 'fail' : found.length > 0 ? 'could_not_run' : 'pass';
    return {
      status,
      problems: found.toSorted((a, b) => Number(b.fails) - Number(a.fails)).map(({ problem }) => problem),
      examined: workflow.saved.reduce((sum, { viewports }) => sum + Math.max(1, viewports.length), 0),
    };
  },
});

function broken({ name, file }: SavedFlowFile, problem: string): Found {
  return {
    fails: true,
    problem: {
      flow: name,
      title: `${file} is no flow that can be replayed.`,
      text: problem,
      fix: 'Correct the file, or save the flow again with codeloop_run_flow and save_as.',
    },
  };
}

function judged(
  saved: SavedFlowFile,
  viewport: string,
  workflow: WorkflowEvidence,
  runtime: Evidence['runtime'],
): Found[] {
  const { name } = saved;
  const replay = workflow.replays.find((one) => one.flow === name && one.viewport === viewport);
  const why = replay ? outdated(replay, workflow) : 'it was not tried';
  if (!replay || why !== undefined)
    return [
      {
        fails: false,
        problem: {
          flow: name,
          viewport,
          title: `The flow "${name}" was not replayed as the project is now: ${why}.`,
          fix: 'Run codeloop_verify, without a filter, and leave the files alone meanwhile.',
        },
      },
    ];
  if (replay.status !== 'pass') return [stopped(replay, viewport, runtime)];
  return flowFindings(replay, runtime).map((finding) => ({
    fails: true,
    problem: {
      ...placeOf(replay, viewport),
      title: `The flow "${name}" was done, but its recording shows: ${finding.text}`,
      ...(finding.said === undefined ? {} : { text: finding.said }),
      ...(finding.step === undefined ? {} : { step: finding.step }),
      fix: 'Replay the recording with codeloop_interaction_replay and fix the cause.',
    },
  }));
}

function stopped(replay: FlowReplay, viewport: string, runtime: Evidence['runtime']): Found {
  const { flow, failed_step: step, error, step_count } = replay;
  const [finding] = flowFindings(replay, runtime);
  const also = finding ? ` Its recording shows: ${finding.text} ${finding.said ?? ''}`.trimEnd() : '';
  return {
    fails: replay.status === 'fail',
    problem: {
      ...placeOf(replay, viewport),
      title: step
        ? `The flow "${flow}" stopped at step ${step.n} of ${step_count} (${step.action}): ${step.code ?? 'the assertion does not hold'}.`
        : `The flow "${flow}" could not be replayed (${error?.code ?? 'unknown'}).`,
      text: `${ended(step?.why ?? error?.message ?? '')}${also}`.slice(0, MAX_TEXT),
      ...(step ? { step: step.n } : {}),
      ...(step && step.candidates.length > 0 ? { candidates: step.candidates } : {}),
      fix: step
        ? `Look at the picture. Fix the app; or, where the app is right, that step of ${replay.file}.`
        : `Open the start of ${replay.file} by hand to see what is wrong there.`,
    },
  };
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) || sentence === '' ? sentence : `${sentence}.`;
}

function placeOf(
  replay: FlowReplay,
  viewport: string,
): Pick<Problem, 'flow' | 'viewport' | 'artifact' | 'recording_id'> {
  return {
    flow: replay.flow,
    viewport,
    ...(replay.screenshot ? { artifact: replay.screenshot.path } : {}),
    ...(replay.recording_id === undefined ? {} : { recording_id: replay.recording_id }),
  };
}

/** Merges problems that are the same at several viewports into one, with all of them. */
function merged(found: readonly Found[]): Found[] {
  const known = new Map<string, Found>();
  for (const one of found) {
    const before = known.get(one.problem.title);
    if (before) before.problem = { ...before.problem, viewport: `${before.problem.viewport}, ${one.problem.viewport}` };
    else known.set(one.problem.title, { ...one });
  }
  return [...known.values()];
}
