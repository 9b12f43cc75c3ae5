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

/** Levels of 255 that what lies outside of a side is darker or lighter by, on the mean, from which it has another shadow. */
const OTHER_SHADE = { same: 2, other: 7, lossy: 10 };

/** Levels that a shadow changes by from one pixel to the next, at most, where it is not strong. */
const FADE = 10;

/** Device px beside a box that its shadow needs to be seen. */
const ROOM = 4;

/** A box whose shadow is looked at: where it is in both pictures, device px, and those of its sides that were found. */
export interface Shaded {
  rect: Rect;
  there: Rect;
  sides: Partial<Record<Side, SideRead>>;
}

/**
 * What shadow a box has in the reference, where that is another one: none, or one that is not this one. It has where what lies 3 to 8 px outside of two sides differs, and goes over into the ground
 * in one of the pictures; of one, where there is no room beside the others. `now`: its shadow in the app; undefined for
 * none.
 */
export function shadowApart(
  views: { actual: PixelView; reference: PixelView },
  { rect, there, sides }: Shaded,
  now: string | undefined,
  { same, lossy }: { same: boolean; lossy: boolean },
): 'none' | 'a shadow' | 'another shadow' | undefined {
  const limit = same ? OTHER_SHADE.same : lossy ? OTHER_SHADE.lossy : OTHER_SHADE.other;
  const room = {
    left: rect.x,
    top: rect.y,
    right: views.actual.width - rect.x - rect.width,
    bottom: views.actual.height - rect.y - rect.height,
  };
  const seen = SIDES.filter((side) => room[side] >= ROOM);
  if (seen.length === 0) return undefined;
  if (now !== undefined && !now.includes('inset') && lacksShade(views, rect, there, seen, limit)) return 'none';
  let apart = 0;
  for (const side of seen) {
    const one = sides[side];
    if (!one) continue;
    let [off, near, far] = [0, 0, 0];
    const apartAt: number[] = [];
    for (let k = 0; k < 6; k++) {
      apartAt[k] = 0;
      for (let c = 0; c < 3; c++) {
        const by = (one.actual[k * 3 + c] ?? 0) - (one.reference[k * 3 + c] ?? 0);
        apartAt[k] = (apartAt[k] ?? 0) + by / 3;
        off += by / 18;
        if (k >= 4) near += by / 6;
        if (k < 2) far += by / 6;
      }
    }
    // What stands beside it ends with a step; a shadow fades.
    const steepest = Math.max(...apartAt.slice(1).map((by, k) => Math.abs(by - (apartAt[k] ?? 0))));
    if (steepest > Math.max(FADE, 0.6 * Math.abs(near))) continue;
    // A ground of another colour is as far off everywhere; a shadow is strongest at the box.
    if (Math.abs(off) >= limit && Math.abs(near) > Math.abs(far) + limit / 4) apart++;
  }
  if (apart < Math.min(2, seen.length)) return undefined;
  return now === undefined ? 'a shadow' : 'another shadow';
}

/** How much less of the shade that the app shows the reference must have; and levels by which one side alone tells it. */
const LACKS = 0.5;
const ONE_TELLS = 2;

/**
 * Returns true when what lies beside a box goes over into the ground in the app, as its shadow makes it, and does not in the reference: at more than
 * half of the sides where that is to be seen. Nothing else of the box needs to be there: a shadow may be all that it shows.
 */
function lacksShade(
  views: { actual: PixelView; reference: PixelView },
  rect: Rect,
  there: Rect,
  seen: readonly Side[],
  limit: number,
): boolean {
  const shade = (profile: Profile) => {
    let by = 0;
    for (let c = 0; c < 3; c++)
      for (const [near, far] of [
        [5, 0],
        [6, 1],
      ] as const)
        by += ((profile[near * 3 + c] ?? 0) - (profile[far * 3 + c] ?? 0)) / 6;
    return by;
  };
  const read = seen.flatMap((side) => {
    const [ours, theirs] = [
      shade(acrossAt(views.actual, rect, side, { dx: 0, dy: 0 })),
      shade(acrossAt(views.reference, there, side, { dx: 0, dy: 0 })),
    ];
    return Math.abs(ours) < limit
      ? []
      : [{ ours, lacks: Math.abs(ours - theirs) >= limit && Math.abs(theirs) < LACKS * Math.abs(ours) }];
  });
  const lacking = read.filter(({ lacks }) => lacks);
  const most = Math.max(0, ...lacking.map(({ ours }) => Math.abs(ours)));
  return 2 * lacking.length > read.length && (lacking.length > 1 || most >= ONE_TELLS * limit);
}
