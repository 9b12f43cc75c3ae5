import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignLines } from '../../src/compare/align-lines.js';
import { shiftedSpan } from '../../src/compare/find-alignments.js';
import type { LineProfiles } from '../../src/compare/match-profiles.js';
import { matchProfiles } from '../../src/compare/match-profiles.js';
import { viewOf } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { canvas, textBlock } from './draw.js';

const CELLS = 24;

/** Numbers from 0 to `limit` - 1; the same seed gives the same ones. */
function numbers(seed: number): (limit: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A page in lines: paragraphs of dark cells on white with blank lines between them, as a list of levels per line. */
function page(lines: number, seed: number): number[][] {
  const next = numbers(seed);
  return Array.from({ length: lines }, (_, line) => {
    const written = line % 24 < 17;
    return Array.from({ length: CELLS }, () => (written && next(10) < 4 ? 40 + next(180) : 255));
  });
}

function profilesOf(lines: readonly (readonly number[])[]): LineProfiles {
  return { lines: lines.length, cells: CELLS, levels: Uint8Array.from(lines.flat()) };
}

/** What compression and rasterising leave, and cells that show something else on every line. */
function disturbed(lines: readonly (readonly number[])[], seed: number, other: number): number[][] {
  const next = numbers(seed);
  return lines.map((levels) =>
    levels.map((level, cell) =>
      cell < other ? next(256) : Math.min(255, Math.max(0, Math.round(level + next(9) - 4))),
    ),
  );
}

const bands = fc.record({
  seed: fc.nat(10_000),
  at: fc.integer({ min: 0, max: 500 }),
  by: fc.integer({ min: 8, max: 150 }),
  inserted: fc.boolean(),
  other: fc.nat(3),
});

test('a band inserted or taken out is found through noise and beside something that changed on every line', () => {
  verifies('compare.shifts', 'compare.shifts-noise');
  fc.assert(
    fc.property(bands, ({ seed, at, by, inserted, other }) => {
      const before = page(700, seed);
      const after = inserted
        ? [
            ...before.slice(0, at),
            ...page(by, seed + 1).map((line) => line.map((level) => 255 - level)),
            ...before.slice(at),
          ]
        : [...before.slice(0, at), ...before.slice(at + by)];
      const alignment = alignLines(matchProfiles(profilesOf(before), profilesOf(disturbed(after, seed + 2, other))));
      expect(alignment?.shifts.map((shift) => shift.by)).toEqual([inserted ? by : -by]);
      // Blank lines beside a band may go with either side of it.
      expect(Math.abs((alignment?.shifts[0]?.at ?? 0) - at)).toBeLessThanOrEqual(24);
    }),
    { seed: 5, numRuns: 25 },
  );
});

test('noise alone, and another page, are no shift', () => {
  verifies('compare.shifts-noise');
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(6), (seed, other) => {
      const before = page(500, seed);
      expect(
        alignLines(matchProfiles(profilesOf(before), profilesOf(disturbed(before, seed + 1, other)))),
      ).toBeUndefined();
      expect(alignLines(matchProfiles(profilesOf(before), profilesOf(page(480, seed + 7))))).toBeUndefined();
    }),
    { seed: 6, numRuns: 25 },
  );
});

test('whatever the pictures, lines belong together in order, once, and within both of them', () => {
  verifies('compare.shifts-noise');
  const part = fc.record({ from: fc.nat(300), count: fc.integer({ min: 1, max: 200 }) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat(1000), (parts, seed) => {
      const before = page(400, seed);
      const after = parts.flatMap(({ from, count }) => before.slice(from, from + count));
      const { runs } = matchProfiles(profilesOf(before), profilesOf(disturbed(after, seed, 0)));
      let end = { reference: 0, actual: 0 };
      for (const { reference, actual, count } of runs) {
        expect(reference >= end.reference && actual >= end.actual && count > 0).toBe(true);
        end = { reference: reference + count, actual: actual + count };
      }
      expect(end.reference <= before.length && end.actual <= after.length).toBe(true);
    }),
    { seed: 7, numRuns: 25 },
  );
});

test('what stands still beside a shift is left out of it', () => {
  verifies('compare.shifts-noise');
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 120 }), fc.integer({ min: 5, max: 60 }), (sidebar, by) => {
      const still = textBlock(canvas(300, 400), { x: 0, y: 4, width: sidebar, height: 390 }, 3);
      const scene = (y: number) => {
        const image = { ...still, data: still.data.slice() };
        return viewOf(textBlock(image, { x: sidebar + 10, y, width: 280 - sidebar, height: 320 }, 9));
      };
      const span = shiftedSpan(scene(10), scene(10 + by), 'y', [{ reference: 0, actual: by, count: 400 - by }]);
      expect(span?.to).toBe(300);
      expect(span?.from).toBeGreaterThan(sidebar - 8);
      expect(span?.from).toBeLessThanOrEqual(sidebar + 10);
    }),
    { seed: 8, numRuns: 25 },
  );
});
