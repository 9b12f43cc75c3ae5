import type { Sharp } from 'sharp';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { decode, flatPipeline } from './decode.js';
import { type Encoding, withEncoding } from './encode.js';
import { pipelineFromPixels } from './load-sharp.js';
import { readHeader, unreadable } from './picture-header.js';
import { clipRect } from './pixels.js';
import { type ImageSource, type RawImage, sourceName } from './raw-image.js';
import { readEncoded } from './read-source.js';

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
