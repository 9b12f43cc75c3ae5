import type { Rect } from '../core/vocabulary/geometry.js';
import { contrast, type Rgb } from './boxes.js';
import type { Claim, Found } from './found.js';

/** A picture of the page, or of a part of it. RGBA8, row-major, `width * height * 4`. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  /** Corner of the picture on the page, CSS px. */
  origin: { x: number; y: number };
  /** Device px per CSS px. */
  scale: number;
  /** Parts that are painted over, CSS px of the page: nothing can be said about what lies there. */
  masks?: readonly Rect[];
}

/** Difference of a channel that is seen, 0-255, and what the encoding and smoothing of a plain ground come to. */
const SEEN = 24;
/** Contrast below which nobody reads a text, 1-21. */
const FAINT = 2;
/** Pixels that make ink; a single one may be a speck. */
const LEAST = 3;

/**
 * What is left of a finding once its picture was looked at: nothing, when the picture shows that nobody can see it; `likely`, when the
 * place is not in the picture or is masked.
 */
export function confirm(found: Found, pixels: Pixels | undefined): Found | undefined {
  if (!found.claim) return found;
  const shows = pixels && look(found.claim, pixels);
  if (shows === undefined) return { ...found, certainty: found.certainty === 'listed' ? 'listed' : 'likely' };
  return shows ? found : undefined;
}

/** Returns true when the picture bears a claim out; undefined where it cannot tell. */
export function look({ shows, rect }: Claim, pixels: Pixels): boolean | undefined {
  if (pixels.masks?.some((mask) => touches(mask, rect))) return undefined;
  const [left, top] = [
    Math.floor((rect.x - pixels.origin.x) * pixels.scale),
    Math.floor((rect.y - pixels.origin.y) * pixels.scale),
  ];
  const x0 = Math.max(0, left);
  const y0 = Math.max(0, top);
  const x1 = Math.min(pixels.width, Math.ceil((rect.x + rect.width - pixels.origin.x) * pixels.scale));
  const y1 = Math.min(pixels.height, Math.ceil((rect.y + rect.height - pixels.origin.y) * pixels.scale));
  if (x1 - x0 < 1 || y1 - y0 < 1) return undefined;
  if (shows === 'faint') return strongest(pixels, x0, y0, x1, y1) < FAINT;
  const ink = inkIn(pixels, x0, y0, x1, y1);
  return shows === 'ink' ? ink >= LEAST : ink < LEAST;
}

/** Pixels that differ from the commonest colour of a part. */
function inkIn(pixels: Pixels, x0: number, y0: number, x1: number, y1: number): number {
  const { counts, ground } = coloursIn(pixels, x0, y0, x1, y1);
  let ink = 0;
  for (const [key, count] of counts)
    if (
      Math.abs((key >> 16) - (ground >> 16)) > SEEN ||
      Math.abs(((key >> 8) & 255) - ((ground >> 8) & 255)) > SEEN ||
      Math.abs((key & 255) - (ground & 255)) > SEEN
    )
      ink += count;
  return ink;
}

/** Contrast of the part's commonest colour with what differs most from it. */
function strongest(pixels: Pixels, x0: number, y0: number, x1: number, y1: number): number {
  const { counts, ground } = coloursIn(pixels, x0, y0, x1, y1);
  const parts = (key: number): Rgb => [key >> 16, (key >> 8) & 255, key & 255];
  return Math.max(1, ...[...counts.keys()].map((key) => contrast(parts(key), parts(ground))));
}

/** How often each colour is in a part, and the commonest. */
function coloursIn({ data, width }: Pixels, x0: number, y0: number, x1: number, y1: number) {
  const counts = new Map<number, number>();
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const at = (y * width + x) * 4;
      const key = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  let ground = 0;
  let most = 0;
  for (const [key, count] of counts) if (count > most) [ground, most] = [key, count];
  return { counts, ground };
}

function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
