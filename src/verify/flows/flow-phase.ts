import { availableParallelism } from 'node:os';
import { isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { slug } from '../../core/ids.js';
import { mapConcurrent } from '../../core/lanes.js';
import type { FlowReplay } from '../../core/vocabulary/flow.js';
import { LivePages } from '../../live/live-pages.js';
import { LiveRecordings } from '../../live/live-recordings.js';
import { findViewport } from '../../live/planned-cell.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import type { RunInHand } from '../verification.js';
import { attemptFlow, type FlowOutcome, failedFlow } from './flow-attempt.js';
import { type SavedFlow, savedFlows } from './saved-flows.js';

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
  const concurrency = project.config.capture.concurrency ?? Math.max(2, Math.floor(availableParallelism() / 2));
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
