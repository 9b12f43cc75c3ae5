import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError, toCodeloopError } from '../../core/errors.js';
import type { Flow } from '../../core/vocabulary/flow.js';
import type { Session } from '../../live/session.js';
import { type StepsTaken, takeSteps } from '../../live/take-steps.js';
import type { Project } from '../../project/project.js';
import type { Run } from '../../store/run.js';

/** A flow that is to be replayed. */
export interface RunFlowRequest {
  project: Project;
  /** The session of its pages and recordings. */
  session: Pick<Session, 'pages' | 'recordings'>;
  tool: string;
  flow: Flow;
  /** The run that everything goes into; default the one of the present code state. */
  runId?: string | undefined;
  /** Names of viewports, or `WxH`; without, those that the flow names, else all configured ones. */
  viewports?: readonly string[] | undefined;
  signal: AbortSignal;
  onViewport?: (name: string, done: number, total: number) => void;
}

/** Result of a flow at one viewport. */
export interface FlowAtViewport {
  viewport: string;
  runId: string;
  /** Empty when the start could not be opened. */
  steps: StepsTaken | undefined;
  /** Why it could not begin, or be recorded to the end. */
  error: CodeloopError | undefined;
  recordingId: string | undefined;
}

/**
 * Replays a flow at each viewport, each in a fresh page with a recording, one after the other. A viewport at which it cannot begin is
 * told, the others go on. Throws VIEWPORT_NOT_FOUND, APP_NOT_READY, BROWSER_NOT_FOUND, CANCELLED, DISK_FULL.
 */
export async function runFlow(request: RunFlowRequest): Promise<FlowAtViewport[]> {
  const { project } = request;
  const names = request.viewports ?? request.flow.viewports ?? Object.keys(project.config.viewports);
  const results: FlowAtViewport[] = [];
  for (const [index, name] of names.entries()) {
    results.push(await runAt(request, name));
    request.onViewport?.(name, index + 1, names.length);
  }
  return results;
}

async function runAt(request: RunFlowRequest, viewport: string): Promise<FlowAtViewport> {
  const { project, session, flow, signal, tool, runId } = request;
  const page = await session.pages.open({ project, url: flow.start, viewport, signal }).catch((thrown: unknown) => {
    const error = toCodeloopError(thrown);
    if (STARTS_NOTHING.has(error.code)) return error;
    throw error;
  });
  if (page instanceof CodeloopError)
    return { viewport, runId: '', steps: undefined, error: page, recordingId: undefined };
  try {
    const label = flow.name;
    const recording = await session.recordings.start({ project, tool, pageId: page.id, label, runId, signal });
    try {
      const take = async (run: Run) => {
        const steps = await takeSteps(page, run, flow.steps, { signal, picture: true });
        await sleep(AFTER_MS);
        return { runId: run.id, steps };
      };
      const done = await session.pages.use(page, tool, signal, take, runId);
      return { viewport, ...done, error: undefined, recordingId: recording.id };
    } finally {
      await session.recordings.stop(project, recording.id);
    }
  } finally {
    await session.pages.close(page.id);
  }
}

/** Time that the recording continues after the last step, ms, to show the effect of a press. */
const AFTER_MS = 600;

/** A start that fails like this is the app's fault at this viewport. */
const STARTS_NOTHING: ReadonlySet<string> = new Set(['NAVIGATION_FAILED', 'DEADLINE_EXCEEDED', 'ORIGIN_BLOCKED']);
