import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import type { RecordingRecord } from '../core/vocabulary/recording.js';
import type { RecordRequest } from './live-recordings.js';
import type { Session } from './session.js';

/** Interval of progress messages, ms. */
const TICK_MS = 1000;
/** Longest that the video is waited for after the end, ms; it is finished in any case. */
const VIDEO_MS = 60_000;

/**
 * Records for a fixed time and waits for the video; a page that was opened for it is closed. Ends early when what it shows goes away.
 * A cancelled one is stopped and kept. Throws CANCELLED, and as `LiveRecordings.start`.
 */
export async function recordInteraction(
  session: Session,
  request: RecordRequest & { seconds: number; onSecond: (elapsed: number) => void },
): Promise<RecordingRecord> {
  const { recordings, pages } = session;
  const live = await recordings.start({ ...request, maxSeconds: request.seconds });
  const close = () => (live.opened ? pages.close(live.page.id) : undefined);
  try {
    const until = Date.now() + request.seconds * 1000;
    for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
      await sleep(Math.min(TICK_MS, left), undefined, { signal: request.signal });
      request.onSecond(Math.min(request.seconds, Math.round(request.seconds - (until - Date.now()) / 1000)));
      // Stopped by another call, or its page was closed.
      if (!recordings.running(request.project).includes(live.id)) break;
    }
  } catch (error) {
    await recordings.stop(request.project, live.id).catch(() => undefined); // Kept as far as it went; the error is the answer.
    await close();
    throw request.signal.aborted ? new CodeloopError('CANCELLED', { what: 'the recording' }, { cause: error }) : error;
  }
  const runs = recordings.running(request.project).includes(live.id);
  const record = runs ? await recordings.stop(request.project, live.id) : await live.stop();
  await close();
  const finishing = recordings.finished(live.id);
  return finishing ? Promise.race([finishing, sleep(VIDEO_MS, record, { ref: false })]) : record;
}
