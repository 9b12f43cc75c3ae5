import type { Capture, Interactive } from '../capture/capture.js';
import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import type { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { Step, type StepResult } from '../core/vocabulary/step.js';
import type { Run } from '../store/run.js';
import type { LivePage } from './live-page.js';

/** The steps that lead to a screen's state, checked. Throws CONFIG_INVALID, naming screen and step. */
export function screenSteps(screen: ScreenConfig): Step[] {
  return (screen.steps ?? []).map((given, index) => {
    const step = Step.safeParse(given);
    if (step.success) return step.data;
    const [issue] = step.error.issues;
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: `screens "${screen.name}", step ${[index + 1, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`,
    });
  });
}

/** Takes a screen's steps before its picture. Throws SCREEN_STEP_FAILED, saying which and why; CANCELLED, BROWSER_CRASHED. */
export async function takeScreenSteps(
  capture: Capture & Partial<Interactive>,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (!capture.perform)
      throw new CodeloopError('STEP_INVALID', {
        action: step.action,
        problem: 'nothing can be done here',
        allowed: [],
      });
    const failed = (reason: string, cause?: unknown) =>
      new CodeloopError('SCREEN_STEP_FAILED', { n: index + 1, action: step.action, reason }, { cause });
    try {
      const { ok, detail } = await capture.perform(step, signal);
      if (!ok) throw failed(detail);
    } catch (error) {
      const ours = error instanceof CodeloopError ? error : undefined;
      if (!ours || ['CANCELLED', 'BROWSER_CRASHED', 'SCREEN_STEP_FAILED'].includes(ours.code)) throw error;
      throw failed(`${ours.code}: ${ours.message}`, error);
    }
  }
}

/** One step that was tried. */
export interface TakenStep {
  step: Step;
  result?: StepResult;
  error?: CodeloopError;
}

/** Steps taken one after the other, up to the first that failed. */
export interface StepsTaken {
  taken: TakenStep[];
  /** Index of the one that failed; none: all were done. */
  failedAt: number | undefined;
  /** The page when it failed, where one could be taken; else, if asked for, after the last step. */
  picture: StoredArtifact | undefined;
  /** Lines of these steps in the run's interaction log. */
  log: StoredArtifact;
}

/** Longest wait for a still page before the picture of a failed step, ms. */
const PICTURE_SETTLE_MS = 2000;

/**
 * Takes steps in a live page, inside `LivePages.use`; stops at the first that cannot be done or whose assertion does not hold, and
 * photographs the page there. Every step becomes a line of the run's interaction log. Throws CANCELLED, DISK_FULL, BROWSER_CRASHED.
 */
export async function takeSteps(
  page: LivePage,
  run: Run,
  steps: readonly Step[],
  options: { signal: AbortSignal; picture?: boolean; onStep?: (done: number) => void },
): Promise<StepsTaken> {
  const taken: TakenStep[] = [];
  const stopListening: (() => void)[] = [];
  const lines: string[] = [];
  stopListening.push(page.onStep((event) => lines.push(JSON.stringify(event.line))));
  let failedAt: number | undefined;
  let stopped: CodeloopError | undefined;
  for (const [index, step] of steps.entries()) {
    const one = await attempt(page, step, options.signal);
    taken.push(one);
    options.onStep?.(index + 1);
    if (one.result?.ok) continue;
    failedAt = index;
    if (one.error && ENDS_THE_CALL.has(one.error.code)) stopped = one.error;
    break;
  }
  for (const stop of stopListening) stop();
  const log = await run.put({ kind: 'log', name: LOG_NAME, data: lines.map((line) => `${line}\n`).join('') });
  if (stopped) throw stopped;
  const last = taken.at(-1)?.result?.screenshot;
  // A page that does not answer draws nothing either.
  const silent = taken.at(-1)?.error?.code === 'PAGE_UNRESPONSIVE';
  const wanted = !silent && (failedAt !== undefined || options.picture === true);
  const picture = wanted ? (failedAt === undefined && last ? last : await photograph(page, options.signal)) : undefined;
  return { taken, failedAt, picture, log };
}

/** Name of the log in a run; each call adds a version with its own lines. */
const LOG_NAME = 'interaction_log.jsonl';

/** After these nothing can be looked at any more. */
const ENDS_THE_CALL: ReadonlySet<string> = new Set([
  'CANCELLED',
  'DISK_FULL',
  'BROWSER_CRASHED',
  'BROWSER_NOT_FOUND',
  'INTERNAL',
]);

async function attempt(page: LivePage, step: Step, signal: AbortSignal): Promise<TakenStep> {
  try {
    return { step, result: await page.perform(step, signal) };
  } catch (thrown) {
    return { step, error: toCodeloopError(thrown) };
  }
}

async function photograph(page: LivePage, signal: AbortSignal): Promise<StoredArtifact | undefined> {
  try {
    const request = { name: 'step', fullPage: false, masks: [], settleTimeoutMs: PICTURE_SETTLE_MS, dom: false };
    return (await page.capture.screenshot(request, signal)).image;
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (['CANCELLED', 'DISK_FULL'].includes(error.code)) throw error;
    // A page that cannot be photographed any more: what is wrong with it was said by the step.
    return undefined;
  }
}
