import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { decode } from '../image/decode.js';
import { readSize } from '../image/picture-header.js';
import type { ImageSource, RawImage } from '../image/raw-image.js';
import { readEncoded } from '../image/read-source.js';
import { resizeTo } from '../image/resize.js';
import type { Unreadable } from './compare.js';

/** Two pictures made comparable: each decoded once, and the one with the larger device pixel ratio scaled down. */
export interface DecodedPair {
  kind: 'decoded';
  reference: RawImage;
  actual: RawImage;
  /** The actual picture as it was taken, not scaled. */
  taken: RawImage;
  /** Sizes as given, before scaling. */
  size: { reference: Size; actual: Size };
  /** Factor by which the actual picture was scaled (1: not at all); its own pixels = compared pixels / factor. */
  actualFactor: number;
  note?: string;
}

/** Both sources hold the same bytes. */
interface IdenticalPair {
  kind: 'identical';
  size: Size;
}

/** Two pictures that were opened to be compared, or which of them cannot be read. */
export type OpenPair = DecodedPair | IdenticalPair | Unreadable;

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
