import type { Rect } from '../core/vocabulary/geometry.js';
import type { Certainty, LayoutKind } from '../core/vocabulary/layout.js';
import { contrast, type Rgb } from './boxes.js';
import type { PageModel, Placed } from './page-model.js';

/** A page at one width. */
export interface AtWidth {
  width: number;
  model: PageModel;
}

/** A fault that only the comparison of widths shows. */
export interface FoundAcross {
  kind: LayoutKind;
  certainty: Certainty;
  /** Widths that show it, ascending; the element is of the first. */
  widths: number[];
  element: Placed;
  other?: Placed;
  what: string;
  by_px?: number;
}

/** The widths as runs without another sampled width in between. */
export function runs(found: readonly number[], sampled: readonly number[]): number[][] {
  const out: number[][] = [];
  let before = -1;
  for (const [at, width] of sampled.entries()) {
    if (!found.includes(width)) continue;
    const run = out.at(-1);
    if (run && before === at - 1) run.push(width);
    else out.push([width]);
    before = at;
  }
  return out;
}

/** What the picture of the page must show for a finding to be one that a person sees. */
export interface Claim {
  /** `ink`: something is drawn there; `plain`: nothing is; `faint`: nothing that can be read; `gone`: nothing of a text that goes on beside it. */
  shows: 'ink' | 'plain' | 'faint' | 'gone';
  /** CSS px of the page. */
  rect: Rect;
  /** The colour of the text that is gone, and where the rest of it is to be seen. */
  text?: { ink: Rgb; rest: Rect };
}

/** One fault of a page at one width. */
export interface Found {
  kind: LayoutKind;
  certainty: Certainty;
  element: Placed;
  /** What it collides with, is cut by or sticks out of. */
  other?: Placed | undefined;
  rect: Rect;
  by_px?: number;
  /** One sentence without a subject: `sticks out 12 px at the right`. */
  what: string;
  /** What findings have in common that are one fault: those of one kind and cause are told once. */
  cause?: string;
  /** Without one the measured boxes are proof enough. */
  claim?: Claim;
}

/** Finds the faults of one kind. */
export type FindKind = (model: PageModel) => Found[];

/** The words of a text that a sentence quotes. */
export function quoted(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return `“${plain.length <= 40 ? plain : `${plain.slice(0, 39)}…`}”`;
}

/** Keeps one finding for each key: the certain one, then the worst. */
export class Worst {
  readonly #found = new Map<string, Found>();

  keep(key: string, found: Found): void {
    const known = this.#found.get(key);
    if (!known || rank(found) > rank(known)) this.#found.set(key, found);
  }

  all(): Found[] {
    return [...this.#found.values()];
  }
}

function rank({ certainty, by_px = 0 }: Found): number {
  return (certainty === 'certain' ? 1e6 : 0) + by_px;
}

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
export function look({ shows, rect, text }: Claim, pixels: Pixels): boolean | undefined {
  if (pixels.masks?.some((mask) => touches(mask, rect))) return undefined;
  const part = partOf(rect, pixels);
  if (!part) return undefined;
  if (shows === 'gone') {
    const rest = text && partOf(text.rest, pixels);
    return rest && inColour(rest, text.ink) >= LEAST && inColour(part, text.ink) < LEAST;
  }
  if (shows === 'faint') return strongest(part) < FAINT;
  const ink = inkIn(part);
  return shows === 'ink' ? ink >= LEAST : ink < LEAST;
}

/** How often each colour is in a part of a picture, and the commonest. */
interface Part {
  counts: Map<number, number>;
  ground: number;
}

function partOf(rect: Rect, { data, width, height, origin, scale }: Pixels): Part | undefined {
  const x0 = Math.max(0, Math.floor((rect.x - origin.x) * scale));
  const y0 = Math.max(0, Math.floor((rect.y - origin.y) * scale));
  const x1 = Math.min(width, Math.ceil((rect.x + rect.width - origin.x) * scale));
  const y1 = Math.min(height, Math.ceil((rect.y + rect.height - origin.y) * scale));
  if (x1 - x0 < 1 || y1 - y0 < 1) return undefined;
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

const partsOf = (key: number): Rgb => [key >> 16, (key >> 8) & 255, key & 255];
const differ = (a: Rgb, b: Rgb): boolean => a.some((value, at) => Math.abs(value - (b[at] ?? 0)) > SEEN);

/** Pixels that differ from the commonest colour of a part. */
function inkIn({ counts, ground }: Part): number {
  const plain = partsOf(ground);
  let ink = 0;
  for (const [key, count] of counts) if (differ(partsOf(key), plain)) ink += count;
  return ink;
}

/** Pixels of one colour. */
function inColour({ counts }: Part, colour: Rgb): number {
  let same = 0;
  for (const [key, count] of counts) if (!differ(partsOf(key), colour)) same += count;
  return same;
}

/** Contrast of the part's commonest colour with what differs most from it. */
function strongest({ counts, ground }: Part): number {
  return Math.max(1, ...[...counts.keys()].map((key) => contrast(partsOf(key), partsOf(ground))));
}

function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
