import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionKind, Severity } from '../core/vocabulary/pair.js';

/** The measures that a severity follows from; lengths and areas in compared pixels, `deviceScale` of which make a CSS pixel. */
export interface Rated {
  kind: RegionKind;
  rect: Rect;
  area: number;
  /** Mean CIEDE2000 distance of the differing pixels. */
  deltaE: number;
  /** Length of the move; only for `moved`, and for `resized` by how much an edge moved where that is known. */
  moved?: number;
  deviceScale: number;
}

/** CIEDE2000 below which a difference is hardly seen: the usual just noticeable difference, 2.3 (Mahy et al. 1994), rounded down. */
const JUST_NOTICEABLE = 2;

/** CIEDE2000 below which a recoloured area is a subtle one: seen, but never critical. */
const SUBTLE = 5;

/** CIEDE2000 from which colours count in full: clearly different ones, such as a blue and a purple. Ours. */
const FULL_CONTRAST = 20;

/** CSS px²: the smallest target a pointer may need, 24 x 24 (WCAG 2.2, success criterion 2.5.8). */
export const SMALLEST_TARGET = 24 * 24;

/** CSS px²: changed (not lost) pixels from which a region is critical: about three quarters of an 80 x 32 button. Ours. */
const LARGE_CHANGE = 2_000;

/** CSS px²: below this a difference is a speck, a 2 x 2 dot. Ours. */
const SPECK = 4;

/** CSS px: moves up to this are rounding; a part that moved by a whole smallest target is somewhere else. */
const SLIGHT_MOVE = 1;
const FAR_MOVE = 24;

/**
 * Severity of a region, by what it is; its weight is an area in CSS px² times contrast, where contrast is `min(1, deltaE / 20)`:
 * - `added` and `missing` are critical, whatever their size: an icon, a word or a link is as lost as a button.
 * - `recolored`, `text` and `unknown` are major; critical from a weight of 2,000. What is subtle is never critical.
 * - `moved`, and `resized` by an edge, are major from more than 1 CSS px on, critical from 24 when it is at least a smallest target.
 * - `noise`, what is hardly seen and specks below 2 x 2 are minor.
 */
export function severityOf(rated: Rated): Severity {
  const { kind, deltaE } = rated;
  if (kind === 'noise' || deltaE < JUST_NOTICEABLE) return 'minor';
  const weight = weightOf(rated);
  if (weight < SPECK) return 'minor';
  if (kind === 'moved' || (kind === 'resized' && rated.moved !== undefined)) {
    const distance = (rated.moved ?? 0) / rated.deviceScale;
    if (distance <= SLIGHT_MOVE) return 'minor';
    return distance >= FAR_MOVE && weight >= SMALLEST_TARGET ? 'critical' : 'major';
  }
  if (kind === 'resized' || deltaE < SUBTLE) return 'major';
  if (kind === 'added' || kind === 'missing') return 'critical';
  return weight >= LARGE_CHANGE ? 'critical' : 'major';
}

/** Returns the weight: CSS px² times contrast. It also orders regions of one severity. */
export function weightOf({ kind, rect, area, deltaE, deviceScale }: Rated): number {
  const lost = kind === 'added' || kind === 'missing';
  const extent = lost ? Math.sqrt(area * rect.width * rect.height) : area;
  return (extent / (deviceScale * deviceScale)) * Math.min(1, deltaE / FULL_CONTRAST);
}

const RANK: Readonly<Record<Severity, number>> = { critical: 2, major: 1, minor: 0 };

/** Returns true when `severity` is at or above `limit`. */
export function atLeast(severity: Severity, limit: Severity): boolean {
  return RANK[severity] >= RANK[limit];
}

/** For sorting worst first. */
export function bySeverity(a: Severity, b: Severity): number {
  return RANK[b] - RANK[a];
}
