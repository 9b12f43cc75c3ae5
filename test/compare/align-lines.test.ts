import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Alignment, alignLines } from '../../src/compare/align-lines.js';
import { matchSignatures } from '../../src/compare/find-alignments.js';
import { verifies } from '../requirements.js';

/** Rows by number; 0 is blank. */
const rows = (...numbers: number[]) => Float64Array.from(numbers);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

const page = range(1, 101);
const align = (a: Float64Array, b: Float64Array): Alignment | undefined => alignLines(matchSignatures(a, b));

test.each([
  {
    title: 'a banner on top',
    actual: [...range(900, 940), ...page],
    found: {
      inserted: [{ from: 0, to: 40 }],
      removed: [],
      shifts: [{ at: 0, by: 40 }],
      stretches: [{ reference: 0, actual: 40, count: 100 }],
    },
  },
  {
    title: 'a band in the middle',
    actual: [...range(1, 51), ...range(900, 920), ...range(51, 101)],
    found: {
      inserted: [{ from: 50, to: 70 }],
      removed: [],
      shifts: [{ at: 50, by: 20 }],
      stretches: [
        { reference: 0, actual: 0, count: 50 },
        { reference: 50, actual: 70, count: 50 },
      ],
    },
  },
  {
    title: 'a band taken out',
    actual: [...range(1, 41), ...range(61, 101)],
    found: {
      inserted: [],
      removed: [{ band: { from: 40, to: 60 }, at: 40 }],
      shifts: [{ at: 40, by: -20 }],
      stretches: [
        { reference: 0, actual: 0, count: 40 },
        { reference: 60, actual: 40, count: 40 },
      ],
    },
  },
  {
    title: 'a banner on a picture cut to the same height',
    actual: [...range(900, 910), ...range(1, 91)],
    found: {
      inserted: [{ from: 0, to: 10 }],
      removed: [],
      shifts: [{ at: 0, by: 10 }],
      stretches: [{ reference: 0, actual: 10, count: 90 }],
    },
  },
  {
    title: 'changed rows inside what moved go with it',
    actual: [...range(900, 910), ...range(1, 41), ...range(700, 720), ...range(61, 101)],
    found: {
      inserted: [{ from: 0, to: 10 }],
      removed: [],
      shifts: [{ at: 0, by: 10 }],
      stretches: [{ reference: 0, actual: 10, count: 100 }],
    },
  },
])('aligns: $title', ({ actual, found }) => {
  verifies('compare.shifts');
  expect(align(rows(...page), rows(...actual))).toEqual({ ...found, equal: expect.any(Number) });
});

test('blank rows around an inserted block do not mislead', () => {
  verifies('compare.shifts');
  const blank = (count: number) => Array.from({ length: count }, () => 0);
  const before = [...blank(20), ...range(1, 31), ...blank(50), ...range(31, 61), ...blank(20)];
  const after = [
    ...blank(20),
    ...range(1, 31),
    ...blank(25),
    ...range(500, 520),
    ...blank(25),
    ...range(31, 61),
    ...blank(20),
  ];
  expect(align(rows(...before), rows(...after))).toMatchObject({ shifts: [{ by: 20 }], removed: [] });
  const spaced = [...blank(20), ...range(1, 31), ...blank(66), ...range(31, 61), ...blank(20)];
  expect(align(rows(...before), rows(...spaced))).toMatchObject({ shifts: [{ by: 16 }] });
});

test.each([
  { title: 'nothing moved', actual: page.with(50, 999) },
  { title: 'nothing is alike', actual: range(500, 600) },
  { title: 'too little is alike', actual: [...range(500, 590), ...range(1, 8)] },
  { title: 'every other row is new', actual: page.flatMap((row) => [row, 1000 + row]) },
])('does not align when $title', ({ actual }) => {
  expect(align(rows(...page), rows(...actual))).toBeUndefined();
});

const edits = fc.array(fc.record({ at: fc.nat(199), removed: fc.nat(30), inserted: fc.nat(30) }), { maxLength: 3 });

test('every row of the actual picture is in one stretch, in an inserted band or came in at the end; order is kept', () => {
  verifies('compare.shifts');
  fc.assert(
    fc.property(edits, fc.array(fc.nat(199), { maxLength: 60 }), (list, blanks) => {
      const before = range(1, 201);
      for (const at of blanks) before[at] = 0;
      const after = [...before];
      for (const [index, { at, removed, inserted }] of list.entries())
        after.splice(at, removed, ...range(1000 * (index + 1), 1000 * (index + 1) + inserted));
      const [a, b] = [rows(...before), rows(...after)];
      for (const run of matchSignatures(a, b).runs)
        for (let row = 0; row < run.count; row++) expect(a[run.reference + row]).toBe(b[run.actual + row]);
      const alignment = align(a, b);
      if (!alignment) return;
      const used = new Int32Array(after.length);
      let last = { reference: 0, actual: 0 };
      for (const { reference, actual, count } of alignment.stretches) {
        expect(reference >= last.reference && actual >= last.actual && count > 0).toBe(true);
        last = { reference: reference + count, actual: actual + count };
        expect(last.reference <= before.length && last.actual <= after.length).toBe(true);
        for (let row = 0; row < count; row++) used[actual + row] = (used[actual + row] ?? 0) + 1;
      }
      for (const { from, to } of alignment.inserted)
        for (let row = from; row < to; row++) used[row] = (used[row] ?? 0) + 1;
      expect(used.every((times) => times <= 1)).toBe(true);
      if (before.length !== after.length) expect(used.every((times) => times === 1)).toBe(true);
      for (const shift of alignment.shifts) expect(shift.by).not.toBe(0);
    }),
    { seed: 11, numRuns: 500 },
  );
});
