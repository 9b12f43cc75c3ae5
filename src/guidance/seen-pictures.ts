import type { Rect } from '../core/vocabulary/geometry.js';

/** What the pictures of a recording say, as far as findings need it. Times are ms since the first picture. */
export interface SeenPictures {
  /**
   * Largest share of pixels by which a picture within (fromMs, toMs] differs from that at `fromMs`, leaving out boxes (CSS px) and what
   * moved by itself before.
   */
  changedShare(fromMs: number, toMs: number, except: readonly Rect[]): number;
  /** Stretches in which the picture shows one colour. */
  blank: readonly { fromMs: number; toMs: number }[];
  /** Stretches between two movements in which nothing moves at all, and before the first and after the last one. */
  still: readonly { fromMs: number; toMs: number }[];
}
