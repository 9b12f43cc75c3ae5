import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { decode } from '../image/decode.js';
import { readSize } from '../image/picture-header.js';
import type { ImageSource, RawImage } from '../image/raw-image.js';
import { readEncoded } from '../image/read-source.js';
import { resizeTo } from '../image/resize.js';
import type { Compared, CompareOptions, CompareResult, DecodedPair, OpenPair, Unreadable } from './compare.js';
import { coveredArea, coverOf, scoreOf } from './pixel-diff.js';

/**
 * Reads and decodes both sides, each once; equal bytes are noticed before anything is decoded. A side that cannot be read is a result.
 * `scale`: device pixel ratio of each.
 */
export async function openPair(
  reference: ImageSource,
  actual: ImageSource,
  scale: { reference: number; actual: number } = { reference: 1, actual: 1 },
): Promise<OpenPair> {
  const [left, right] = await Promise.all([attempt('reference', loaded(reference)), attempt('actual', loaded(actual))]);
  if ('outcome' in left) return left;
  if ('outcome' in right) return right;
  if (scale.reference === scale.actual && sameContent(left, right)) {
    const size = await attempt('reference', readSize(left));
    return 'outcome' in size ? size : { kind: 'identical', size };
  }
  const [a, b] = await Promise.all([attempt('reference', decode(left)), attempt('actual', decode(right))]);
  if ('outcome' in a) return a;
  if ('outcome' in b) return b;
  return scaled(a, b, scale);
}

/** A source whose bytes are in memory. */
type Loaded = Exclude<ImageSource, { path: string }>;

async function loaded(source: ImageSource): Promise<Loaded> {
  return 'path' in source ? { bytes: await readEncoded(source), name: source.path } : source;
}

/** Whether both hold the same bytes, or the same pixels when both are decoded already. */
function sameContent(reference: Loaded, actual: Loaded): boolean {
  if ('bytes' in reference && 'bytes' in actual) return reference.bytes.equals(actual.bytes);
  if (!('raw' in reference && 'raw' in actual)) return false;
  const [a, b] = [reference.raw, actual.raw];
  return a.width === b.width && a.height === b.height && Buffer.compare(a.data, b.data) === 0;
}

async function scaled(
  reference: RawImage,
  actual: RawImage,
  scale: { reference: number; actual: number },
): Promise<DecodedPair> {
  const size = { reference: sizeOf(reference), actual: sizeOf(actual) };
  const smaller = Math.min(scale.reference, scale.actual);
  const pair: DecodedPair = { kind: 'decoded', reference, actual, taken: actual, size, actualFactor: 1 };
  if (scale.reference === scale.actual) return pair;
  const side = scale.reference > smaller ? 'reference' : 'actual';
  const factor = smaller / scale[side];
  const target = {
    width: Math.max(1, Math.round(size[side].width * factor)),
    height: Math.max(1, Math.round(size[side].height * factor)),
  };
  pair[side] = await resizeTo(pair[side], target);
  if (side === 'actual') pair.actualFactor = factor;
  pair.note = `The ${side} (device pixel ratio ${scale[side]}) was scaled down to ${target.width}x${target.height}.`;
  return pair;
}

async function attempt<Value extends object>(
  side: 'reference' | 'actual',
  work: Promise<Value>,
): Promise<Value | Unreadable> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CodeloopError) return { outcome: 'unreadable', side, error };
    throw error;
  }
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

/**
 * Compares two pictures: PNG, JPEG or WebP files or bytes, or decoded pixels. Equal bytes are answered before anything is decoded;
 * else both are flattened onto white, brought to one device pixel ratio and compared over their bounding box minus masks.
 * A side that cannot be read is the outcome `unreadable`, not an exception. Throws CANCELLED.
 */
export async function compareImages(
  reference: ImageSource,
  actual: ImageSource,
  options: CompareOptions,
): Promise<CompareResult> {
  return comparePictures(await openPair(reference, actual, options.scale), options);
}

/** As `compareImages`, of pictures that are open already, at the `scale` that they were opened with. */
export async function comparePictures(pair: OpenPair, options: CompareOptions): Promise<CompareResult> {
  if (options.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
  if ('outcome' in pair) return pair;
  if (pair.kind === 'identical') return identical(pair.size, options.masks ?? []);
  // Loaded when needed: colour science and engines cost a tenth of a second, and most pairs are identical.
  const { compareDecoded } = await import('./compare-decoded.js');
  return compareDecoded(pair, options);
}

function identical(size: Size, masks: readonly Rect[]): Compared {
  const pixels = size.width * size.height;
  const masked = coveredArea(coverOf(masks, size), { x: 0, y: 0, ...size });
  const nothingLeft = masked === pixels;
  return {
    outcome: nothingLeft ? 'mismatch' : 'match',
    comparator: 'identical',
    score: scoreOf(0, pixels - masked),
    diff_pixels: 0,
    total_pixels: pixels - masked,
    masked_ratio: masked / pixels,
    size: { reference: size, actual: size },
    shifts: [],
    regions: [],
    ...(nothingLeft ? { note: 'Everything is masked: nothing was compared.' } : {}),
    tiles: [],
  };
}

/** Ends processes that comparing started (odiff). For the end of a program; may be called twice, and comparing goes on working. */
export async function disposeComparators(): Promise<void> {
  const { stopOdiff } = await import('./odiff-comparator.js');
  await stopOdiff();
}
