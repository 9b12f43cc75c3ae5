import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rename, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { withDeadline } from '../core/clock.js';
import { sha256File } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { findProgram, type RunningProcess, runCommand, startProcess } from '../core/run-command.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { matroskaFrame, matroskaHeader } from './matroska.js';

/** The system's ffmpeg, and which of its H.264 encoders is used. */
interface Encoder {
  program: string;
  codec: string;
  /** Settings of that codec. */
  args: readonly string[];
}

/** H.264 encoders by preference. Quality by constant rate factor where there is one; crf 20 keeps small text sharp. */
const CODECS: readonly (readonly [string, readonly string[]])[] = [
  ['libx264', ['-preset', 'veryfast', '-crf', '20']],
  ['libopenh264', ['-b:v', '4M']],
  ['h264_videotoolbox', ['-b:v', '6M', '-allow_sw', '1']],
  ['h264_mf', ['-b:v', '6M']],
];

const found = new Map<string, Promise<Encoder>>();

/** The encoder for recordings, from PATH; asked once per program. Throws ENCODER_NOT_FOUND. */
async function findEncoder(env: NodeJS.ProcessEnv = process.env): Promise<Encoder> {
  const program = findProgram('ffmpeg', { env });
  if (program === undefined) throw new CodeloopError('ENCODER_NOT_FOUND', { reason: 'there is no ffmpeg on the PATH' });
  let asked = found.get(program);
  if (!asked) {
    asked = ask(program);
    found.set(program, asked);
    // A failure is not remembered: it may be installed meanwhile.
    asked.catch(() => found.delete(program));
  }
  return asked;
}

async function ask(program: string): Promise<Encoder> {
  const { stdout } = await runCommand(program, ['-hide_banner', '-encoders'], { timeoutMs: 10_000 });
  const listed = new Set([...stdout.toString('utf8').matchAll(/^\s*V\S*\s+(\S+)/gm)].map(([, name]) => name));
  const codec = CODECS.find(([name]) => listed.has(name));
  if (!codec) throw new CodeloopError('ENCODER_NOT_FOUND', { reason: `${program} has no H.264 encoder` });
  return { program, codec: codec[0], args: codec[1] };
}

/** A picture and when it comes up, ms since the first. */
export interface TimedPicture {
  tMs: number;
  data: Buffer;
}

export interface EncodeRequest {
  /** By time; the first decides the format (all JPEG or all PNG). */
  pictures: AsyncIterable<TimedPicture> | Iterable<TimedPicture>;
  type: 'jpg' | 'png';
  /** Size of the video, pixels, even; smaller pictures stand in its upper left corner. */
  canvas: Size;
  fps: number;
  /** Length of the video, ms; the last picture stands until then. */
  durationMs: number;
  /** Absolute path of the `.mp4`; there whole or not at all. */
  output: string;
  /** Most bytes the file should have. */
  maxBytes: number;
  /** Deadline, ms. */
  deadlineMs: number;
  signal?: AbortSignal;
  /** Environment in which ffmpeg is looked for; default: this process's. */
  env?: NodeJS.ProcessEnv;
}

/** A video that was written, and shown to have the length asked for. */
export interface EncodedVideo extends Size {
  sha256: string;
  bytes: number;
  frames: number;
  durationMs: number;
}

/** Bit rate above which no limit is set: the quality alone decides, bits per second. */
const FREE_BITRATE = 8_000_000;

/** The last of what ffmpeg wrote on its two outputs. */
interface Heard {
  said: string;
  report: string;
}

/** The form of a video that is written. */
type VideoForm = Pick<EncodeRequest, 'type' | 'canvas' | 'fps' | 'output' | 'env'>;

/**
 * An ffmpeg that makes a video of the pictures it is given. It runs at low priority, reads nothing but the pipe, and ends with this process.
 * Whatever comes of it, `close` is called in the end.
 */
export class VideoWriter {
  readonly #form: VideoForm;
  readonly #program: string;
  readonly #temporary: string;
  readonly #cut: string;
  /** Its length was not known when it began. */
  readonly #isOpen: boolean;
  readonly #child: RunningProcess;
  readonly #stdin: Writable;
  readonly #heard: Heard;

  private constructor(
    form: VideoForm,
    program: string,
    temporary: string,
    isOpen: boolean,
    child: RunningProcess,
    heard: Heard,
  ) {
    const { stdin } = child.child;
    if (!stdin) throw new CodeloopError('INTERNAL', { reason: 'the encoder has no standard input' });
    this.#form = form;
    this.#program = program;
    this.#temporary = temporary;
    this.#cut = temporary.replace(/\.tmp$/, '.cut.tmp');
    this.#isOpen = isOpen;
    this.#child = child;
    this.#stdin = stdin;
    this.#heard = heard;
  }

  /** Starts it. `whole`: length and most bytes, where they are known. Throws ENCODER_NOT_FOUND, INTERNAL. */
  static async open(form: VideoForm, whole?: Pick<EncodeRequest, 'durationMs' | 'maxBytes'>): Promise<VideoWriter> {
    const encoder = await findEncoder(form.env);
    const temporary = join(
      dirname(form.output),
      `.${basename(form.output)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`,
    );
    const heard: Heard = { said: '', report: '' };
    const child = await startProcess(encoder.program, encodeArgs(encoder, { ...form, ...whole }, temporary), {
      diesWithUs: 'KILL',
      onOutput: (stream, chunk) => {
        if (stream === 'stderr') heard.said = (heard.said + chunk.toString('utf8')).slice(-4000);
        else heard.report = (heard.report + chunk.toString('utf8')).slice(-4000);
      },
    });
    lowerPriority(child.pid);
    return new VideoWriter(form, encoder.program, temporary, whole === undefined, child, heard);
  }

  /** Resolves when the pipe takes more. The header comes before the first picture. */
  async header(signal: AbortSignal): Promise<void> {
    await this.#write(matroskaHeader(this.#form.canvas, this.#form.type), signal);
  }

  /** A picture that comes up with the frame of this number; numbers grow. Resolves when the pipe takes more. */
  async picture(frame: number, data: Buffer, signal: AbortSignal): Promise<void> {
    // Half a frame behind its beginning is far from where ffmpeg's rounding (measured: 4 ms behind it) would move a picture to another one.
    const tMs = frame === 0 ? 0 : ((frame + 0.5) * 1000) / this.#form.fps;
    await this.#write(matroskaFrame(tMs, data), signal);
  }

  async #write(bytes: Buffer, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // ffmpeg closes the pipe once it has all the frames it was asked for, often before the last picture is through: its exit code and
    // its count of frames tell whether the video is whole.
    if (this.#stdin.destroyed || this.#stdin.write(bytes)) return;
    await Promise.race([once(this.#stdin, 'drain', { signal }), this.#child.ended]).catch((error: unknown) => {
      if (!(isErrno(error) && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'))) throw error;
    });
  }

  /**
   * Ends the video, which has to have as many frames as are `wanted` (where its length was not known, at least so many: the rest is cut off) and at
   * most so many bytes, and puts it in its place. Throws ENCODER_FAILED, DISK_FULL.
   */
  async finish(wanted: number, maxBytes = Number.POSITIVE_INFINITY): Promise<EncodedVideo> {
    this.#stdin.end();
    const code = await this.#child.ended;
    const { canvas, fps, output } = this.#form;
    let { said, report } = this.#heard;
    if (code !== 0 || NO_SPACE.test(said)) throw failed(said, output, code);
    if (this.#isOpen) {
      // Nothing is encoded again: every frame follows from the ones before it.
      const copy = ['-i', this.#temporary, '-c', 'copy', '-frames:v', String(wanted), '-movflags', '+faststart'];
      const cut = await runCommand(this.#program, [...QUIET, '-y', ...copy, '-f', 'mp4', this.#cut]);
      said = cut.stderr.toString('utf8');
      report = cut.stdout.toString('utf8');
      if (cut.code !== 0) throw failed(said, output, cut.code);
    }
    const frames = Number(/frame=(\d+)(?![\s\S]*frame=)/.exec(report)?.[1] ?? 0);
    if (frames !== wanted)
      throw new CodeloopError('ENCODER_FAILED', { reason: `${frames} frames were written of ${wanted}` });
    const done = this.#isOpen ? this.#cut : this.#temporary;
    const [{ size }, sha256] = await Promise.all([stat(done), sha256File(done)]);
    if (size > maxBytes) throw new CodeloopError('ENCODER_FAILED', { reason: `it has ${size} bytes of ${maxBytes}` });
    await rename(done, output);
    return { ...canvas, sha256, bytes: size, frames, durationMs: (frames * 1000) / fps };
  }

  /** Ends the encoder and removes what it has not finished. */
  async close(): Promise<void> {
    await this.#child.stop(0);
    for (const file of [this.#temporary, this.#cut]) await rm(file, { force: true });
  }
}

const NO_SPACE = /No space left on device/;

function failed(said: string, output: string, code: number | null): CodeloopError {
  return NO_SPACE.test(said)
    ? new CodeloopError('DISK_FULL', { path: output })
    : new CodeloopError('ENCODER_FAILED', { reason: `exit code ${code}: ${lastLine(said)}` });
}

/**
 * Writes pictures with their times as H.264 MP4 of constant frame rate. Throws ENCODER_NOT_FOUND, ENCODER_FAILED (also when it ended well but
 * the length is wrong), DEADLINE_EXCEEDED, CANCELLED, DISK_FULL.
 */
export async function encodeVideo(request: EncodeRequest): Promise<EncodedVideo> {
  const writer = await VideoWriter.open(request, request);
  try {
    return await withDeadline(
      'writing the video',
      request.deadlineMs,
      async (signal) => {
        await feed(writer, request, signal);
        return writer.finish(frameCount(request));
      },
      request.signal,
    );
  } finally {
    await writer.close();
  }
}

const QUIET = ['-nostdin', '-hide_banner', '-v', 'error', '-nostats', '-progress', 'pipe:1'];

/** The command line of the encoder. Exported for its table test. */
export function encodeArgs(
  encoder: Encoder,
  request: Pick<EncodeRequest, 'canvas' | 'fps'> & Partial<Pick<EncodeRequest, 'durationMs' | 'maxBytes'>>,
  output: string,
): string[] {
  const { canvas, fps, durationMs, maxBytes = Number.POSITIVE_INFINITY } = request;
  const { width, height } = canvas;
  const bitrate = Math.floor((maxBytes * 8 * 900) / Math.max(1000, durationMs ?? 0));
  const limit = bitrate < FREE_BITRATE ? ['-maxrate', String(bitrate), '-bufsize', String(bitrate * 2)] : [];
  return [
    ...[...QUIET, '-y'],
    ...['-protocol_whitelist', 'pipe', '-f', 'matroska', '-i', 'pipe:0', '-an'],
    // JPEG holds full-range BT.601 colours; a player takes video for limited BT.709, so it is made that and says so.
    '-vf',
    `pad=${width}:${height}:0:0:color=black,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`,
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-r', String(fps), ...(durationMs === undefined ? [] : ['-frames:v', String(frameCount({ durationMs, fps }))])],
    // A video that is cut afterwards has its frames in the order in which they are seen.
    ...['-c:v', encoder.codec, ...encoder.args, ...limit, ...(durationMs === undefined ? ['-bf', '0'] : [])],
    ...['-movflags', '+faststart', '-f', 'mp4', output],
  ];
}

async function feed(writer: VideoWriter, request: EncodeRequest, signal: AbortSignal): Promise<void> {
  const frames = frameCount(request);
  let waiting: ShownPicture | undefined;
  await writer.header(signal);
  for await (const { tMs, data } of request.pictures) {
    // The first one stands from the beginning, whatever was lost before it.
    const next = { frame: waiting === undefined ? 0 : frameAt(tMs, request.fps, frames), data };
    if (waiting && waiting.frame !== next.frame) await writer.picture(waiting.frame, waiting.data, signal);
    waiting = next;
  }
  if (waiting === undefined) return;
  for (const { frame, data } of [waiting, behindEnd(waiting, frames)]) await writer.picture(frame, data, signal);
}

/** A picture, and the frame of a video from which it is seen, until that of the next one: of several with one frame the last is shown. */
export interface ShownPicture {
  frame: number;
  data: Buffer;
}

/** The frame with which a picture of that time comes up; where their number is known, the last one is seen however late it came. */
export function frameAt(tMs: number, fps: number, frames = Number.POSITIVE_INFINITY): number {
  return Math.min(Math.round((tMs * fps) / 1000), frames - 1);
}

/** A picture lasts until the next one, so the last one comes again behind the end, where the encoder stops or the video is cut. */
export function behindEnd({ data }: ShownPicture, frames: number): ShownPicture {
  return { frame: frames + 2, data };
}

/** A size of even sides, as H.264 with 4:2:0 colours needs them. */
export function evenSize({ width, height }: Size): Size {
  return { width: width + (width % 2), height: height + (height % 2) };
}

/** Frames of a video of that length. */
export function frameCount({ durationMs, fps }: Pick<EncodeRequest, 'durationMs' | 'fps'>): number {
  return Math.max(1, Math.round((durationMs * fps) / 1000));
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // Not allowed here, or it has ended already; it runs all the same.
    if (!isErrno(error)) throw error;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
