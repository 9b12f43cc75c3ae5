import { availableParallelism } from 'node:os';
import { isoTime } from '../../core/clock.js';
import { CodeloopError, toCodeloopError } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import { mapConcurrent } from '../../core/lanes.js';
import type { FailedStep, FlowReplay, ReplayFinding } from '../../core/vocabulary/recording.js';
import { LivePages } from '../../live/live-pages.js';
import { LiveRecordings } from '../../live/live-recordings.js';
import { findViewport } from '../../live/planned-cell.js';
import type { Session } from '../../live/session.js';
import type { StepsTaken } from '../../live/take-steps.js';
import type { Project } from '../../project/project.js';
import { replay } from '../../replay/replay.js';
import { recordingSource } from '../../replay/replay-source.js';
import type { RunInHand } from '../verification.js';
import { type FlowAtViewport, type RunFlowRequest, runFlow } from './run-flow.js';
import { type SavedFlow, savedFlows } from './saved-flows.js';

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
  'FLOW_RESET_FAILED',
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

interface FlowPhaseRequest extends RunInHand {
  /** Names of viewports to narrow to. */
  viewports?: readonly string[] | undefined;
  onFlow?: (replayed: FlowReplay, done: number, total: number) => void;
}

const TOOL = 'codeloop_verify';
/** Flows replayed at once at most: pages that are recorded must not be closed for each other. */
const MAX_CONCURRENCY = 8;

/**
 * Replays every saved flow at each of its viewports, in fresh pages of its own, recorded; looks through each recording for what should
 * not be; stores what came of it in the run. A flow that fails or cannot be tried is a result; a file that is no flow is left to the
 * checks. Waits for the videos. Throws VIEWPORT_NOT_FOUND, CANCELLED, DISK_FULL, BROWSER_NOT_FOUND.
 */
export async function flowPhase(request: FlowPhaseRequest): Promise<FlowReplay[]> {
  const { project, session, signal } = request;
  const planned = plan(await savedFlows(project), project, request.viewports);
  if (planned.length === 0) return [];
  // Not the session's: whoever drives pages meanwhile must neither find these nor lose theirs to them.
  const pages = new LivePages(session);
  const recover = (of: Project) => session.recordings.recover(of);
  const live = { pages, recordings: new LiveRecordings({ clock: session.clock, pages, recover }) };
  // A page that is recorded takes more than one that is photographed.
  const free = project.config.capture.concurrency ?? Math.max(2, Math.floor(availableParallelism() / 2));
  // Who resets the back end takes it from under the others.
  const concurrency = project.config.workflow.reset === undefined ? free : 1;
  const videos: Promise<unknown>[] = [];
  let done = 0;
  try {
    const replayed = await mapConcurrent(
      planned,
      Math.min(MAX_CONCURRENCY, concurrency),
      async (one) => {
        const outcome = await withinLimit(request, live, one);
        if (outcome.recording_id !== undefined)
          videos.push(Promise.resolve(live.recordings.finished(outcome.recording_id)));
        const result = await keep(request, one, outcome);
        done += 1;
        request.onFlow?.(result, done, planned.length);
        return result;
      },
      signal,
    );
    await Promise.allSettled(videos);
    return replayed;
  } finally {
    await pages.dispose();
  }
}

interface Planned {
  flow: Extract<SavedFlow, { flow: unknown }>;
  viewport: string;
}

function plan(flows: readonly SavedFlow[], project: Project, viewports: readonly string[] | undefined): Planned[] {
  const wanted = viewports?.map((name) => findViewport(project, name));
  return flows.flatMap((flow) =>
    'problem' in flow
      ? []
      : flow.viewports
          .filter((viewport) => wanted === undefined || wanted.includes(viewport))
          .map((viewport) => ({ flow, viewport })),
  );
}

/** One flow may take as long as one recording. */
async function withinLimit(
  { project, run, signal }: FlowPhaseRequest,
  session: Pick<Session, 'pages' | 'recordings'>,
  { flow: { flow }, viewport }: Planned,
): Promise<FlowOutcome> {
  const ms = project.config.recording.max_seconds * 1000;
  const limit = AbortSignal.timeout(ms);
  const stop = AbortSignal.any([signal, limit]);
  try {
    return await attemptFlow({ project, session, tool: TOOL, flow, viewport, runId: run.id, signal: stop });
  } catch (thrown) {
    if (signal.aborted || !limit.aborted) throw thrown;
    return failedFlow(new CodeloopError('DEADLINE_EXCEEDED', { what: `the flow ${flow.name}`, ms }));
  }
}

async function keep(
  { run, watch, session }: FlowPhaseRequest,
  { flow, viewport }: Planned,
  outcome: FlowOutcome,
): Promise<FlowReplay> {
  const changed = await watch.changedFiles();
  const result: FlowReplay = {
    schema_version: 1,
    flow: flow.name,
    file: flow.file,
    sha256: flow.sha256,
    viewport,
    at: isoTime(session.clock),
    tree: watch.state.tree,
    ...(changed.length > 0 ? { stale: { reason: 'files changed while it was replayed', files: changed } } : {}),
    step_count: flow.flow.steps.length,
    ...outcome,
  };
  const name = `${slug(flow.name).slice(0, 80) || 'flow'}.${slug(viewport)}.flow.json`;
  await run.put({ kind: 'flow', name, data: `${JSON.stringify(result)}\n` });
  return result;
}
