import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { frameHeader, JpegStream } from '../capture/jpeg-stream.js';
import { withDeadline } from '../core/clock.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { findProgram, startProcess } from '../core/run-command.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { changedShare, SAMPLE_SIDE, type Sample } from '../image/grey-changes.js';
import type { GreyImage } from '../image/resize.js';

/** Longest header that is believed to be one, bytes. */
const MAX_HEADER = 64;

/** Cuts a stream of binary PGM files (Netpbm, 8 bit), one behind the other, into pictures. Chunks may be cut anywhere. */
export class PgmStream {
  #rest: Buffer = Buffer.alloc(0);

  /** The pictures that are whole now, in order. Throws IMAGE_UNREADABLE when the stream is no PGM. */
  push(chunk: Buffer): GreyImage[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pictures: GreyImage[] = [];
    for (;;) {
      const header = /^P5\s(\d+)\s(\d+)\s255\s/.exec(this.#rest.toString('latin1', 0, MAX_HEADER));
      if (!header) {
        if (this.#rest.length >= MAX_HEADER)
          throw new CodeloopError('IMAGE_UNREADABLE', { path: 'frame', reason: 'the stream holds something else' });
        return pictures;
      }
      const [width, height] = [Number(header[1]), Number(header[2])];
      const end = header[0].length + width * height;
      if (this.#rest.length < end) return pictures;
      pictures.push({ data: Uint8Array.from(this.#rest.subarray(header[0].length, end)), width, height });
      this.#rest = this.#rest.subarray(end);
    }
  }
}

/** The demuxers that are used, by ffmpeg's names. */
type Demuxer = 'mov' | 'matroska';

/** Largest file that is opened, bytes. */
const MAX_BYTES = 4_000_000_000;
/** EBML, the beginning of Matroska and WebM (RFC 8794, section 11.2.1). */
const EBML = 0x1a45dfa3;
/** Boxes that an MP4 or MOV file can begin with (ISO/IEC 14496-12, QuickTime File Format). */
const MOV_BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/**
 * Returns the format of a video file by its first bytes, whatever its name; ffmpeg must then read it as that. By itself it would take a text
 * file called `.mp4` for a playlist and read the files that it names. Throws VIDEO_UNREADABLE.
 */
export async function sniffVideo(path: string): Promise<Demuxer> {
  const unreadable = (reason: string) => new CodeloopError('VIDEO_UNREADABLE', { path, reason });
  try {
    // Without waiting: a pipe in place of a file must not hold anything up.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw unreadable('it is not a plain file');
      if (stat.size > MAX_BYTES) throw unreadable(`it has more than ${MAX_BYTES} bytes`);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
      if (bytesRead < 12) throw unreadable('it is empty, or cut off');
      if (buffer.readUInt32BE(0) === EBML) return 'matroska';
      if (MOV_BOXES.has(buffer.toString('latin1', 4, 8))) return 'mov';
      throw unreadable('its first bytes are those of no MP4, MOV, WebM or MKV');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw unreadable(error.code === 'ENOENT' ? 'there is no such file' : `the system says ${error.code}`);
  }
}

/** A video file whose container is known (`sniffVideo`). */
interface VideoFile {
  /** Absolute and real. */
  path: string;
  demuxer: Demuxer;
}

/** The samples of a video, at an even rate, and its duration. */
interface VideoSamples {
  samples: Sample[];
  durationMs: number;
  /** Duration that the file declares, ms; more than `durationMs` when it was cut off. Absent where it declares none. */
  declaredMs?: number;
  /** Size of its pictures, px. */
  size: Size;
}

/** Pictures per second that are looked at, and how many are kept in memory; of a longer video fewer per second. */
const RATE = 10;
const MAX_SAMPLES = 600;
const DEADLINE_MS = 120_000;
/** Largest picture that is decoded, pixels. */
const MAX_PIXELS = 40_000_000;
/** Longest side of extracted pictures, px. */
const PICTURE_SIDE = 1568;

/** Looks through a video ten times a second. Throws ENCODER_NOT_FOUND, VIDEO_UNREADABLE, DEADLINE_EXCEEDED, CANCELLED. */
export async function sampleVideo(file: VideoFile, signal?: AbortSignal): Promise<VideoSamples> {
  const stream = new PgmStream();
  let samples: Sample[] = [];
  let stride = 1;
  let seen = 0;
  const said = await runFfmpeg(
    file,
    [
      ...['-vf', `fps=${RATE},scale=${SAMPLE_SIDE}:${SAMPLE_SIDE}:force_original_aspect_ratio=decrease,format=gray`],
      ...['-c:v', 'pgm', '-f', 'image2pipe', 'pipe:1'],
    ],
    (chunk) => {
      for (const thumb of stream.push(chunk)) {
        const tMs = (seen++ * 1000) / RATE;
        const before = samples.at(-1);
        // What looks the same stands on; memory is for what changed.
        if ((seen - 1) % stride !== 0 || (before && changedShare(before.thumb, thumb) === 0)) continue;
        samples.push({ tMs, thumb });
        if (samples.length <= MAX_SAMPLES) continue;
        stride *= 2;
        samples = samples.filter((sample) => Math.round((sample.tMs * RATE) / 1000) % stride === 0);
      }
    },
    signal,
  );
  if (samples.length === 0)
    throw new CodeloopError('VIDEO_UNREADABLE', { path: file.path, reason: lastLine(said) || 'it has no pictures' });
  const [width, height] = /Video:.*?\b(\d{2,5})x(\d{2,5})\b/.exec(said)?.slice(1).map(Number) ?? [0, 0];
  const declaredMs = declaredLength(said);
  return {
    samples,
    durationMs: (seen * 1000) / RATE,
    ...(declaredMs === undefined ? {} : { declaredMs }),
    size: { width: width ?? 0, height: height ?? 0 },
  };
}

/** Pictures of a video at some times (ms, of samples of `sampleVideo`), JPEG, by time. Throws as `sampleVideo`. */
export async function extractPictures(
  file: VideoFile,
  times: readonly number[],
  signal?: AbortSignal,
): Promise<{ tMs: number; data: Buffer; size: Size }[]> {
  const numbers = [...new Set(times.map((tMs) => Math.round((tMs * RATE) / 1000)))].sort((a, b) => a - b);
  if (numbers.length === 0) return [];
  const stream = new JpegStream();
  const pictures: Buffer[] = [];
  const select = numbers.map((n) => `eq(n,${n})`).join('+');
  const said = await runFfmpeg(
    file,
    [
      ...[
        '-vf',
        `fps=${RATE},select='${select}',scale='min(iw,${PICTURE_SIDE})':'min(ih,${PICTURE_SIDE})':force_original_aspect_ratio=decrease`,
      ],
      ...[
        '-fps_mode',
        'vfr',
        '-frames:v',
        String(numbers.length),
        '-c:v',
        'mjpeg',
        '-q:v',
        '3',
        '-f',
        'image2pipe',
        'pipe:1',
      ],
    ],
    (chunk) => void pictures.push(...stream.push(chunk).map((data) => Buffer.from(data))),
    signal,
  );
  if (pictures.length !== numbers.length)
    throw new CodeloopError('VIDEO_UNREADABLE', {
      path: file.path,
      reason: `${pictures.length} of ${numbers.length} pictures came out${said ? `: ${lastLine(said)}` : ''}`,
    });
  return pictures.map((data, index) => {
    const { width, height } = frameHeader(data);
    return { tMs: ((numbers[index] ?? 0) * 1000) / RATE, data, size: { width, height } };
  });
}

/** The part of ffmpeg's command line that opens a file: as the container that it is, and nothing else whatever it says. */
export function inputArgs({ path, demuxer }: VideoFile): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', 'info', '-nostats'],
    ...['-protocol_whitelist', 'file', '-max_pixels', String(MAX_PIXELS), '-f', demuxer, '-i', `file:${path}`],
    ...['-map', '0:v:0', '-an', '-sn', '-dn'],
  ];
}

/** Runs ffmpeg over a file; answers what it said. Throws ENCODER_NOT_FOUND, VIDEO_UNREADABLE, DEADLINE_EXCEEDED, CANCELLED. */
async function runFfmpeg(
  file: VideoFile,
  args: readonly string[],
  onData: (chunk: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const program = findProgram('ffmpeg', { env: process.env });
  if (program === undefined)
    throw new CodeloopError('ENCODER_NOT_FOUND', { reason: 'a video file can only be read with ffmpeg' });
  let said = '';
  const child = await startProcess(program, [...inputArgs(file), ...args], {
    diesWithUs: 'KILL',
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') onData(chunk);
      else said = shortened(said + chunk.toString('utf8'));
    },
  });
  try {
    const code = await withDeadline('reading the video', DEADLINE_MS, () => child.ended, signal);
    if (code !== 0) throw new CodeloopError('VIDEO_UNREADABLE', { path: file.path, reason: lastLine(said) });
    return said;
  } finally {
    await child.stop(0);
  }
}

/** Keeps the beginning and the end: the format, and how it ended; a broken file has thousands of complaints between them. */
function shortened(text: string): string {
  return text.length > 16_000 ? `${text.slice(0, 8000)}${text.slice(-8000)}` : text;
}

/** ms of ffmpeg's `Duration: 00:01:21.04`. */
function declaredLength(said: string): number | undefined {
  const [hours, minutes, seconds] = /Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(said)?.slice(1).map(Number) ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
