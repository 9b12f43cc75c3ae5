import type { Sharp } from 'sharp';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { decode, flatPipeline } from './decode.js';
import { type Encoding, withEncoding } from './encode.js';
import { readHeader, unreadable } from './picture-header.js';
import { clipRect, type ImageSource, type RawImage, sourceName } from './pixels.js';
import { loadSharp, pipelineFromPixels, readEncoded } from './read-source.js';

/** A copy of the pixels inside `rect`, which must lie within the picture in whole pixels (see `clipRect`). */
export function crop(image: RawImage, rect: Rect): RawImage {
  const data = new Uint8Array(rect.width * rect.height * 4);
  for (let row = 0; row < rect.height; row++) {
    const from = ((rect.y + row) * image.width + rect.x) * 4;
    data.set(image.data.subarray(from, from + rect.width * 4), row * rect.width * 4);
  }
  return { data, width: rect.width, height: rect.height };
}

/** Copies `part` into `target` with its upper left corner at `x`,`y`; the part must fit. */
export function paste(target: RawImage, part: RawImage, x: number, y: number): void {
  for (let row = 0; row < part.height; row++) {
    const from = row * part.width * 4;
    target.data.set(part.data.subarray(from, from + part.width * 4), ((y + row) * target.width + x) * 4);
  }
}

/** A picture of one colour (RGBA8, default white). */
export function blankImage(width: number, height: number, color = 0xffffffff): RawImage {
  const pixels = new Uint32Array(width * height).fill(color);
  return { data: new Uint8Array(pixels.buffer), width, height };
}

/** A copy of the pixels inside `rect`, wherever that lies; where the picture has none the copy is white. */
export function cutOut(image: RawImage, rect: Rect): RawImage {
  const there = clipRect(rect, image);
  if (there && there.width === rect.width && there.height === rect.height) return crop(image, there);
  const paper = blankImage(rect.width, rect.height);
  if (there) paste(paper, crop(image, there), there.x - rect.x, there.y - rect.y);
  return paper;
}

/** Space between the parts of a tile, pixels, and its colour (mid grey, little-endian RGBA). */
const GAP = 8;
const GAP_COLOR = 0xff9e9e9e;

/** Pictures beside each other (wide when `row`) or above each other, in order, with a grey gap; smaller ones leave grey. */
export function tile(parts: readonly RawImage[], direction: 'row' | 'column'): RawImage {
  const along = (part: RawImage) => (direction === 'row' ? part.width : part.height);
  const across = (part: RawImage) => (direction === 'row' ? part.height : part.width);
  const length = parts.reduce((sum, part) => sum + along(part), GAP * Math.max(0, parts.length - 1));
  const breadth = Math.max(...parts.map(across));
  const sheet = direction === 'row' ? blankImage(length, breadth, GAP_COLOR) : blankImage(breadth, length, GAP_COLOR);
  let offset = 0;
  for (const part of parts) {
    paste(sheet, part, direction === 'row' ? offset : 0, direction === 'row' ? 0 : offset);
    offset += along(part) + GAP;
  }
  return sheet;
}

/** A small grey picture, row-major, one byte per pixel. */
export interface GreyImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * A picture small and grey, within a square of `maxSide` pixels, never enlarged. Made for telling pictures apart, not for looking at:
 * JPEG is decoded at the nearest smaller scale. Throws IMAGE_UNREADABLE.
 */
export async function greyThumbnail(source: Buffer | string, maxSide: number): Promise<GreyImage> {
  const open = await loadSharp();
  try {
    const { data, info } = await open(source, { failOn: 'truncated', limitInputPixels: 100_000_000 })
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: greyOf(data, info.channels), width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(typeof source === 'string' ? source : 'frame', error);
  }
}

/**
 * The upper part of a picture in grey, one pixel per CSS px: `scale` device px each, at most `rows` of them. Throws IMAGE_UNREADABLE.
 */
export async function greyCopy(source: Buffer, scale: number, rows: number): Promise<GreyImage> {
  const open = await loadSharp();
  try {
    const whole = open(source, { failOn: 'truncated', limitInputPixels: false });
    const { width, height } = await whole.metadata();
    const top = whole.extract({ left: 0, top: 0, width, height: Math.min(height, Math.ceil(rows * scale)) });
    const sized = scale === 1 ? top : top.resize({ width: Math.max(1, Math.round(width / scale)), kernel: 'linear' });
    const { data, info } = await sized.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { data: greyOf(data, info.channels), width: info.width, height: info.height };
  } catch (error) {
    throw unreadable('screenshot', error);
  }
}

/**
 * Luma of interleaved pixels, weights of ITU-R BT.601 in 256ths, as ffmpeg's grey pictures have it. The decoder's own conversion goes
 * through linear light and takes as long as decoding a picture this small.
 */
function greyOf(data: Uint8Array, channels: number): Uint8Array {
  const grey = new Uint8Array(data.length / channels);
  if (channels < 3) for (let at = 0; at < grey.length; at++) grey[at] = data[at * channels] ?? 0;
  else
    for (let at = 0, from = 0; at < grey.length; at++, from += channels)
      grey[at] = ((data[from] ?? 0) * 77 + (data[from + 1] ?? 0) * 150 + (data[from + 2] ?? 0) * 29) >> 8;
  return grey;
}

/** A small copy of a picture for a reply; `scale` = its width / the original's. */
interface FrameCopy {
  bytes: Buffer;
  size: Size;
  scale: number;
}

/**
 * A picture as WebP within `maxWidth` x `maxHeight` pixels, never enlarged: as `boundedCopy` with the kernel that suits text, but JPEG is
 * decoded at the nearest larger scale and no pixels pass through here. For many frames at once. Throws IMAGE_UNREADABLE.
 */
export async function frameCopy(source: Buffer, bounds: { maxWidth: number; maxHeight: number }): Promise<FrameCopy> {
  const open = await loadSharp();
  try {
    const pipeline = open(source, { failOn: 'truncated', limitInputPixels: 100_000_000 });
    const { width: original } = await pipeline.metadata();
    pipeline.resize({
      width: bounds.maxWidth,
      height: bounds.maxHeight,
      fit: 'inside',
      withoutEnlargement: true,
      kernel: 'mitchell',
    });
    const { data, info } = await withEncoding(pipeline, 'webp').toBuffer({ resolveWithObject: true });
    return { bytes: data, size: { width: info.width, height: info.height }, scale: info.width / original };
  } catch (error) {
    throw unreadable('frame', error);
  }
}

/** Most that one inline picture may measure: its longest side and its pixels. */
export const INLINE_MAX_SIDE = 1568;
export const INLINE_MAX_PIXELS = 1_150_000;

export interface CopyBounds {
  /** Longest side in pixels; default 1568. */
  maxSide?: number;
  /** Greatest width in pixels; default `maxSide`. */
  maxWidth?: number;
  /** Most pixels; default 1,150,000. */
  maxPixels?: number;
  /** Default `webp`. */
  format?: Encoding;
  /** Only this part of the picture, in its pixels; clipped to it. Default: all. */
  part?: Rect;
}

/** A copy for a reply. `scale` = copy's width / original's, so that coordinates can be mapped back. */
export interface BoundedCopy {
  bytes: Buffer;
  size: Size;
  original: Size;
  scale: number;
  mimeType: 'image/png' | 'image/webp' | 'image/jpeg';
}

/** Pixels at another size, at least 1x1. Downscaling averages (Mitchell kernel: no ringing around text, little blur). */
export async function resizeTo(image: RawImage, size: Size): Promise<RawImage> {
  if (size.width === image.width && size.height === image.height) return image;
  const pipeline = await pipelineFromPixels(image.data, image);
  const { data, info } = await pipeline
    .resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'mitchell' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The largest size of the same shape within the bounds; never larger than the original, never below 1x1. */
export function fitWithin(original: Size, bounds: CopyBounds): Size {
  const maxSide = bounds.maxSide ?? INLINE_MAX_SIDE;
  const maxPixels = bounds.maxPixels ?? INLINE_MAX_PIXELS;
  const scale = Math.min(
    1,
    maxSide / original.width,
    maxSide / original.height,
    (bounds.maxWidth ?? maxSide) / original.width,
    Math.sqrt(maxPixels / (original.width * original.height)),
  );
  // Rounded down: rounding to nearest could pass the pixel budget by a row.
  return {
    width: Math.max(1, Math.floor(original.width * scale)),
    height: Math.max(1, Math.floor(original.height * scale)),
  };
}

/** A copy small enough for a reply; the original is untouched, and never whole in memory when it is encoded. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE. */
export async function boundedCopy(source: ImageSource, bounds: CopyBounds = {}): Promise<BoundedCopy> {
  const { pipeline, original } = await opened(source);
  const part = bounds.part && clipRect(bounds.part, original);
  const shown = part ?? original;
  const size = fitWithin(shown, bounds);
  const format = bounds.format ?? 'webp';
  if (part) pipeline.extract({ left: part.x, top: part.y, width: part.width, height: part.height });
  if (size.width !== shown.width || size.height !== shown.height)
    pipeline.resize({ ...size, fit: 'fill', kernel: 'mitchell' });
  try {
    const bytes = await withEncoding(pipeline, format).toBuffer();
    const mimeType = format === 'webp' ? 'image/webp' : format === 'jpeg' ? 'image/jpeg' : 'image/png';
    return { bytes, size, original, scale: size.width / shown.width, mimeType };
  } catch (error) {
    throw unreadable(sourceName(source), error);
  }
}

async function opened(source: ImageSource): Promise<{ pipeline: Sharp; original: Size }> {
  if ('raw' in source) {
    const { data, width, height } = await decode(source);
    const original = { width, height };
    return { pipeline: (await pipelineFromPixels(data, original)).removeAlpha(), original };
  }
  const bytes = await readEncoded(source);
  const { size } = await readHeader(bytes, sourceName(source));
  return { pipeline: await flatPipeline(bytes), original: size };
}
