import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { decode, flatPipeline } from '../image/decode.js';
import { withEncoding } from '../image/encode.js';
import { readSize } from '../image/picture-header.js';
import type { ImageSource, RawImage } from '../image/pixels.js';
import { readEncoded } from '../image/read-source.js';
import { resizeTo } from '../image/resize.js';
import type {
  Compared,
  CompareOptions,
  CompareResult,
  DecodedPair,
  Encoded,
  OpenPair,
  TallPair,
  Unreadable,
} from './compare.js';
import { coveredArea, coverOf, scoreOf } from './pixel-diff.js';

/** Pixels of a picture from which a pair is compared in bands: decoded, two of them take half a gigabyte; and longest side of others. */
const TALL_PIXELS = 64_000_000;
const TALL_SIDE = 32_768;

/**
 * Reads and decodes both sides, each once; equal bytes are noticed before anything is decoded, and what is too large to be decoded as
 * a whole is left encoded. A side that cannot be read is a result. `scale`: device pixel ratio of each.
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
  const [one, other] = await Promise.all([attempt('reference', encoded(left)), attempt('actual', encoded(right))]);
  if (one && 'outcome' in one) return one;
  if (other && 'outcome' in other) return other;
  if (one && other && (isTall(one.size) || isTall(other.size))) return scaledTall(one, other, scale);
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

/** The picture with its size; undefined when it is decoded already. */
async function encoded(source: Loaded): Promise<Encoded | undefined> {
  return 'bytes' in source ? { ...source, size: await readSize(source) } : undefined;
}

function isTall({ width, height }: Size): boolean {
  return width * height > TALL_PIXELS || Math.max(width, height) > TALL_SIDE;
}

/** Returns true when both hold the same bytes, or the same pixels when both are decoded already. */
function sameContent(reference: Loaded, actual: Loaded): boolean {
  if ('bytes' in reference && 'bytes' in actual) return reference.bytes.equals(actual.bytes);
  if (!('raw' in reference && 'raw' in actual)) return false;
  const [a, b] = [reference.raw, actual.raw];
  return a.width === b.width && a.height === b.height && Buffer.compare(a.data, b.data) === 0;
}

/** As `scaled`, the larger picture packed again as it comes. */
async function scaledTall(reference: Encoded, actual: Encoded, scale: Scale): Promise<TallPair> {
  const pair: TallPair = {
    ...{ kind: 'tall', reference, actual, actualFactor: 1 },
    size: { reference: reference.size, actual: actual.size },
  };
  const plan = planOf(pair.size, scale);
  if (!plan) return pair;
  const { side, factor, target, note } = plan;
  const { bytes, name } = pair[side];
  const shrunk = (await flatPipeline(bytes)).resize({ ...target, fit: 'fill', kernel: 'mitchell' });
  pair[side] = { bytes: await withEncoding(shrunk, 'png-fast').toBuffer(), name, size: target };
  return { ...pair, note, ...(side === 'actual' ? { actualFactor: factor } : {}) };
}

interface Scale {
  reference: number;
  actual: number;
}

/** Returns which picture is scaled down, and to what size; undefined when both have one device pixel ratio. */
function planOf(size: { reference: Size; actual: Size }, scale: Scale) {
  if (scale.reference === scale.actual) return undefined;
  const smaller = Math.min(scale.reference, scale.actual);
  const side = scale.reference > smaller ? ('reference' as const) : ('actual' as const);
  const factor = smaller / scale[side];
  const target = {
    width: Math.max(1, Math.round(size[side].width * factor)),
    height: Math.max(1, Math.round(size[side].height * factor)),
  };
  const note = `The ${side} (device pixel ratio ${scale[side]}) was scaled down to ${target.width}x${target.height}.`;
  return { side, factor, target, note };
}

async function scaled(reference: RawImage, actual: RawImage, scale: Scale): Promise<DecodedPair> {
  const size = { reference: sizeOf(reference), actual: sizeOf(actual) };
  const pair: DecodedPair = { kind: 'decoded', reference, actual, taken: actual, size, actualFactor: 1 };
  const plan = planOf(size, scale);
  if (!plan) return pair;
  pair[plan.side] = await resizeTo(pair[plan.side], plan.target);
  if (plan.side === 'actual') pair.actualFactor = plan.factor;
  pair.note = plan.note;
  return pair;
}

async function attempt<Value extends object | undefined>(
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
  if (pair.kind === 'tall') return (await import('./compare-tall.js')).compareTall(pair, options);
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
