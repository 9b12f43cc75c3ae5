import type { Rect } from '../../core/vocabulary/geometry.js';
import { type PixelView, pixelAt } from '../../image/pixels.js';
import type { Offset } from './finding.js';

export const SIDES = ['left', 'top', 'right', 'bottom'] as const;
export type Side = (typeof SIDES)[number];

/** A side of a painted box in the reference. */
export interface SideRead {
  /** How much further right (left and right sides) or lower it stands there, device px. */
  by: number;
  /** Correlation of what lies across it; 1 is the same. */
  alike: number;
  /** What lies across it from 8 px outside to 8 px inside, as it is in the app and, at its place, in the reference. */
  actual: Profile;
  reference: Profile;
  /** Device px of its border there, where that is another width. */
  border?: number;
  /** Another reading that fits as well: its border is of this width, and it stands nearer to its place. */
  instead?: { border: number; by: number };
}

/** Colours along a line across a side, from outside to inside; the side lies between the middle two. */
export type Profile = Float32Array;

/** Pixels on each side of an edge that are looked at. */
const DEPTH = 8;
/** Lines across a side that are looked at; the middle of them counts. */
const LINES = 15;
/** Levels that a colour must change by across a side for it to be seen. */
const SEEN = 5;
/** Correlation from which a side is found. */
export const SAME_SIDE = 0.7;

/** The colour of one pixel as three numbers into a profile. */
const channel = (pixel: number, at: number) => (pixel >>> (8 * at)) & 255;

/**
 * Colours across a side of a rectangle (device px), moved by `by` along the normal and `slide` along the side: the median of lines in its
 * middle part. `depth`: pixels outside and inside.
 */
function profileAcross(
  view: PixelView,
  rect: Rect,
  side: Side,
  by: number,
  slide: number,
  depth: number,
  inset: number,
): Profile {
  const upright = side === 'left' || side === 'right';
  const edge = Math.round(
    side === 'left' ? rect.x : side === 'top' ? rect.y : side === 'right' ? rect.x + rect.width : rect.y + rect.height,
  );
  const outwards = side === 'left' || side === 'top' ? -1 : 1;
  const [from, length] = upright ? [rect.y, rect.height] : [rect.x, rect.width];
  const usable = Math.max(1, length - 2 * inset);
  const lines = Math.max(1, Math.min(LINES, Math.floor(usable)));
  const profile = new Float32Array(2 * depth * 3);
  const values: number[] = [];
  for (let k = 0; k < 2 * depth; k++) {
    // k counts from outside to inside; the edge lies between depth - 1 and depth.
    const inside = k - depth;
    const along = outwards < 0 ? edge + inside + by : edge - 1 - inside + by;
    for (let c = 0; c < 3; c++) {
      values.length = 0;
      for (let line = 0; line < lines; line++) {
        const across = Math.round(from + inset + ((line + 0.5) * usable) / lines - 0.5 + slide);
        const pixel = upright ? pixelAt(view, along, across) : pixelAt(view, across, along);
        if (pixel !== undefined) values.push(channel(pixel, c));
      }
      values.sort((a, b) => a - b);
      profile[k * 3 + c] = values[values.length >> 1] ?? 255;
    }
  }
  return profile;
}

/** What lies across a side of a rectangle moved by an offset, as it is read of a side that is found. */
export function acrossAt(view: PixelView, rect: Rect, side: Side, { dx, dy }: Offset): Profile {
  const upright = side === 'left' || side === 'right';
  const [by, slide] = upright ? [Math.round(dx), Math.round(dy)] : [Math.round(dy), Math.round(dx)];
  const length = upright ? rect.height : rect.width;
  return profileAcross(view, rect, side, by, slide, DEPTH, Math.min(length * INSET.share, INSET.most));
}

/** Ends of a side that are not looked at: corners. */
const INSET = { share: 0.25, most: 14 };

/** Returns how much of a profile is seen: the largest step of a channel near the edge. */
export function stepOf(profile: Profile): number {
  let most = 0;
  const middle = profile.length / 6;
  for (let k = middle - 3; k < middle + 3; k++)
    for (let c = 0; c < 3; c++)
      most = Math.max(most, Math.abs((profile[k * 3 + c] ?? 0) - (profile[(k - 1) * 3 + c] ?? 0)));
  return most;
}

/**
 * Looks for a side in the reference, near where it would stand, at most `reach` pixels away; undefined where nothing is to be seen of it in
 * the app, and `alike` below `SAME_SIDE` where it is not there. `border`: device px of its border in the app, which may be of another width there,
 * by `apart` or more.
 */
export function readSide(
  views: { actual: PixelView; reference: PixelView },
  rect: Rect,
  side: Side,
  expected: Offset,
  reach: number,
  border = 0,
  apart = 1,
): SideRead | undefined {
  const length = side === 'left' || side === 'right' ? rect.height : rect.width;
  const inset = Math.min(length * INSET.share, INSET.most);
  const actual = profileAcross(views.actual, rect, side, 0, 0, DEPTH, inset);
  if (stepOf(actual) < SEEN) return undefined;
  const upright = side === 'left' || side === 'right';
  const [by, slide] = upright
    ? [Math.round(expected.dx), Math.round(expected.dy)]
    : [Math.round(expected.dy), Math.round(expected.dx)];
  // One long profile holds all places that are tried.
  const long = profileAcross(views.reference, rect, side, by, slide, DEPTH + reach + 1, inset);
  const way = side === 'left' || side === 'top' ? 1 : -1;
  let at = (t: number) => steps(actual, long, reach + 1 + way * t);
  const search = () => {
    let best = { t: 0, alike: -2 };
    for (let t = -reach; t <= reach; t++) {
      const alike = at(t) - 0.002 * Math.abs(t);
      if (alike > best.alike) best = { t, alike };
    }
    return best;
  };
  let best = search();
  let other: number | undefined;
  let instead: SideRead['instead'];
  if (border >= 1 && (best.alike < SURE || best.t !== 0))
    for (const width of BORDERS) {
      if (Math.abs(width - border) < apart) continue;
      const drawn = withBorder(actual, border, width);
      const before = at;
      at = (t: number) => steps(drawn, long, reach + 1 + way * t);
      const here = search();
      if (here.alike >= SURE && here.alike > best.alike + CLEARLY) [best, other, instead] = [here, width, undefined];
      else {
        at = before;
        // A thinner border lets what is inside begin elsewhere, as if the side stood there.
        if (other === undefined && here.t === 0 && here.alike >= Math.max(SURE, best.alike - AS_WELL))
          instead = { border: width, by };
      }
    }
  const fine = peak(at(best.t - 1), at(best.t), at(best.t + 1));
  const start = (reach + 1 + way * best.t) * 3;
  const reference = long.slice(start, start + actual.length);
  return {
    by: by + best.t + fine,
    alike: best.alike,
    actual,
    reference,
    // None at all is one of the colour of what is beside it.
    ...(other ? { border: other } : {}),
    ...(instead ? { instead } : {}),
  };
}

/** Correlation from which a side is what is looked for; widths that a border may have instead, device px; and how much more alike it must be. */
const SURE = 0.95;
const BORDERS = [0, 1, 2, 3, 4, 5, 6];
const CLEARLY = 0.05;
/** How much less alike a reading may be that explains a side as well. */
const AS_WELL = 0.002;

/** A profile as it would be with a border of another width: what is inside begins earlier or later. */
function withBorder(profile: Profile, from: number, to: number): Profile {
  const count = profile.length / 3;
  const middle = count / 2;
  const [now, then] = [Math.round(from), to];
  const changed = new Float32Array(profile.length);
  for (let k = 0; k < count; k++) {
    const inside = k - middle;
    const of =
      inside < 0 ? k : inside < then ? middle + Math.min(inside, now - 1) : Math.min(count - 1, k - then + now);
    for (let c = 0; c < 3; c++) changed[k * 3 + c] = profile[of * 3 + c] ?? 0;
  }
  return changed;
}

function peak(before: number, here: number, after: number): number {
  if (here > 0.999) return 0;
  const bend = before - 2 * here + after;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend));
}

/** Correlation of the steps of two profiles, nearest to the edge counting most; recoloured sides are alike as long as they step at one place. */
function steps(actual: Profile, long: Profile, offset: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  const count = actual.length / 3;
  for (let k = 1; k < count; k++) {
    const weight = Math.exp(-(((k - count / 2) / 3) ** 2));
    for (let c = 0; c < 3; c++) {
      const a = (actual[k * 3 + c] ?? 0) - (actual[(k - 1) * 3 + c] ?? 0);
      const b = (long[(k + offset) * 3 + c] ?? 0) - (long[(k + offset - 1) * 3 + c] ?? 0);
      ab += weight * a * b;
      aa += weight * a * a;
      bb += weight * b * b;
    }
  }
  return aa === 0 || bb < 4 ? 0 : ab / Math.sqrt(aa * bb);
}
