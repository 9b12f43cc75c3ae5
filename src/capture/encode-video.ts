import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rename, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withDeadline } from '../core/deadline.js';
import { sha256File } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { type RunningProcess, startProcess } from '../core/run-command.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { type Encoder, findEncoder } from './encoder.js';
import { matroskaFrame, matroskaHeader } from './matroska.js';

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
  /** How long it may take, ms. */
  deadlineMs: number;
  signal?: AbortSignal;
  /** Where ffmpeg is looked for; default: this process's environment. */
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

/**
 * Writes pictures with their times as H.264 MP4 of constant frame rate. ffmpeg runs at low priority, reads nothing but the pipe, and ends
 * with this process. Throws ENCODER_NOT_FOUND, ENCODER_FAILED (also when it ended well but the length is wrong), DEADLINE_EXCEEDED,
 * CANCELLED, DISK_FULL.
 */
export async function encodeVideo(request: EncodeRequest): Promise<EncodedVideo> {
  const encoder = await findEncoder(request.env);
  const temporary = join(
    dirname(request.output),
    `.${basename(request.output)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`,
  );
  let said = '';
  let report = '';
  const child = await startProcess(encoder.program, encodeArgs(encoder, request, temporary), {
    diesWithUs: 'KILL',
    onOutput: (stream, chunk) => {
      if (stream === 'stderr') said = (said + chunk.toString('utf8')).slice(-4000);
      else report = (report + chunk.toString('utf8')).slice(-4000);
    },
  });
  lowerPriority(child.pid);
  try {
    const code = await withDeadline(
      'writing the video',
      request.deadlineMs,
      async (signal) => {
        // ffmpeg closes the pipe once it has all the frames it was asked for, often before the last picture is through: its exit code and
        // its count of frames tell whether the video is whole.
        await feed(child, request, signal).catch((error) => {
          if (!(isErrno(error) && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'))) throw error;
        });
        return child.ended;
      },
      request.signal,
    );
    const frames = Number(/frame=(\d+)(?![\s\S]*frame=)/.exec(report)?.[1] ?? 0);
    const wanted = frameCount(request);
    const durationMs = (frames * 1000) / request.fps;
    if (/No space left on device/.test(said)) throw new CodeloopError('DISK_FULL', { path: request.output });
    if (code !== 0) throw new CodeloopError('ENCODER_FAILED', { reason: `exit code ${code}: ${lastLine(said)}` });
    if (frames !== wanted)
      throw new CodeloopError('ENCODER_FAILED', { reason: `${frames} frames were written of ${wanted}` });
    const [{ size }, sha256] = await Promise.all([stat(temporary), sha256File(temporary)]);
    await rename(temporary, request.output);
    return { ...request.canvas, sha256, bytes: size, frames, durationMs };
  } finally {
    await child.stop(0);
    await rm(temporary, { force: true });
  }
}

/** The command line of the encoder. Exported for its table test. */
export function encodeArgs(
  encoder: Encoder,
  request: Pick<EncodeRequest, 'canvas' | 'fps' | 'durationMs' | 'maxBytes'>,
  output: string,
): string[] {
  const { width, height } = request.canvas;
  const bitrate = Math.floor((request.maxBytes * 8 * 900) / Math.max(1000, request.durationMs));
  const limit = bitrate < FREE_BITRATE ? ['-maxrate', String(bitrate), '-bufsize', String(bitrate * 2)] : [];
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-nostats', '-progress', 'pipe:1', '-y'],
    ...['-protocol_whitelist', 'pipe', '-f', 'matroska', '-i', 'pipe:0', '-an'],
    // JPEG holds full-range BT.601 colours; a player takes video for limited BT.709, so it is made that and says so.
    '-vf',
    `pad=${width}:${height}:0:0:color=black,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`,
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...[
      '-r',
      String(request.fps),
      '-frames:v',
      String(frameCount(request)),
      '-c:v',
      encoder.codec,
      ...encoder.args,
      ...limit,
    ],
    ...['-movflags', '+faststart', '-f', 'mp4', output],
  ];
}

async function feed(child: RunningProcess, request: EncodeRequest, signal: AbortSignal): Promise<void> {
  const { stdin } = child.child;
  if (!stdin) throw new CodeloopError('INTERNAL', { reason: 'the encoder has no standard input' });
  const write = async (bytes: Buffer) => {
    signal.throwIfAborted();
    if (stdin.destroyed || stdin.write(bytes)) return;
    await Promise.race([once(stdin, 'drain', { signal }), child.ended]);
  };
  const slotMs = 1000 / request.fps;
  // Half a slot behind its beginning is far from where ffmpeg's rounding (measured: 4 ms behind it) would move a picture to another slot.
  const timeOf = (slot: number) => (slot === 0 ? 0 : (slot + 0.5) * slotMs);
  let waiting: { slot: number; data: Buffer } | undefined;
  await write(matroskaHeader(request.canvas, request.type));
  for await (const { tMs, data } of request.pictures) {
    // The first one stands from the beginning, whatever was lost before it; the last one is seen, however late it came.
    const slot = waiting === undefined ? 0 : Math.min(Math.round(tMs / slotMs), frameCount(request) - 1);
    // Of several pictures within one slot the last is shown.
    if (waiting !== undefined && waiting.slot !== slot) await write(matroskaFrame(timeOf(waiting.slot), waiting.data));
    waiting = { slot, data };
  }
  if (waiting !== undefined) {
    await write(matroskaFrame(timeOf(waiting.slot), waiting.data));
    // A picture lasts until the next one, so the last one comes again behind the end, where the encoder stops.
    await write(matroskaFrame(timeOf(frameCount(request) + 2), waiting.data));
  }
  stdin.end();
}

/** Frames of a video of that length. */
function frameCount({ durationMs, fps }: Pick<EncodeRequest, 'durationMs' | 'fps'>): number {
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
