import { type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { sha256 } from '../core/digest.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { byTime, formatIndex, INDEX_FILE } from '../core/frame-index.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { FrameEntry } from '../core/vocabulary/recording.js';
import { clipRect } from '../image/pixels.js';
import { pngSize, stackParts } from '../image/png-stack.js';
import { frameHeader } from './jpeg-stream.js';

/** A PNG, and parts of it with the place in another picture where the upper left corner of each goes; whole device pixels. */
export interface Patches {
  picture: Buffer;
  parts: readonly { from: Rect; to: { x: number; y: number } }[];
}

/**
 * Returns a PNG, or a stack of them (`png-stack.ts`), with parts of other pictures in it, in their order. What lies beyond an edge, of
 * either, is left out. The same pictures give the same bytes. Throws IMAGE_UNREADABLE.
 */
export async function composePicture(stack: Buffer, screens: readonly Patches[]): Promise<Buffer> {
  const [{ decode }, { crop, paste }, { encode }] = await Promise.all([
    import('../image/decode.js'),
    import('../image/resize.js'),
    import('../image/encode.js'),
  ]);
  const composed: Buffer[] = [];
  let above = 0;
  for (const bytes of stackParts(stack)) {
    const { height } = pngSize(bytes);
    const reaching = screens.filter(({ parts }) =>
      parts.some(({ from, to }) => to.y < above + height && to.y + from.height > above),
    );
    if (reaching.length === 0) composed.push(bytes);
    else {
      const whole = await decode({ bytes, name: 'the page' });
      for (const { picture, parts } of reaching) {
        const screen = await decode({ bytes: picture, name: 'a screen of the page' });
        for (const { from, to } of parts) {
          const shift = { x: to.x - from.x, y: to.y - above - from.y };
          const seen = clipRect(from, screen);
          const target = seen && clipRect({ ...seen, x: seen.x + shift.x, y: seen.y + shift.y }, whole);
          if (!target) continue;
          paste(whole, crop(screen, { ...target, x: target.x - shift.x, y: target.y - shift.y }), target.x, target.y);
        }
      }
      composed.push(await encode(whole, 'png-fast'));
    }
    above += height;
  }
  return Buffer.concat(composed);
}

/**
 * Returns a PNG, or a stack of them, with rectangles (whole device pixels) in one flat colour (`#rrggbb`); the very same bytes where they
 * have it already. Throws IMAGE_UNREADABLE.
 */
export async function coverParts(stack: Buffer, rects: readonly Rect[], color: string): Promise<Buffer> {
  if (rects.length === 0) return stack;
  const [{ decode }, { encode }] = await Promise.all([import('../image/decode.js'), import('../image/encode.js')]);
  const flat = (0xff000000 | Number.parseInt(color.slice(5, 7) + color.slice(3, 5) + color.slice(1, 3), 16)) >>> 0;
  const covered: Buffer[] = [];
  let above = 0;
  for (const bytes of stackParts(stack)) {
    const { width, height } = pngSize(bytes);
    const here = rects
      .map((rect) => clipRect({ ...rect, y: rect.y - above }, { width, height }))
      .filter((rect) => rect !== undefined);
    above += height;
    if (here.length === 0) {
      covered.push(bytes);
      continue;
    }
    const image = await decode({ bytes, name: 'the page' });
    const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, width * height);
    let painted = false;
    for (const rect of here)
      for (let y = rect.y; y < rect.y + rect.height; y++) {
        const row = pixels.subarray(y * width + rect.x, y * width + rect.x + rect.width);
        if (row.every((pixel) => pixel === flat)) continue;
        row.fill(flat);
        painted = true;
      }
    covered.push(painted ? await encode(image, 'png-fast') : bytes);
  }
  return Buffer.concat(covered);
}

/** Least spacing that thinning begins with, ms. */
const FIRST_SPACING_MS = 50;

/**
 * Leaves out frames, evenly over time, until those that stay need at most `maxBytes`: the spacing is doubled until it fits. The first
 * and the last always stay. `entries` by time; `spacingMs` is the spacing that holds already (0: none).
 */
export function thinFrames(
  entries: readonly FrameEntry[],
  maxBytes: number,
  spacingMs: number,
): { kept: FrameEntry[]; spacingMs: number } {
  let kept = [...entries];
  let spacing = spacingMs;
  while (kept.length > 2 && bytesOf(kept) > maxBytes) {
    spacing = spacing === 0 ? FIRST_SPACING_MS : spacing * 2;
    kept = spaced(kept, spacing);
  }
  return { kept, spacingMs: spacing };
}

/** Bytes on disk: a file that several entries name counts once. */
export function bytesOf(entries: readonly FrameEntry[]): number {
  const files = new Map(entries.map((entry) => [entry.file, entry.bytes]));
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function spaced(entries: readonly FrameEntry[], spacingMs: number): FrameEntry[] {
  const kept: FrameEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const before = kept.at(-1);
    if (before === undefined || index === entries.length - 1 || entry.t_ms - before.t_ms >= spacingMs) kept.push(entry);
  }
  return kept;
}

/** The content of a sealed store. */
interface SealedFrames {
  /** By time. */
  entries: FrameEntry[];
  /** Frames that came in, equal ones and those thinned out among them. */
  captured: number;
  bytes: number;
  thinnedToMs: number;
  index: { sha256: string; bytes: number };
}

/** What hears of the frames of a store. */
interface FrameListener {
  /** A frame was kept, or comes up again; in the order in which they are listed. */
  kept(entry: FrameEntry, data: Buffer): void;
  /** Frames that were kept are left out again. */
  thinned(): void;
}

interface HeldFrame {
  tMs: number;
  data: Buffer;
}

/**
 * The pictures of one recording in a folder, written as they come, with an index that is whole after a crash but for its last line. Of
 * equal pictures in a row only the first is kept. When the folder would grow beyond `maxBytes`, frames are thinned out evenly, so that
 * a recording of any length stays within it and keeps its beginning, its end and its length.
 */
export class FrameStore {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #listener: FrameListener | undefined;
  #index: FileHandle;
  #entries: FrameEntry[] = [];
  #bytes = 0;
  #captured = 0;
  #next = 1;
  #spacingMs = 0;
  #startMs: number | undefined;
  #type: string | undefined;
  /** The newest picture that is written, and when the same was last seen. */
  #last: { data: Buffer; entry: FrameEntry; seenMs: number } | undefined;
  /** The newest picture while it is too close to the one before it; written when it turns out to be the last. */
  #held: HeldFrame | undefined;
  #queue: Promise<void> = Promise.resolve();

  private constructor(dir: string, maxBytes: number, index: FileHandle, listener: FrameListener | undefined) {
    this.#listener = listener;
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#index = index;
  }

  /** Makes the folder if it is not there. Throws DISK_FULL; INTERNAL when it holds an index already. */
  static async create(dir: string, maxBytes: number, listener?: FrameListener): Promise<FrameStore> {
    try {
      await mkdir(dir, { recursive: true });
      return new FrameStore(dir, maxBytes, await open(join(dir, INDEX_FILE), 'ax', 0o644), listener);
    } catch (error) {
      throw toCodeloopError(error);
    }
  }

  /** Time of the first frame, ms since the epoch; `undefined` before. */
  get startMs(): number | undefined {
    return this.#startMs;
  }

  /**
   * Keeps a JPEG or PNG that came up at `atMs` (ms since the epoch); resolves when it is on disk. May be called without waiting, and
   * in any order of times. Throws DISK_FULL, IMAGE_UNREADABLE.
   */
  add(data: Buffer, atMs: number): Promise<void> {
    const added = this.#queue.then(() => this.#add(data, atMs));
    // The queue goes on after a failure; the caller that added the frame gets the error.
    this.#queue = added.catch(() => undefined);
    return added;
  }

  /** Writes what is held back and the index, by time. Nothing may be added after it. Throws DISK_FULL. */
  async seal(): Promise<SealedFrames> {
    await this.#queue;
    try {
      if (this.#held) await this.#write(this.#held.data, this.#held.tMs);
      this.#held = undefined;
      await this.#index.close();
      const entries = byTime(this.#entries);
      const text = formatIndex(entries);
      await writeAtomic(join(this.#dir, INDEX_FILE), text, { durable: false });
      return {
        entries,
        captured: this.#captured,
        bytes: this.#bytes,
        thinnedToMs: this.#spacingMs,
        index: { sha256: sha256(text), bytes: Buffer.byteLength(text) },
      };
    } catch (error) {
      throw toCodeloopError(error);
    }
  }

  async #add(data: Buffer, atMs: number): Promise<void> {
    this.#startMs ??= atMs;
    this.#captured += 1;
    const tMs = Math.max(0, Math.round((atMs - this.#startMs) * 10) / 10);
    try {
      if (this.#held === undefined && this.#last?.data.equals(data)) {
        this.#last.seenMs = Math.max(this.#last.seenMs, tMs);
        return;
      }
      await this.#keepSeen(tMs);
      const before = this.#last;
      if (this.#held !== undefined && before !== undefined && tMs - before.entry.t_ms >= this.#spacingMs) {
        const held = this.#held;
        this.#held = undefined;
        if (held.tMs - before.entry.t_ms >= this.#spacingMs) await this.#write(held.data, held.tMs);
      }
      const newest = this.#last;
      if (this.#spacingMs > 0 && newest !== undefined && tMs - newest.entry.t_ms < this.#spacingMs)
        this.#held = { tMs, data };
      else await this.#write(data, tMs);
    } catch (error) {
      throw toCodeloopError(error);
    }
  }

  /** A frame that comes late, from before the time the last picture was still seen: the last picture comes up again after it. */
  async #keepSeen(tMs: number): Promise<void> {
    const last = this.#last;
    if (last === undefined || tMs >= last.seenMs || last.seenMs === last.entry.t_ms) return;
    await this.#append({ ...last.entry, t_ms: last.seenMs }, last.data);
    last.seenMs = last.entry.t_ms;
  }

  async #write(data: Buffer, tMs: number): Promise<void> {
    const { type, width, height } = frameHeader(data);
    this.#type ??= type;
    if (type !== this.#type)
      throw new CodeloopError('IMAGE_UNREADABLE', { path: 'frame', reason: `it is ${type} among ${this.#type}` });
    const file = `${String(this.#next++).padStart(6, '0')}.${type}`;
    await writeFile(join(this.#dir, file), data, { flag: 'wx' });
    const entry = { t_ms: tMs, file, bytes: data.length, width, height, sha256: sha256(data) };
    this.#bytes += data.length;
    await this.#append(entry, data);
    this.#last = { data, entry, seenMs: tMs };
    if (this.#bytes > this.#maxBytes) await this.#thin();
  }

  async #append(entry: FrameEntry, data: Buffer): Promise<void> {
    this.#entries.push(entry);
    await this.#index.appendFile(`${JSON.stringify(entry)}\n`);
    this.#listener?.kept(entry, data);
  }

  async #thin(): Promise<void> {
    this.#listener?.thinned();
    // Room for as much again, so that it is not done at every frame.
    const { kept, spacingMs } = thinFrames(byTime(this.#entries), this.#maxBytes * 0.6, this.#spacingMs);
    const files = new Set(kept.map((entry) => entry.file));
    const gone = new Set(this.#entries.map((entry) => entry.file).filter((file) => !files.has(file)));
    this.#entries = kept;
    this.#spacingMs = spacingMs;
    this.#bytes = bytesOf(kept);
    // The index first: a crash in between leaves pictures that no line names, never lines without a picture.
    await writeAtomic(join(this.#dir, INDEX_FILE), formatIndex(kept), { durable: false });
    await this.#index.close();
    this.#index = await open(join(this.#dir, INDEX_FILE), 'a');
    for (const file of gone) await rm(join(this.#dir, file), { force: true });
  }
}
