import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toActualPlace, toReferencePlace } from '../../src/design/region-causes.js';
import { verifies } from '../requirements.js';
import { rect } from './draw-dom.js';

const cases: [string, { at: number; by: number }[], [number, number], [number, number]][] = [
  ['above an insertion', [{ at: 50, by: 10 }], [10, 20], [10, 20]],
  ['below it', [{ at: 50, by: 10 }], [60, 20], [70, 20]],
  ['around it', [{ at: 50, by: 10 }], [40, 20], [40, 30]],
  ['below a removal', [{ at: 50, by: -10 }], [60, 20], [50, 20]],
  ['in a removed band', [{ at: 50, by: -10 }], [52, 4], [50, 0]],
  [
    'below both',
    [
      { at: 50, by: 10 },
      { at: 80, by: -4 },
    ],
    [90, 20],
    [96, 20],
  ],
];
test.each(cases)('%s', (_, shifts, [y, height], [toY, toHeight]) => {
  verifies('design.element-cause');
  const given = shifts.map((shift) => ({ axis: 'y' as const, ...shift }));
  expect(toActualPlace(rect([5, y, 7, height]), given, 1)).toEqual(rect([5, toY, 7, toHeight]));
});

test('what no band touches comes back to where it was', () => {
  verifies('design.element-cause');
  const bands = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: -20, max: 20 })), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(bands, fc.nat(200), (list, y) => {
      let at = 0;
      const shifts = list.map(([gap, by]) => {
        at += gap + 20;
        return { axis: 'y' as const, at, by };
      });
      const inRemoved = shifts.some(({ at: from, by }) => by < 0 && y >= from && y <= from - by);
      const there = toActualPlace(rect([0, y, 1, 0]), shifts, 1);
      if (!inRemoved) expect(toReferencePlace(there, shifts).y).toBe(y);
    }),
  );
});
