import { CodeloopError } from '../core/errors.js';

/** A driver's report on its page or window after it tried to bring it to rest. */
export interface Rest {
  /** Something is under way that will end (a font, a picture, a short timer, an animation). */
  busy: boolean;
  /** Something comes back every so many ms: frames must be equal for at least that long. 0 without. */
  periodMs: number;
}

/** The thing to photograph, as a driver offers it to the loop. */
export interface Subject {
  /** One round of bringing it to rest, at most about `waitMs` long; it must take some time while it answers `busy`. */
  rest(waitMs: number): Promise<Rest>;
  /** Encoded bytes; equal pixels must give equal bytes. */
  shoot(): Promise<Buffer>;
}

/** Clock and pause, so that tests need no time. */
interface Pace {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** The outcome: the last frame, and the one before it that differs when it never settled. */
export type SteadyFrames =
  | { settled: true; frame: Buffer; frames: number; waitedMs: number }
  | { settled: false; frame: Buffer; before: Buffer; frames: number; waitedMs: number };

/** Most frames in a row that have to equal the one before them. */
const MOST_EQUAL = 4;
/** Longest that something which ought to end is waited for, ms; after that equal frames alone decide. */
const PATIENCE_MS = 4000;
const realPace: Pace = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Photographs until two frames in a row are equal, byte by byte, while nothing that will end is under way, and over a whole period of
 * whatever comes back (a clock that ticks each second is not steady because it stood still for 50 ms). The more often a subject was
 * seen to move, the more frames in a row have to be equal: what jumps about is now and then where it just was. Ends at `timeoutMs`
 * with the last two frames that differ. Throws CANCELLED and whatever the subject throws.
 */
export async function steadyFrames(
  subject: Subject,
  timeoutMs: number,
  signal?: AbortSignal,
  pace: Pace = realPace,
): Promise<SteadyFrames> {
  const start = pace.now();
  const patience = Math.min(PATIENCE_MS, timeoutMs / 2);
  let last: Buffer | undefined;
  let differed: Buffer | undefined;
  let equalSince = start;
  let inARow = 0;
  let changes = 0;
  let frames = 0;
  for (;;) {
    if (signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'the picture' });
    const spent = pace.now() - start;
    const rest = await subject.rest(Math.max(0, Math.min(patience - spent, 1000)));
    const at = pace.now();
    // A picture of something that is still under way proves nothing.
    if (rest.busy && at - start < patience) continue;
    const frame = await subject.shoot();
    frames++;
    const waitedMs = pace.now() - start;
    const equal = last !== undefined && frame.equals(last);
    if (equal) {
      inARow++;
    } else {
      if (last !== undefined) changes++;
      differed = last;
      equalSince = at;
      inARow = 0;
    }
    const proven =
      inARow >= equalFramesNeeded(changes, rest) && at - equalSince >= Math.min(rest.periodMs * 1.1, timeoutMs);
    if (proven) return { settled: true, frame, frames, waitedMs };
    if (waitedMs >= timeoutMs && frames > 1)
      // A picture that stood still but not for a whole period is steady as far as anyone can see.
      return equal && differed === undefined
        ? { settled: true, frame, frames, waitedMs }
        : { settled: false, frame, before: differed ?? frame, frames, waitedMs };
    last = frame;
    if (equal) await pace.sleep(Math.min(200, Math.max(0, rest.periodMs / 4)));
  }
}

/** Returns how many frames in a row must equal the one before: one for a page that did not move and has no timer. */
function equalFramesNeeded(changes: number, rest: Rest): number {
  return Math.min(MOST_EQUAL, 1 + (rest.periodMs > 0 ? 1 : 0) + Math.floor(changes / 2));
}
