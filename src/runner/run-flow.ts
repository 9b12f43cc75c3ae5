import { CodeloopError, toCodeloopError } from '../core/errors.js';
import type { Flow } from '../core/vocabulary/flow.js';
import type { Project } from '../project/project.js';
import type { Session } from './session.js';
import { type StepsTaken, takeSteps } from './take-steps.js';

/** A flow that is to be replayed. */
export interface RunFlowRequest {
  project: Project;
  session: Session;
  tool: string;
  flow: Flow;
  /** Names of viewports, or `WxH`; all configured ones without. */
  viewports?: readonly string[] | undefined;
  signal: AbortSignal;
  onViewport?: (name: string, done: number, total: number) => void;
}

/** What came of it at one viewport. */
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
  const names = request.viewports ?? Object.keys(project.config.viewports);
  const results: FlowAtViewport[] = [];
  for (const [index, name] of names.entries()) {
    results.push(await runAt(request, name));
    request.onViewport?.(name, index + 1, names.length);
  }
  return results;
}

async function runAt(request: RunFlowRequest, viewport: string): Promise<FlowAtViewport> {
  const { project, session, flow, signal, tool } = request;
  const page = await session.pages.open({ project, url: flow.start, viewport, signal }).catch((thrown: unknown) => {
    const error = toCodeloopError(thrown);
    if (STARTS_NOTHING.has(error.code)) return error;
    throw error;
  });
  if (page instanceof CodeloopError)
    return { viewport, runId: '', steps: undefined, error: page, recordingId: undefined };
  try {
    const recording = await session.recordings.start({ project, tool, pageId: page.id, label: flow.name, signal });
    try {
      const done = await session.pages.use(page, tool, signal, async (run) => ({
        runId: run.id,
        steps: await takeSteps(page, run, flow.steps, { signal, picture: true }),
      }));
      return { viewport, ...done, error: undefined, recordingId: recording.id };
    } finally {
      await session.recordings.stop(project, recording.id);
    }
  } finally {
    await session.pages.close(page.id);
  }
}

/** A start that fails like this is the app's fault at this viewport. */
const STARTS_NOTHING: ReadonlySet<string> = new Set(['NAVIGATION_FAILED', 'DEADLINE_EXCEEDED', 'ORIGIN_BLOCKED']);
