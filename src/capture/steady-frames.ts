import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/pixels.js';
import { pngSize, stackParts, stackSize } from '../image/png-stack.js';

/** A frame of a tall page is a stack of pictures; a driver hands on one picture. */
export { joinStack, stackSize } from '../image/png-stack.js';

/**
 * The smallest rectangle (device pixels) that holds every pixel in which two pictures differ; the whole of the larger one when their
 * sizes differ, `undefined` when they are equal.
 */
export function movingRegion(before: RawImage, after: RawImage): Rect | undefined {
  if (before.width !== after.width || before.height !== after.height)
    return { x: 0, y: 0, width: Math.max(before.width, after.width), height: Math.max(before.height, after.height) };
  const a = words(before);
  const b = words(after);
  const { width, height } = after;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      if (a[row + x] === b[row + x]) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function words(image: RawImage): Uint32Array {
  return new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
}

/** Largest picture whose every pixel is looked at for blankness; of a larger one the file's density decides first. */
const DENSE_BYTES_PER_PIXEL = 0.02;

/**
 * True when a picture, or a stack of them (`png-stack.ts`), shows (nearly) one colour. A PNG of one colour packs to almost nothing, so
 * only a picture whose file is small for its size is decoded; tall pages full of content cost no memory here.
 */
export async function isBlank(stack: Buffer, size: Size): Promise<boolean> {
  if (stack.length > 8192 + size.width * size.height * DENSE_BYTES_PER_PIXEL) return false;
  const [{ decode }, { pictureStatistics }] = await Promise.all([
    import('../image/decode.js'),
    import('../image/pixels.js'),
  ]);
  let ground: number | undefined;
  for (const part of stackParts(stack)) {
    const { blank, dominant } = pictureStatistics(await decode({ bytes: part, name: 'screenshot' }));
    const color = (dominant[0] << 16) | (dominant[1] << 8) | dominant[2];
    if (!blank || (ground !== undefined && color !== ground)) return false;
    ground = color;
  }
  return true;
}

/** Returns the rectangle in which two pictures, or stacks of them (`png-stack.ts`), differ, device pixels; `undefined` when they do not. */
export async function differingRegion(before: Buffer, after: Buffer): Promise<Rect | undefined> {
  const { decode } = await import('../image/decode.js');
  const [former, present] = [stackParts(before), stackParts(after)];
  let found: Rect | undefined;
  let top = 0;
  if (former.length !== present.length) return { x: 0, y: 0, ...stackSize(after) };
  for (const [index, part] of present.entries()) {
    const size = pngSize(part);
    const old = former[index];
    const region =
      old &&
      movingRegion(
        await decode({ bytes: old, name: 'frame before' }),
        await decode({ bytes: part, name: 'frame after' }),
      );
    if (region) found = around(found, { ...region, y: region.y + top });
    top += size.height;
  }
  return found;
}

function around(one: Rect | undefined, other: Rect): Rect {
  if (!one) return other;
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}

/** A driver's report on its page or window after it tried to bring it to rest. */
export interface Rest {
  /** Something is under way that will end (a font, a picture, a short timer, an animation). */
  busy: boolean;
  /** Something comes back every so many ms: frames must be equal for at least that long. 0 without. */
  periodMs: number;
  /** It shows that it waits for something: that is waited for as long as the whole time allows. */
  waits?: boolean;
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
/** Time kept for the pictures themselves of a subject that waits to the end, ms. */
const PICTURES_MS = 1000;
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
  const usual = Math.min(PATIENCE_MS, timeoutMs / 2);
  let patience = usual;
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
    patience = rest.waits ? Math.max(usual, timeoutMs - PICTURES_MS) : usual;
    // A picture of something that is still under way proves nothing.
    if ((rest.busy || rest.waits) && at - start < patience) continue;
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
