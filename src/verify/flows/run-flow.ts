import { setTimeout as sleep } from 'node:timers/promises';
import { splitCommand } from '../../config/command-line.js';
import { CodeloopError, toCodeloopError } from '../../core/errors.js';
import { runCommand } from '../../core/run-command.js';
import type { Flow } from '../../core/vocabulary/recording.js';
import type { Step } from '../../core/vocabulary/step.js';
import type { Session } from '../../live/session.js';
import { type StepsTaken, takeSteps } from '../../live/take-steps.js';
import type { Project } from '../../project/project.js';
import type { Run } from '../../store/run.js';
import { flowViewports } from './saved-flows.js';

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
  const names = request.viewports ?? flowViewports(request.flow, project.config);
  const results: FlowAtViewport[] = [];
  for (const [index, name] of names.entries()) {
    results.push(await runAt(request, name));
    request.onViewport?.(name, index + 1, names.length);
  }
  return results;
}

async function runAt(request: RunFlowRequest, viewport: string): Promise<FlowAtViewport> {
  const { project, session, flow, signal, tool, runId } = request;
  const open = () =>
    session.pages.open({ project, url: flow.start, viewport, signal }).catch((thrown: unknown) => {
      const error = toCodeloopError(thrown);
      if (STARTS_NOTHING.has(error.code)) return error;
      throw error;
    });
  await resetBy(project, 'command', undefined, signal);
  let page = await open();
  // A request reaches an app that runs; what was loaded before it shows the state before.
  if (!(page instanceof CodeloopError) && (await resetBy(project, 'request', page.app?.url ?? flow.start, signal))) {
    await session.pages.close(page.id);
    page = await open();
  }
  if (page instanceof CodeloopError)
    return { viewport, runId: '', steps: undefined, error: page, recordingId: undefined };
  const opened = page;
  try {
    const label = flow.name;
    const recording = await session.recordings.start({ project, tool, pageId: page.id, label, runId, signal });
    try {
      const take = async (run: Run) => {
        const steps = await takeSteps(opened, run, unique(flow.steps), { signal, picture: true });
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

/** A reset that is a request: method and path. */
const REQUEST = /^(GET|POST|PUT|PATCH|DELETE) (\S+)$/;
/** Longest that a reset may take, ms. */
const RESET_MS = 60_000;

/**
 * Brings the back end to its first state, where `workflow.reset` is of this kind; false where it is not. Throws FLOW_RESET_FAILED, CONFIG_INVALID,
 * CANCELLED.
 */
async function resetBy(
  { config, dir }: Project,
  kind: 'command' | 'request',
  base: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { reset } = config.workflow;
  const request = typeof reset === 'string' ? REQUEST.exec(reset) : null;
  if (reset === undefined || (request !== null) !== (kind === 'request')) return false;
  const failed = (reason: string, cause?: unknown) =>
    new CodeloopError('FLOW_RESET_FAILED', { reset: String(reset), reason }, { cause });
  if (request) {
    const [, method = 'POST', path = '/'] = request;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(RESET_MS)]);
    const answer = await fetch(new URL(path, base), { method, signal: limit, redirect: 'manual' }).catch(
      (error: unknown) => {
        throw signal.aborted
          ? new CodeloopError('CANCELLED', { what: 'the reset' })
          : failed('the app did not answer', error);
      },
    );
    await answer.body?.cancel();
    if (answer.status >= 400) throw failed(`HTTP ${answer.status}`);
    return true;
  }
  const [program = '', ...args] = splitCommand(reset, 'workflow.reset');
  const { appEnvironment } = await import('../../project/runners/run-runner.js');
  const { code, stderr } = await runCommand(program, args, {
    ...{ cwd: dir, timeoutMs: RESET_MS, signal },
    env: await appEnvironment(dir),
  });
  if (code !== 0) throw failed(`it ended with ${code}: ${stderr.toString('utf8').trim().slice(-300)}`);
  return true;
}

let replays = 0;

/** The steps with `{{unique}}` in their texts replaced by one word that no replay had before. */
function unique(steps: readonly Step[]): Step[] {
  const word = `u${Date.now().toString(36)}${(replays++).toString(36)}`;
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('{{unique}}', word);
    if (Array.isArray(value)) return value.map(replaced);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner)]));
  };
  // Texts alone change, so that each is still a step.
  return steps.map((step) => replaced(step) as Step);
}

/** Time that the recording continues after the last step, ms, to show the effect of a press. */
const AFTER_MS = 600;

/** A start that fails like this is the app's fault at this viewport. */
const STARTS_NOTHING: ReadonlySet<string> = new Set(['NAVIGATION_FAILED', 'DEADLINE_EXCEEDED', 'ORIGIN_BLOCKED']);
