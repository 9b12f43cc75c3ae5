import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rename, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withDeadline } from '../core/clock.js';
import { sha256File } from '../core/digest.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { findProgram, type RunningProcess, runCommand, startProcess } from '../core/run-command.js';
import type { Size } from '../core/vocabulary/geometry.js';

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

/**
 * The least Matroska (RFC 9559) that carries pictures with their times to an encoder over a pipe: one track, one cluster per picture,
 * a segment of unknown length. Times are whole ms.
 */
function matroskaHeader(size: Size, type: 'jpg' | 'png'): Buffer {
  const codec =
    type === 'jpg'
      ? [element('86', Buffer.from('V_MJPEG'))]
      : [element('86', Buffer.from('V_MS/VFW/FOURCC')), element('63a2', bitmapInfo(size, 'MPNG'))];
  const video = element('e0', element('b0', number(size.width)), element('ba', number(size.height)));
  const track = element(
    'ae',
    element('d7', number(1)),
    element('73c5', number(1)),
    element('83', number(1)),
    ...codec,
    video,
  );
  return Buffer.concat([
    element(
      '1a45dfa3',
      element('4286', number(1)),
      element('42f7', number(1)),
      element('42f2', number(4)),
      element('42f3', number(8)),
      element('4282', Buffer.from('matroska')),
      element('4287', number(4)),
      element('4285', number(2)),
    ),
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    element('1549a966', element('2ad7b1', number(1_000_000))),
    element('1654ae6b', track),
  ]);
}

/** One picture that comes up at `tMs`. */
function matroskaFrame(tMs: number, data: Buffer): Buffer {
  const block = Buffer.concat([Buffer.from([0x81, 0, 0, 0x80]), data]);
  return element('1f43b675', element('e7', number(Math.round(tMs))), element('a3', block));
}

function element(id: string, ...content: Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const size = Buffer.alloc(8);
  // Eight bytes with the marker bit of that length: no need to choose a width.
  size.writeBigUInt64BE(BigInt(length) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, 'hex'), size, ...content]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** BITMAPINFOHEADER, by which Matroska names codecs that it has no name of its own for. */
function bitmapInfo(size: Size, fourcc: string): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size.width, 4);
  header.writeInt32LE(size.height, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(24, 14);
  header.write(fourcc, 16, 'latin1');
  return header;
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
interface EncodedVideo extends Size {
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
