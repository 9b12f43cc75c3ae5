import { setMaxListeners } from 'node:events';
import type { Capture, Inspectable, Interactive, Observed, Recordable, Target } from '../capture/capture.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { REDACTED } from '../core/redact.js';
import type { Viewport } from '../core/vocabulary/geometry.js';
import type { ArtifactRequest, ArtifactSink } from '../core/vocabulary/run.js';
import type { LogEntry, StoredArtifact } from '../core/vocabulary/screenshot.js';
import type { InteractionLine, Step, StepResult } from '../core/vocabulary/step.js';
import type { AppServer } from '../project/app-server.js';
import type { Project } from '../project/project.js';
import type { Run } from '../store/run.js';

/** Lines of errors kept with a step. */
const MAX_ERRORS = 10;

/** The result that a line is made from besides the step. */
interface StepEnd {
  step: Step;
  startedMs: number;
  endedMs: number;
  result?: StepResult;
  error?: CodeloopError;
}

/** The line of the interaction log for a step that is over. */
export function interactionLine(
  page: { id: string; recordingId: string | undefined; redact: (text: string) => string },
  { step, startedMs, endedMs, result, error }: StepEnd,
): InteractionLine {
  const errors = (result?.logs ?? []).filter((entry) => entry.level === 'error');
  return {
    timestamp: new Date(startedMs).toISOString(),
    duration_ms: endedMs - startedMs,
    recording_id: page.recordingId ?? null,
    page_id: page.id,
    action: step.action,
    target_type: targetType(step),
    success: result?.ok ?? false,
    ...(result?.at_rest === undefined ? {} : { at_rest: result.at_rest }),
    detail: page.redact(error ? `${error.code}: ${error.message}` : (result?.detail ?? '')),
    ...(result?.off_record ? { off_record: true } : {}),
    ...(result?.remarks ? { remarks: result.remarks } : {}),
    input_args: inputArgs(step, result?.hide_value ?? error?.values.hide_value === true, page.redact),
    console_errors: errors.slice(0, MAX_ERRORS).map((entry) => entry.text),
    screenshot_ref: result?.screenshot?.path ?? null,
    frame: null,
    url: result?.url ?? null,
  };
}

/** Placeholder in a saved step for a text that went into a password field. */
const NOT_SAVED = 'NOT_SAVED';

/** A step as it can be taken in another load: by role and name instead of a reference, without what went into password fields. */
export function lastingStep(step: Step, result: StepResult): Step {
  const target = result.lasting_target ?? step.target;
  const otherwise = result.lasting_otherwise ?? [];
  const { otherwise: _given, ...rest } = step;
  return {
    ...rest,
    ...(target ? { target } : {}),
    ...(otherwise.length > 0 ? { otherwise } : {}),
    ...(result.hide_value ? { value: { secret: NOT_SAVED } } : {}),
  };
}

/** Returns the kind of a step's target. */
function targetType({ target }: Step): string {
  if (!target) return 'none';
  return 'x' in target ? 'point' : (Object.keys(target)[0] ?? 'none');
}

function inputArgs(step: Step, hide: boolean, redact: (text: string) => string): Record<string, unknown> {
  const { action: _action, ...rest } = step;
  const args = hide && rest.value !== undefined ? { ...rest, value: REDACTED } : rest;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, redacted(value, redact)]));
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redacted(inner, redact)]));
}

/** A driver session with whatever it can do. */
type LiveCapture = Capture & Partial<Observed & Inspectable & Interactive & Recordable>;

/** A step that was taken or tried. Times are ms since the epoch. */
interface StepEvent {
  step: Step;
  line: InteractionLine;
  startedMs: number;
  endedMs: number;
  result?: StepResult;
  error?: CodeloopError;
}

/** The parts of a live page. */
interface LivePageOrigin {
  id: string;
  project: Project;
  target: Target;
  /** Name of the viewport, or `WxH`. */
  viewportName: string;
  viewport: Viewport;
  /** The project's server, when the page needed it. */
  app: AppServer | undefined;
  redact: (text: string) => string;
  /** Makes the driver session that stores what it takes through the sink. */
  create(sink: ArtifactSink): LiveCapture;
}

/** A page or window that stays open between calls, with what was done in it. Made and kept by `LivePages`; used in its lane. */
export class LivePage {
  readonly id: string;
  readonly project: Project;
  readonly target: Target;
  readonly viewportName: string;
  readonly viewport: Viewport;
  readonly app: AppServer | undefined;
  readonly capture: LiveCapture;
  readonly redact: (text: string) => string;
  /** Id of the recording that runs on it; the recorder sets it, and the lines of the log name it. */
  recordingId: string | undefined;
  /** Waited for after each step that was done; the recorder sets it. Must not throw. */
  afterStep: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Every step since it was opened, oldest first; the newest 1,000. */
  readonly log: InteractionLine[] = [];
  /** Steps that worked, with targets that hold in another load; what must not be written down is left out. */
  readonly taken: Step[] = [];
  readonly #steps = new Set<(event: StepEvent) => void>();
  readonly #closing = new Set<() => void>();
  #run: Run | undefined;
  #closed = false;

  constructor(origin: LivePageOrigin) {
    this.id = origin.id;
    this.project = origin.project;
    this.target = origin.target;
    this.viewportName = origin.viewportName;
    this.viewport = origin.viewport;
    this.app = origin.app;
    this.redact = origin.redact;
    this.capture = origin.create({ put: (request) => this.#put(request) });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Hears every step when it is over. Answers how to stop. */
  onStep(listener: (event: StepEvent) => void): () => void {
    this.#steps.add(listener);
    return () => this.#steps.delete(listener);
  }

  /** Hears what the app says as it comes; nothing where the driver cannot tell. Answers how to stop. */
  onLog(listener: (entry: LogEntry) => void): () => void {
    return this.capture.onLog?.(listener) ?? (() => undefined);
  }

  /** Hears once that the page is about to close. Answers how to stop. */
  onClose(listener: () => void): () => void {
    this.#closing.add(listener);
    return () => this.#closing.delete(listener);
  }

  /** Stores everything that `work` produces in `run`. One at a time, by the lane of the page. */
  async storingInto<T>(run: Run, work: () => Promise<T>): Promise<T> {
    const before = this.#run;
    this.#run = run;
    try {
      return await work();
    } finally {
      this.#run = before;
    }
  }

  /** Takes one step and tells the listeners, also of one that failed. Throws as `Interactive.perform`. */
  async perform(step: Step, signal: AbortSignal): Promise<StepResult> {
    const { capture } = this;
    if (!capture.perform)
      throw new CodeloopError('STEP_INVALID', {
        action: step.action,
        problem: 'nothing can be done here',
        allowed: [],
      });
    // Each step of a long call listens for the same cancellation.
    setMaxListeners(0, signal);
    const startedMs = Date.now();
    try {
      const result = await capture.perform(step, signal);
      await this.afterStep?.(signal);
      this.#tell({ step, startedMs, result });
      return result;
    } catch (thrown) {
      const error = toCodeloopError(thrown);
      this.#tell({ step, startedMs, error });
      throw error;
    }
  }

  /** Ends the session; may be called twice, never throws. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closing) listener();
    await this.capture.close();
  }

  #tell(done: Omit<StepEvent, 'line' | 'endedMs'>): void {
    const ended = { ...done, endedMs: Date.now() };
    const line = interactionLine(this, ended);
    this.log.push(line);
    if (this.log.length > MAX_LOG) this.log.shift();
    if (done.result?.ok) this.taken.push(lastingStep(done.step, done.result));
    if (this.taken.length > MAX_LOG) this.taken.shift();
    for (const listener of this.#steps) listener({ ...ended, line });
  }

  async #put(request: ArtifactRequest): Promise<StoredArtifact> {
    if (!this.#run)
      throw new CodeloopError('INTERNAL', { reason: `${this.id} stores ${request.name} outside of a run` });
    return this.#run.put(request);
  }
}

/** Lines of the log that a page keeps in memory. */
const MAX_LOG = 1000;
