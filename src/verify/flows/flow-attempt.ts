import { type CodeloopError, toCodeloopError } from '../../core/errors.js';
import type { FailedStep, FlowReplay } from '../../core/vocabulary/flow.js';
import type { ReplayFinding } from '../../core/vocabulary/replay.js';
import type { StepsTaken } from '../../live/take-steps.js';
import { replay } from '../../replay/replay.js';
import { recordingSource } from '../../replay/replay-source.js';
import { type FlowAtViewport, type RunFlowRequest, runFlow } from './run-flow.js';

/** Outcome of one attempt: the part of `FlowReplay` that the flow itself does not tell. */
export type FlowOutcome = Pick<
  FlowReplay,
  'status' | 'steps_done' | 'failed_step' | 'found_otherwise' | 'error' | 'recording_id' | 'screenshot' | 'findings'
>;

/** Key frames kept of each replay. */
const KEY_FRAMES = 4;
/** Candidates told of a failing step, and characters of each. */
const MAX_CANDIDATES = 5;
const MAX_CANDIDATE = 120;
/** Failures of the machine, or for a person to fix; all others are the app's or the flow's. */
const NOT_THE_APP: ReadonlySet<string> = new Set([
  'APP_NOT_READY',
  'BROWSER_CRASHED',
  'DEADLINE_EXCEEDED',
  'EVIDENCE_TAMPERED',
  'INTERNAL',
  'RUN_BUSY',
]);
/** After these nothing more can be tried. */
const ENDS_ALL: ReadonlySet<string> = new Set(['CANCELLED', 'DISK_FULL', 'BROWSER_NOT_FOUND']);

/**
 * Replays a flow at one viewport, recorded, and looks through the recording. Whatever goes wrong is the outcome. Throws CANCELLED,
 * DISK_FULL, BROWSER_NOT_FOUND.
 */
export async function attemptFlow(
  request: Omit<RunFlowRequest, 'viewports'> & { viewport: string },
): Promise<FlowOutcome> {
  try {
    const [ran] = await runFlow({ ...request, viewports: [request.viewport] });
    if (!ran?.steps) return failedFlow(ran?.error ?? toCodeloopError(new Error('the flow was not tried')));
    const { steps, recordingId } = ran;
    const failed = failedStep(steps);
    return {
      status: failed === undefined ? 'pass' : statusOf(failed.code),
      steps_done: steps.failedAt ?? steps.taken.length,
      ...(failed ? { failed_step: failed } : {}),
      ...(recordingId === undefined ? {} : { recording_id: recordingId }),
      ...(steps.picture ? { screenshot: steps.picture } : {}),
      found_otherwise: steps.taken.flatMap(({ result }, index) =>
        result?.found_otherwise === undefined ? [] : [{ n: index + 1, as: result.found_otherwise }],
      ),
      ...(await lookThrough(request, ran)),
    };
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (request.signal.aborted || ENDS_ALL.has(error.code)) throw error;
    return failedFlow(error);
  }
}

/** The outcome of a flow that could not begin, or not be recorded to its end. */
export function failedFlow({ code, message }: CodeloopError): FlowOutcome {
  return { status: statusOf(code), steps_done: 0, error: { code, message }, findings: [] };
}

/** Returns the findings of the recording; one that cannot be replayed proves nothing. */
async function lookThrough(
  { project, tool, signal }: Pick<RunFlowRequest, 'project' | 'tool' | 'signal'>,
  { recordingId }: FlowAtViewport,
): Promise<{ findings: ReplayFinding[] } & Partial<Pick<FlowOutcome, 'status' | 'error'>>> {
  try {
    const source = await recordingSource(project, recordingId, tool, signal);
    const { findings } = await replay({ source, expectedFlow: undefined, maxFrames: KEY_FRAMES, contactSheet: false });
    return { findings };
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (signal.aborted || ENDS_ALL.has(error.code)) throw error;
    return { findings: [], status: 'could_not_run', error: { code: error.code, message: error.message } };
  }
}

function statusOf(code: string | undefined): FlowOutcome['status'] {
  return NOT_THE_APP.has(code ?? '') ? 'could_not_run' : 'fail';
}

function failedStep({ taken, failedAt }: StepsTaken): FailedStep | undefined {
  const failed = failedAt === undefined ? undefined : taken[failedAt];
  if (!failed || failedAt === undefined) return undefined;
  const { step, result, error } = failed;
  const body = error?.toBody();
  return {
    n: failedAt + 1,
    action: step.action,
    ...(error ? { code: error.code } : {}),
    why: error?.message ?? result?.detail ?? 'it was not done',
    candidates: candidatesOf(body?.details?.untrusted_candidates),
  };
}

/** `button "Pay now"` for each; the list is made by the driver, its names by the page. */
function candidatesOf(near: unknown): string[] {
  if (!Array.isArray(near)) return [];
  return near.slice(0, MAX_CANDIDATES).map(({ role, name }: { role?: string; name?: string }) => {
    return `${role ?? 'element'}${name === undefined ? '' : ` ${JSON.stringify(name)}`}`.slice(0, MAX_CANDIDATE);
  });
}
