import type { Rect } from '../core/vocabulary/geometry.js';
import type { Certainty, LayoutKind } from '../core/vocabulary/layout.js';
import { type Claim, look, type Pixels } from './look.js';
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
  /** What mends it, where that is not what mends most of its kind. */
  repair?: string;
  /** What findings have in common that are one fault: those of one kind and cause are told once. */
  cause?: string;
  /** Without one the measured boxes are proof enough. */
  claim?: Claim;
  /** The boxes only ask: it is a fault where a picture bears it out, and nothing where none tells. */
  asked?: true;
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

/**
 * What is left of a finding once its picture was looked at: nothing, when the picture shows that nobody can see it; `likely`, when the
 * place is not in the picture, is masked, or lies on a ground that may be taken for it.
 */
export function confirm(found: Found, pixels: Pixels | undefined): Found | undefined {
  if (!found.claim) return found;
  const shows = pixels && look(found.claim, pixels);
  if (shows === undefined && found.asked) return undefined;
  if (shows === undefined) return { ...found, certainty: found.certainty === 'listed' ? 'listed' : 'likely' };
  return shows ? found : undefined;
}
