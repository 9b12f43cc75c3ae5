import type { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Region, Severity, Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/pixels.js';

export type ComparatorId = 'identical' | 'pixelmatch' | 'odiff';

export interface CompareOptions {
  /** Score from which a pair counts as matching, 0-1. */
  threshold: number;
  /** pixelmatch's and odiff's colour threshold, 0-1; default 0.1. */
  pixelThreshold?: number;
  /** `ignored` (default) leaves anti-aliased pixels out, `counted` counts them. */
  antialiasing?: 'ignored' | 'counted';
  /** Rectangles in device pixels of the actual picture that do not count. */
  masks?: readonly Rect[];
  /** Above this number of pixels (of the bounding box) odiff compares; default 32,000,000. */
  odiffAbovePixels?: number;
  /** Device pixel ratio of each picture (`@2x` references); the larger is scaled down to the smaller. Default 1 and 1. */
  scale?: { reference: number; actual: number };
  /** A region at or above this severity keeps a pair from matching; default `critical`. */
  blockOnSeverity?: Severity;
  allowSizeDifference?: boolean;
  /** Any pixel that differs visibly keeps a pair from matching, whatever score and regions say. */
  exact?: boolean;
  /** The score and the diff picture are all that is wanted: no regions and no shifts are looked for. */
  scoreOnly?: boolean;
  /** Number of the worst regions that get tiles; default 0. */
  tiles?: number;
  /** True when a diff picture is made where something differs; default true. */
  diffPicture?: boolean;
  signal?: AbortSignal;
}

/** A pair that could be compared. `diff` and tiles are PNG bytes, present only where something differs. */
export interface Compared {
  outcome: 'match' | 'mismatch' | 'size-mismatch';
  comparator: ComparatorId;
  /** Exactly 1 when identical, else rounded down to four decimals. */
  score: number;
  aligned_score?: number;
  diff_pixels: number;
  total_pixels: number;
  masked_ratio: number;
  size: { reference: Size; actual: Size };
  shifts: Shift[];
  regions: Region[];
  note?: string;
  diff?: Buffer;
  /** `index` into `regions`; reference above, actual below or side by side, with a margin around the region. */
  tiles: { index: number; png: Buffer; size: Size }[];
}

/** A pair of which one side could not be read. */
export interface Unreadable {
  outcome: 'unreadable';
  side: 'reference' | 'actual';
  error: CodeloopError;
}

export type CompareResult = Compared | Unreadable;

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

/** Two pictures of which at least one is too large to be decoded as a whole: encoded, at one device pixel ratio. */
export interface TallPair {
  kind: 'tall';
  reference: Encoded;
  actual: Encoded;
  /** As in `DecodedPair`. */
  size: { reference: Size; actual: Size };
  actualFactor: number;
  note?: string;
}

/** An encoded picture whose header was read. */
export interface Encoded {
  bytes: Buffer;
  name: string;
  size: Size;
}

/** Two pictures that were opened to be compared, or which of them cannot be read. */
export type OpenPair = DecodedPair | TallPair | IdenticalPair | Unreadable;
