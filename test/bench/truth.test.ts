import { expect, test } from 'vitest';
import { colorAtDistance, deltaE } from '../../bench/truth/colors.mjs';
import { verdictOf } from '../../bench/truth/judge.mjs';
import { KINDS } from '../../bench/truth/mutations/kinds.mjs';
import { planCells } from '../../bench/truth/plan.mjs';
import { seeded } from '../../bench/truth/seeded.mjs';
import { percent, tabulate } from '../../bench/truth/tabulate.mjs';
import { seenChange, sightOf } from '../../bench/truth/visible.mjs';
import { verifies } from '../requirements.js';

const WHITE = [255, 255, 255];
/** A white picture of 8 x 4 with the first `count` pixels of another colour. */
function picture(count: number, color: readonly number[], height = 4) {
  const data = Buffer.from(Array.from({ length: 8 * height }, (_, at) => (at < count ? color : WHITE)).flat());
  return { data, width: 8, height };
}

test.each([
  ['nothing', 0, WHITE, { changed: 0, visible: false }, 'invisible'],
  ['three black pixels', 3, [0, 0, 0], { changed: 3, visible: false }, 'sub-threshold'],
  ['four black pixels', 4, [0, 0, 0], { changed: 4, visible: true }, 'visible'],
  ['many pixels one level darker', 32, [254, 254, 254], { changed: 32, visible: false }, 'sub-threshold'],
])('%s changed', (_what, count, color, change, sight) => {
  verifies('truth.rules');
  const seen = seenChange(picture(0, WHITE), picture(count, color));
  expect(seen).toEqual(change);
  expect(sightOf({ subThreshold: false }, seen)).toBe(sight);
});

test('rows that only one picture has are seen', () => {
  expect(seenChange(picture(0, WHITE, 4), picture(0, WHITE, 5))).toEqual({ changed: 8, visible: true });
});

test('what is declared or planned below the rule never counts as visible', () => {
  const change = { changed: 100, visible: true };
  expect(sightOf({ subThreshold: true }, change)).toBe('sub-threshold');
  expect(sightOf({ subThreshold: false, change: { deltaE: 2.9 } }, change)).toBe('sub-threshold');
  expect(sightOf({ subThreshold: false, change: { deltaE: 3 } }, change)).toBe('visible');
});

test('the seed decides the order and the colour, and nothing else does', () => {
  const list = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(seeded('1', 'a').shuffled(list)).toEqual(seeded('1', 'a').shuffled(list));
  expect(seeded('1', 'a').shuffled(list)).not.toEqual(seeded('2', 'a').shuffled(list));
  const color = colorAtDistance('rgb(78, 115, 223)', 3.5, 6, seeded('1', 'color'));
  expect(color).toBe(colorAtDistance('rgb(78, 115, 223)', 3.5, 6, seeded('1', 'color')));
  expect(deltaE('rgb(78, 115, 223)', color)).toBeGreaterThanOrEqual(3.5);
  expect(deltaE('rgb(78, 115, 223)', color)).toBeLessThanOrEqual(6);
});

interface Planned {
  id: string;
  mutations: { kind: string }[];
  noises: string[];
}

const size = { width: 100, height: 100 };
const plan = {
  seed: '1',
  sample: undefined,
  per: 1,
  kinds: undefined,
  pages: [
    { id: 'a', path: '/a' },
    { id: 'b', path: '/b' },
  ],
  viewports: { mobile: size, desktop: size },
  noises: ['rerender'],
};

test('every cell gets every kind, a kind for one viewport only there, and noise by itself', () => {
  const cells: Planned[] = planCells(plan);
  const some = KINDS.length - 1;
  expect(cells.map(({ id, mutations, noises }) => [id, mutations.length, noises.length])).toEqual([
    ['a.mobile', some + 1, 0],
    ['a.mobile.noise', 0, 1],
    ['a.desktop', some, 0],
    ['a.desktop.noise', 0, 1],
    ['b.mobile', some + 1, 0],
    ['b.mobile.noise', 0, 1],
    ['b.desktop', some, 0],
    ['b.desktop.noise', 0, 1],
  ]);
  expect(KINDS.length).toBeGreaterThanOrEqual(20);
});

test('a sample takes each kind as often as the others, and the same each time', () => {
  const cells: Planned[] = planCells({ ...plan, sample: 2 * (KINDS.length + 1) });
  const count = new Map<string, number>();
  for (const { mutations, noises } of cells)
    for (const name of [...mutations.map(({ kind }) => kind), ...noises]) count.set(name, (count.get(name) ?? 0) + 1);
  expect([...new Set(count.values())]).toEqual([2]);
  expect(count.size).toBe(KINDS.length + 1);
  expect(planCells({ ...plan, sample: 10 })).toEqual(planCells({ ...plan, sample: 10 }));
  expect(planCells({ ...plan, sample: 10 })).not.toEqual(planCells({ ...plan, sample: 10, seed: '2' }));
});

const region = (selector: string, kind: string, x: number, properties: unknown[] = []) => ({
  rect: { x, y: 0, width: 10, height: 10 },
  area: 50,
  kind,
  severity: 'major',
  element: { selector },
  properties,
});
const pair = {
  type: 'mutation',
  kind: 'padding',
  element: { own: ['#a'], same: ['#b'], rects: [{ x: 0, y: 0, width: 20, height: 20 }] },
  properties: ['padding-left'],
  regionKinds: ['resized'],
  reach: 3,
};
const padding = { property: 'padding-left', expected: '4px', actual: '8px' };

test.each([
  ['nothing', [], { found: false, located: false, rank: 0, rankSame: 0, property: false }],
  ['only noise', [region('#a', 'noise', 0)], { found: false, located: false, rank: 0, rankSame: 0, property: false }],
  [
    'the element and its property',
    [region('#a', 'resized', 0, [padding])],
    { found: true, located: true, rank: 1, rankSame: 1, property: true, kindRight: true },
  ],
  [
    'another element first, one with the same box second',
    [region('#x', 'moved', 60), region('#b', 'moved', 0)],
    { found: true, located: true, rank: 0, rankSame: 2, property: false, kindRight: false },
  ],
  [
    'something far away, with the property of another element',
    [region('#x', 'moved', 60, [padding])],
    { found: true, located: false, rank: 0, rankSame: 0, property: false },
  ],
])('a reader is told %s', (_what, regions, expected) => {
  verifies('truth.rules');
  const { regions: _listed, ...verdict } = verdictOf(pair, { outcome: 'match', score: 0.99, regions, shifts: [] });
  const count = regions.filter(({ kind }) => kind !== 'noise').length;
  expect(verdict).toEqual({ gate: false, outcome: 'match', score: 0.99, count, shifts: [], ...expected });
});

test('misses count, what cannot be seen does not, and noise that is found is a false alarm', () => {
  const regions = [{ severity: 'major' }, { severity: 'minor' }];
  const found = { found: true, gate: true, located: true, rank: 1, rankSame: 1, property: true, regions };
  const missed = { found: false, gate: false, located: false, rank: 0, rankSame: 0, property: false };
  const row = (id: string, sight: string, baseline: object, settled = true) => ({
    id,
    type: 'mutation',
    kind: 'padding',
    cell: 'a.mobile',
    sight,
    settled,
    baseline,
    picture: baseline,
    peers: { odiff: true },
  });
  const noise = { ...row('noise', 'visible', found), type: 'noise', kind: 'rerender' };
  const table = tabulate([
    row('1', 'visible', found),
    row('2', 'visible', missed),
    row('3', 'sub-threshold', missed),
    row('4', 'invisible', missed),
    row('5', 'visible', missed, false),
    noise,
  ]);
  expect(table.total.baseline.found).toEqual({ hits: 1, of: 2 });
  expect(table.total.peers).toEqual({ odiff: { hits: 2, of: 2 } });
  expect(table.total.severities).toEqual({ picture: '0/1/0', other: '0/0/0' });
  expect(table.misses.map(({ id }: { id: string }) => id)).toEqual(['2']);
  expect(table.falseAlarms.map(({ id }: { id: string }) => id)).toEqual(['noise']);
  expect(table.unsteady).toEqual(['5']);
  expect(table.invisible).toEqual(['4']);
});

test('a share is rounded down: 100 means all', () => {
  expect([percent({ hits: 1999, of: 2000 }), percent({ hits: 3, of: 3 }), percent({ hits: 0, of: 0 })]).toEqual([
    '99.9',
    '100.0',
    '–',
  ]);
});
