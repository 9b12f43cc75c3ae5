import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connect } from '../../src/compare/connect.js';
import type { PixelDiff } from '../../src/compare/pixel-diff.js';
import { mergeNested } from '../../src/compare/regions.js';
import type { Rect } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';

function diffOf(width: number, height: number, rects: readonly Rect[]): PixelDiff {
  const mask = new Uint8Array(width * height);
  for (const rect of rects)
    for (let y = rect.y; y < rect.y + rect.height; y++)
      mask.fill(1, y * width + rect.x, y * width + rect.x + rect.width);
  return { width, height, mask, bands: [{ from: 0, to: height }] };
}

const dot = (x: number, y: number): Rect => ({ x, y, width: 1, height: 1 });

test.each<{ title: string; rects: Rect[]; found: { rect: Rect; area: number }[] }>([
  { title: 'nothing', rects: [], found: [] },
  { title: 'one pixel in the last corner', rects: [dot(99, 59)], found: [{ rect: dot(99, 59), area: 1 }] },
  {
    title: 'letters 8 px apart are one word',
    rects: [dot(10, 10), dot(18, 10), dot(26, 14)],
    found: [{ rect: { x: 10, y: 10, width: 17, height: 5 }, area: 3 }],
  },
  {
    title: 'parts 24 px apart are two',
    rects: [
      { x: 0, y: 0, width: 20, height: 20 },
      { x: 44, y: 0, width: 20, height: 20 },
    ],
    found: [
      { rect: { x: 0, y: 0, width: 20, height: 20 }, area: 400 },
      { rect: { x: 44, y: 0, width: 20, height: 20 }, area: 400 },
    ],
  },
  {
    title: 'pixels at both ends of neighbouring rows are not neighbours',
    rects: [dot(99, 10), dot(0, 11)],
    found: [
      { rect: dot(0, 11), area: 1 },
      { rect: dot(99, 10), area: 1 },
    ],
  },
])('connects: $title', ({ rects, found }) => {
  verifies('compare.regions');
  expect(connect(diffOf(100, 60, rects), 8).components).toEqual(found);
});

const diffArbitrary = fc
  .tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }))
  .chain(([width, height]) =>
    fc.array(fc.tuple(fc.nat(width - 1), fc.nat(height - 1)), { maxLength: 40 }).map((points) =>
      diffOf(
        width,
        height,
        points.map(([x, y]) => dot(x, y)),
      ),
    ),
  );

test('every differing pixel is in exactly one component, and its rectangle is tight', () => {
  verifies('compare.regions');
  fc.assert(
    fc.property(diffArbitrary, fc.constantFrom(1, 4, 8, 16), (diff, cell) => {
      const { components, labels, columns } = connect(diff, cell);
      const seen = components.map(() => ({ area: 0, left: Infinity, top: Infinity, right: -1, bottom: -1 }));
      for (const [at, set] of diff.mask.entries()) {
        if (set === 0) continue;
        const x = at % diff.width;
        const y = Math.floor(at / diff.width);
        const own = seen[(labels[Math.floor(y / cell) * columns + Math.floor(x / cell)] ?? 0) - 1];
        if (!own) throw new Error(`pixel ${x},${y} is in no component`);
        own.area++;
        own.left = Math.min(own.left, x);
        own.top = Math.min(own.top, y);
        own.right = Math.max(own.right, x);
        own.bottom = Math.max(own.bottom, y);
      }
      expect(components).toEqual(
        seen.map(({ area, left, top, right, bottom }) => ({
          area,
          rect: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
        })),
      );
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('pixels up to a cell apart always belong together, whatever the grid', () => {
  verifies('compare.regions');
  fc.assert(
    fc.property(fc.nat(80), fc.nat(80), fc.integer({ min: -8, max: 8 }), fc.nat(8), (x, y, dx, dy) => {
      fc.pre(x + dx >= 0);
      expect(connect(diffOf(120, 120, [dot(x, y), dot(x + dx, y + dy)]), 8).components).toHaveLength(1);
    }),
    { seed: 8 },
  );
});

test('pixels two cells apart never belong together by themselves', () => {
  fc.assert(
    fc.property(fc.nat(80), fc.nat(80), fc.integer({ min: 16, max: 30 }), (x, y, dx) => {
      expect(connect(diffOf(120, 120, [dot(x, y), dot(x + dx, y)]), 8).components).toHaveLength(2);
    }),
    { seed: 9 },
  );
});

const frame = (rect: Rect): Rect[] => [
  { ...rect, height: 1 },
  { ...rect, width: 1 },
  { ...rect, y: rect.y + rect.height - 1, height: 1 },
  { ...rect, x: rect.x + rect.width - 1, width: 1 },
];

test.each<{ title: string; rects: Rect[]; found: Rect[] }>([
  {
    title: 'what lies inside a frame is part of it',
    rects: [...frame({ x: 20, y: 20, width: 100, height: 100 }), { x: 60, y: 60, width: 10, height: 10 }],
    found: [{ x: 20, y: 20, width: 100, height: 100 }],
  },
  {
    title: 'frames in frames are one',
    rects: [
      ...frame({ x: 20, y: 20, width: 140, height: 140 }),
      ...frame({ x: 50, y: 50, width: 80, height: 80 }),
      { x: 85, y: 85, width: 10, height: 10 },
    ],
    found: [{ x: 20, y: 20, width: 140, height: 140 }],
  },
  {
    title: 'an L (header and sidebar) swallows nothing',
    rects: [
      { x: 0, y: 0, width: 200, height: 10 },
      { x: 0, y: 0, width: 10, height: 150 },
      { x: 80, y: 80, width: 10, height: 10 },
    ],
    found: [
      { x: 0, y: 0, width: 200, height: 150 },
      { x: 80, y: 80, width: 10, height: 10 },
    ],
  },
  {
    title: 'a frame round more than half of the page swallows nothing',
    rects: [...frame({ x: 2, y: 2, width: 290, height: 290 }), { x: 140, y: 140, width: 10, height: 10 }],
    found: [
      { x: 2, y: 2, width: 290, height: 290 },
      { x: 140, y: 140, width: 10, height: 10 },
    ],
  },
])('nests: $title', ({ rects, found }) => {
  verifies('compare.regions');
  const diff = diffOf(300, 300, rects);
  const merged = mergeNested(connect(diff, 8), 300 * 300);
  expect(merged.map(({ rect }) => rect)).toEqual(found);
  expect(merged.reduce((sum, { area }) => sum + area, 0)).toBe(diff.mask.reduce((sum, set) => sum + set, 0));
});
