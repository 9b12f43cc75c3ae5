import { type Clock, withDeadline } from '../core/clock.js';
import type { FrameEntry } from '../core/vocabulary/recording.js';
import {
  behindEnd,
  type EncodedVideo,
  evenSize,
  frameAt,
  frameCount,
  type ShownPicture,
  VideoWriter,
} from './encode-video.js';

/** The file of a video, and how many frames a second it has. */
interface LiveVideoRequest {
  /** Absolute path of the `.mp4`. */
  output: string;
  fps: number;
  /** By which the times of the frames are. */
  clock: Clock;
}

/** Most bytes of pictures that wait for the encoder; behind more than that it comes too late anyway. */
const MOST_WAITING = 32_000_000;
/** A source may hand over a picture some moments after a later one, ms: so long each waits for those before it. */
const HOLD_MS = 500;
/** While nothing changes, the picture that stands is encoded up to this long ago, ms, in steps of this length. */
const BEHIND_MS = 1000;
/** A picture that stands is not encoded for longer than this at once, ms. */
const MOST_AHEAD_MS = 60_000;
/** Longest that the end of the video may take, ms: what is not through by then is written anew from the frames. */
const END_MS = 30_000;

/** A picture that waits for its turn. */
interface HeldPicture extends ShownPicture {
  tMs: number;
}

/**
 * The video of a recording, encoded while its pictures come, so that it can be played right after the stop. It has what `exportVideo` would
 * have made of the same frames or it is nothing: a picture of another size or one that comes much too late, frames that were left out, an
 * encoder that falls behind or fails give it up, and the video is written from the frames as ever. Nothing here throws but `open`.
 */
export class LiveVideo {
  readonly #writer: VideoWriter;
  readonly #request: LiveVideoRequest;
  readonly #first: Pick<FrameEntry, 'width' | 'height'>;
  readonly #startMs: number;
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** Pictures of the last moments, by their times. */
  #held: HeldPicture[] = [];
  /** The newest picture whose turn came; it stands until the next one's does. `isWritten`: the encoder has it already. */
  #newest: ShownPicture & { isWritten: boolean };
  #fed = -1;
  #waiting = 0;
  #queue: Promise<void>;
  #isWhole = true;
  #closing: Promise<void> | undefined;

  private constructor(
    writer: VideoWriter,
    request: LiveVideoRequest,
    entry: FrameEntry,
    data: Buffer,
    startMs: number,
  ) {
    this.#writer = writer;
    this.#request = request;
    this.#first = entry;
    this.#startMs = startMs;
    this.#newest = { frame: 0, data, isWritten: false };
    this.#queue = this.#guarded(() => writer.header(this.#abort.signal));
    this.#timer = setInterval(() => this.#goOn(), BEHIND_MS);
    this.#timer.unref();
  }

  /** Begins with the first picture, which came up at `startMs`, ms since the epoch. Throws ENCODER_NOT_FOUND, INTERNAL. */
  static async open(request: LiveVideoRequest, entry: FrameEntry, data: Buffer, startMs: number): Promise<LiveVideo> {
    const type = entry.file.endsWith('.png') ? 'png' : 'jpg';
    const writer = await VideoWriter.open({ ...request, type, canvas: evenSize(entry) });
    return new LiveVideo(writer, request, entry, data, startMs);
  }

  /** The next picture that was kept. */
  add(entry: FrameEntry, data: Buffer): void {
    if (!this.#isWhole) return;
    if (entry.width !== this.#first.width || entry.height !== this.#first.height) {
      this.giveUp();
      return;
    }
    const tMs = entry.t_ms;
    const at = this.#held.findLastIndex((held) => held.tMs <= tMs) + 1;
    this.#held.splice(at, 0, { tMs, frame: frameAt(tMs, this.#request.fps), data });
    this.#letGo((this.#held.at(-1)?.tMs ?? 0) - HOLD_MS);
  }

  /** The turn of the held pictures up to that time comes. */
  #letGo(untilMs: number): void {
    while (this.#isWhole && this.#held[0] !== undefined && this.#held[0].tMs <= untilMs) {
      const [{ frame, data }] = this.#held.splice(0, 1) as [HeldPicture];
      // One that comes later still would have to go before what is encoded already.
      if (frame < this.#newest.frame || frame <= this.#fed) this.giveUp();
      else {
        if (frame > this.#newest.frame) this.#feedNewest();
        this.#newest = { frame, data, isWritten: false };
      }
    }
  }

  /** Gives it up: frames were left out, or nobody wants it any more. */
  giveUp(): void {
    if (!this.#isWhole) return;
    this.#isWhole = false;
    this.#held = [];
    clearInterval(this.#timer);
    this.#abort.abort();
    this.#closing = this.#writer.close().catch(() => undefined); // what is left of it is swept with the recording
  }

  /** The finished video of that length, ms; nothing where it was given up, or has more than `maxBytes`. */
  async finish(durationMs: number, maxBytes: number): Promise<EncodedVideo | undefined> {
    clearInterval(this.#timer);
    const frames = frameCount({ durationMs, fps: this.#request.fps });
    for (const held of this.#held) held.frame = frameAt(held.tMs, this.#request.fps, frames);
    this.#letGo(Number.POSITIVE_INFINITY);
    const last = this.#newest;
    if (last.frame >= frames) last.frame = frames - 1;
    if (!this.#isWhole || (!last.isWritten && last.frame <= this.#fed)) return this.#nothing();
    this.#feedNewest();
    if (this.#fed >= frames) return this.#nothing();
    this.#feed(behindEnd(last, frames));
    try {
      return await withDeadline('the end of the video', END_MS, async () => {
        await this.#queue;
        if (!this.#isWhole) return this.#nothing();
        const video = await this.#writer.finish(frames, maxBytes);
        this.#isWhole = false;
        await this.#writer.close();
        return video;
      });
    } catch {
      return this.#nothing(); // the same: it is written from the frames
    }
  }

  async #nothing(): Promise<undefined> {
    this.giveUp();
    await this.#closing;
  }

  #feedNewest(): void {
    if (!this.#newest.isWritten) this.#feed(this.#newest);
    this.#newest.isWritten = true;
  }

  #feed(picture: ShownPicture): void {
    const { frame, data } = picture;
    this.#fed = frame;
    this.#waiting += data.length;
    if (this.#waiting > MOST_WAITING) {
      this.giveUp();
      return;
    }
    this.#queue = this.#queue.then(() =>
      this.#guarded(async () => {
        if (this.#isWhole) await this.#writer.picture(frame, data, this.#abort.signal);
        this.#waiting -= data.length;
      }),
    );
  }

  /** While a picture stands, the encoder need not wait for the next one to make the frames that show it. */
  #goOn(): void {
    const untilMs = this.#request.clock.now() - this.#startMs - BEHIND_MS;
    this.#letGo(untilMs);
    const frame = Math.floor((untilMs * this.#request.fps) / 1000);
    const ahead = frame - Math.max(this.#fed, this.#newest.frame);
    if (ahead <= 0) return;
    // Frames and clock are of different times, or this process stood still.
    if (ahead * 1000 > this.#request.fps * MOST_AHEAD_MS) this.giveUp();
    else {
      this.#feedNewest();
      this.#feed({ frame, data: this.#newest.data });
      this.#newest.frame = frame;
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      this.giveUp(); // an encoder that fails here fails, with its words, where the video is written from the frames
    }
  }
}
