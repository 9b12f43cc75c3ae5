import { type CodeloopError, toCodeloopError } from '../core/errors.js';
import type { StoredArtifact } from '../core/vocabulary/artifact.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';
import type { Run } from '../store/run.js';
import type { LivePage } from './live-page.js';

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

/** How long the page may take to stand still for a picture of where it failed, ms. */
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
