import { CodeloopError } from '../core/errors.js';
import type { VerifyJob, VerifyResult } from '../live/session.js';
import type { WorkInHand } from '../live/work-log.js';
import { whichRun } from '../store/which-run.js';
import { finishedResult } from './finished-result.js';
import { startVerify, type VerifyRequest } from './verify.js';

interface Waiting {
  /** Go on with or look at this run instead of starting one. */
  runId?: string | undefined;
  /** Milliseconds to wait for the end; undefined: as long as it takes. */
  waitMs?: number | undefined;
  progress: (progress: VerifyJob['status'] & { work: WorkInHand }) => void;
}

type VerifyAnswer = { state: 'running'; runId: string; doing: string } | { state: 'finished'; result: VerifyResult };

/** Interval of progress messages, ms. */
const TELL_MS = 1000;

/**
 * Starts a verification, joins the one that writes `runId`, or goes on with that run if it was interrupted, and waits for its end as long as asked. A cancelled call that
 * started the work cancels it; one that only joined leaves it alone. Throws what the verification throws, RUN_NOT_FOUND.
 */
export async function continueVerify(request: VerifyRequest, waiting: Waiting): Promise<VerifyAnswer> {
  const known = waiting.runId === undefined ? undefined : request.session.jobs.get(waiting.runId);
  let resume: string | undefined;
  if (waiting.runId !== undefined && !known) {
    const result = await finishedOrInterrupted(request, waiting.runId);
    if (result !== undefined) return { state: 'finished', result };
    resume = waiting.runId;
  }
  // Work that outlives the call must not be stopped by the call's own end: only a cancellation while it waits does.
  const job = known ?? (await startVerify({ ...request, resume, signal: new AbortController().signal }));
  const onAbort = () => {
    if (!known) job.cancel();
  };
  if (request.signal.aborted) onAbort();
  request.signal.addEventListener('abort', onAbort, { once: true });
  const tell = () => waiting.progress({ ...job.status, work: job.work() });
  const ticker = setInterval(tell, TELL_MS);
  try {
    const result = await waitFor(job, waiting.waitMs, request.signal);
    // Whoever watches sees the last of it too.
    tell();
    if (result === undefined) return { state: 'running', runId: job.runId, doing: job.status.message };
    request.session.jobs.forget(job.runId);
    return { state: 'finished', result };
  } catch (error) {
    request.session.jobs.forget(job.runId);
    throw error;
  } finally {
    clearInterval(ticker);
    request.signal.removeEventListener('abort', onAbort);
  }
}

/** Returns the result of a run; `undefined` when it was interrupted before it was judged, so that it can go on. Throws RUN_NOT_FOUND, and as `finishedResult`. */
async function finishedOrInterrupted({ project, session }: VerifyRequest, runId: string) {
  const question = { rule: 'newest', tool: 'codeloop_verify', clock: session.clock, runId } as const;
  const run = await whichRun(project.dir, question);
  if (run.state().state === 'incomplete' && run.manifest.cells.length > 0) return undefined;
  return finishedResult(run);
}

async function waitFor(
  job: VerifyJob,
  waitMs: number | undefined,
  signal: AbortSignal,
): Promise<VerifyResult | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    if (waitMs !== undefined) timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([job.result, limit]);
  } catch (error) {
    if (signal.aborted) throw new CodeloopError('CANCELLED', {}, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
