import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { encode } from '../../src/image/encode.js';

/** A JPEG of one colour (RGB), made by the picture codec. */
export async function jpegOf(
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
): Promise<Buffer> {
  return encode(solid(width, height, red, green, blue), 'jpeg');
}

/** A JPEG in which every pixel is another: as many bytes as a picture of that size can have, the same ones every time. */
export async function noisyJpegOf(width: number, height: number): Promise<Buffer> {
  const data = new Uint8Array(width * height * 4);
  for (let at = 0, level = 1; at < data.length; at++) {
    level = (level * 48_271) % 0x7fffffff;
    data[at] = at % 4 === 3 ? 255 : level & 255;
  }
  return encode({ data, width, height }, 'jpeg');
}

/** A PNG of one colour. */
export async function pngOf(
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
): Promise<Buffer> {
  return encode(solid(width, height, red, green, blue), 'png-fast');
}

function solid(width: number, height: number, red: number, green: number, blue: number) {
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < data.length; at += 4) data.set([red, green, blue, 255], at);
  return { data, width, height };
}

/** What ffprobe says about a video's only stream. */
export function probe(file: string): {
  codec: string;
  width: number;
  height: number;
  frames: number;
  seconds: number;
  rate: string;
} {
  const text = execFileSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-count_frames',
      '-of',
      'json',
      '-show_entries',
      'stream=codec_name,width,height,nb_read_frames,duration,avg_frame_rate',
      file,
    ],
    { encoding: 'utf8' },
  );
  const { streams } = JSON.parse(text);
  const [stream] = streams;
  return {
    codec: stream.codec_name,
    width: stream.width,
    height: stream.height,
    frames: Number(stream.nb_read_frames),
    seconds: Number(stream.duration),
    rate: stream.avg_frame_rate,
  };
}

/** The colour of each frame of a video at a point, as `[red, green, blue]`, rounded to steps of 16 so that encoding does not show. */
export function colors(file: string, x = 8, y = 8): string[] {
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', file, '-vf', `format=rgb24,crop=2:2:${x}:${y}`, '-f', 'rawvideo', '-'],
    { maxBuffer: 1e9 },
  );
  const found: string[] = [];
  for (let at = 0; at < raw.length; at += 12)
    found.push([raw[at], raw[at + 1], raw[at + 2]].map((value) => Math.round((value ?? 0) / 16) * 16).join(' '));
  return found;
}

/** The lengths of runs of equal entries: `['red', 'red', 'blue']` is `[['red', 2], ['blue', 1]]`. */
export function runs(values: readonly string[]): [string, number][] {
  const found: [string, number][] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last?.[0] === value) last[1] += 1;
    else found.push([value, 1]);
  }
  return found;
}

/** Top-level boxes of an MP4, in order. */
export function boxes(file: string): string[] {
  const bytes = readFileSync(file);
  const names: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += Math.max(8, bytes.readUInt32BE(at)))
    names.push(bytes.toString('latin1', at + 4, at + 8));
  return names;
}
