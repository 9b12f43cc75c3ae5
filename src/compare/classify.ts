import type { RegionKind } from '../core/vocabulary/pair.js';
import { channelDistance, colorDistance } from './color-distance.js';
import type { Component } from './connect.js';
import { findMove, type Move } from './find-move.js';
import { isNoise } from './noise.js';
import type { PixelDiff } from './pixel-diff.js';
import { type PixelView, type Point, pixelAt } from './pixel-view.js';
import { sampleDifferences } from './sample-differences.js';
import { sameStructure } from './structure.js';
import { SAME_LEVELS, surroundingColor } from './surroundings.js';

/** What pixels alone can tell about a region. */
export interface Nature {
  kind: RegionKind;
  /** Mean CIEDE2000 distance of its differing pixels (of a sample). */
  deltaE: number;
  /** Only for `moved`. */
  move?: Move;
}

/** The two pictures, of which `diff` is the difference. */
export interface Scene {
  reference: PixelView;
  actual: PixelView;
  diff: PixelDiff;
  /** Compared pixels per CSS pixel. */
  deviceScale: number;
}

/** Differing pixels looked at per region. */
const SAMPLES = 200;

/** Share of a side's differing pixels that must have the surrounding colour for it to be empty there. */
const EMPTY_SHARE = 0.95;

/**
 * The kind of a region, by the first of these that holds: `noise` (see isNoise); `missing` (the actual shows only the surrounding
 * colour where the reference has something) or `added` (the other way round); `moved` by at most 64 px; `recolored` (same edges,
 * other colours); else `unknown`. `text` and `resized` cannot be told from a region's pixels and need the page's structure.
 */
export function classify(component: Component, scene: Scene): Nature {
  const { reference, actual, diff } = scene;
  const points = sampleDifferences(diff, component.rect, component.area, SAMPLES);
  const deltaE = meanDistance(reference, actual, points);
  const region = { area: component.area, deltaE, points };
  if (isNoise(reference, actual, region, scene.deviceScale)) return { kind: 'noise', deltaE };
  const backgrounds = {
    reference: surroundingColor(reference, component.rect),
    actual: surroundingColor(actual, component.rect),
  };
  const emptyBefore = isEmpty(reference, points, backgrounds.reference);
  const emptyAfter = isEmpty(actual, points, backgrounds.actual);
  if (emptyBefore !== emptyAfter) return { kind: emptyAfter ? 'missing' : 'added', deltaE };
  const move = findMove(reference, actual, points, backgrounds);
  if (move) return { kind: 'moved', deltaE, move };
  if (sameStructure(reference, actual, component.rect)) return { kind: 'recolored', deltaE };
  return { kind: 'unknown', deltaE };
}

function isEmpty(view: PixelView, points: readonly Point[], background: number | undefined): boolean {
  if (background === undefined) return false;
  const same = points.filter(({ x, y }) => channelDistance(pixelAt(view, x, y) ?? 0, background) <= SAME_LEVELS);
  return same.length >= EMPTY_SHARE * points.length;
}

function meanDistance(reference: PixelView, actual: PixelView, points: readonly Point[]): number {
  let sum = 0;
  for (const { x, y } of points) sum += colorDistance(pixelAt(reference, x, y) ?? 0, pixelAt(actual, x, y) ?? 0);
  return points.length === 0 ? 0 : sum / points.length;
}
