import { expect, test } from 'vitest';
import { compareImages } from '../../src/compare/compare-images.js';
import { decode } from '../../src/image/decode.js';
import { encode } from '../../src/image/encode.js';
import type { RawImage } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { BLACK, BLUE, type Color, canvas, GREEN, painted, source, textBlock, WHITE } from './draw.js';

const page = textBlock(canvas(400, 300), { x: 20, y: 20, width: 160, height: 60 }, 1);
const card = { x: 220, y: 40, width: 120, height: 90 };
const withCard = painted(page, [card, BLUE], [{ x: 240, y: 60, width: 30, height: 20 }, WHITE]);
const lightGrey: Color = [240, 240, 240];

async function kinds(reference: RawImage, actual: RawImage) {
  const result = await compareImages(source(reference), source(actual), { threshold: 0.95, diffPicture: false });
  if (result.outcome === 'unreadable') throw result.error;
  return result.regions.map(({ kind, severity, rect }) => ({ kind, severity, rect: Object.values(rect) }));
}

test.each<{ title: string; reference: RawImage; actual: RawImage; found: unknown[] }>([
  {
    title: 'missing',
    reference: withCard,
    actual: page,
    found: [{ kind: 'missing', severity: 'critical', rect: [220, 40, 120, 90] }],
  },
  {
    title: 'added',
    reference: page,
    actual: withCard,
    found: [{ kind: 'added', severity: 'critical', rect: [220, 40, 120, 90] }],
  },
  {
    title: 'missing on a coloured surface',
    reference: painted(canvas(400, 300, GREEN), [card, BLACK]),
    actual: canvas(400, 300, GREEN),
    found: [{ kind: 'missing', severity: 'critical', rect: [220, 40, 120, 90] }],
  },
  {
    title: 'recoloured',
    reference: withCard,
    actual: painted(page, [card, GREEN], [{ x: 240, y: 60, width: 30, height: 20 }, WHITE]),
    found: [{ kind: 'recolored', severity: 'critical', rect: [220, 40, 120, 90] }],
  },
  {
    title: 'recoloured text',
    reference: page,
    actual: textBlock(canvas(400, 300), { x: 20, y: 20, width: 160, height: 60 }, 1, [190, 40, 40]),
    found: [{ kind: 'recolored', severity: 'major', rect: expect.anything() }],
  },
  {
    title: 'moved text',
    reference: page,
    actual: textBlock(canvas(400, 300), { x: 24, y: 23, width: 160, height: 60 }, 1),
    found: [{ kind: 'moved', severity: 'major', rect: expect.anything() }],
  },
  {
    title: 'other text',
    reference: page,
    actual: textBlock(canvas(400, 300), { x: 20, y: 20, width: 160, height: 60 }, 2),
    found: [{ kind: 'text', severity: 'major', rect: expect.anything() }],
  },
  {
    title: 'a bar that grew is resized, not moved or added',
    reference: painted(page, [{ x: 20, y: 200, width: 100, height: 12 }, BLUE]),
    actual: painted(page, [{ x: 20, y: 200, width: 150, height: 12 }, BLUE]),
    found: [{ kind: 'resized', severity: 'major', rect: [120, 200, 50, 12] }],
  },
  {
    title: 'a pale surface',
    reference: painted(page, [card, lightGrey]),
    actual: page,
    found: [{ kind: 'missing', severity: 'major', rect: [220, 40, 120, 90] }],
  },
  {
    title: 'specks',
    reference: page,
    actual: painted(page, [{ x: 300, y: 200, width: 3, height: 1 }, BLACK]),
    found: [{ kind: 'noise', severity: 'minor', rect: [300, 200, 3, 1] }],
  },
])('pixels tell: $title', async ({ reference, actual, found }) => {
  verifies('compare.kinds');
  expect(await kinds(reference, actual)).toEqual(found);
});

test('all parts of a card that moved are one region', async () => {
  verifies('compare.kinds');
  const at = (x: number, y: number) =>
    textBlock(
      painted(canvas(400, 300), [{ x, y, width: 4, height: 100 }, GREEN]),
      { x: x + 30, y: y + 30, width: 80, height: 30 },
      5,
    );
  expect(await kinds(at(100, 100), at(104, 104))).toEqual([
    { kind: 'moved', severity: 'major', rect: [100, 100, 108, 104] },
  ]);
});

test.each([
  { name: 'shift4', found: ['moved major 266,72,238,106'] },
  {
    name: 'text',
    found: ['text major 9,18,149,22', 'unknown major 60,126,13,14'],
  },
  { name: 'icon', found: ['missing critical 193,105,28,32'] },
  {
    name: 'radius',
    found: [
      // Two whole cards are one region each; of the third the picture shows only the left corners, of a fourth the top of one.
      'unknown major 8,72,234,102',
      'unknown major 266,72,234,102',
      'unknown major 524,72,14,15',
      'unknown major 524,159,15,15',
      'recolored minor 8,198,14,14',
    ],
  },
])('on a real page: $name', async ({ name, found }) => {
  verifies('compare.kinds');
  const regions = await realPair('dashboard-base.png', `dashboard-${name}.png`);
  expect(regions.map(({ kind, severity, rect }) => `${kind} ${severity} ${Object.values(rect).join()}`)).toEqual(found);
});

test('on a real page, a missing button is critical', async () => {
  verifies('compare.missing-button');
  const found = await realPair('login-base.png', 'login-button.png');
  expect(found).toMatchObject([{ kind: 'missing', severity: 'critical' }]);
});

test('compression alone is nothing but noise', async () => {
  verifies('compare.noise');
  const found = await realPair('dashboard-base.png', 'dashboard-jpeg.jpg');
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ kind, severity }) => kind !== 'noise' || severity !== 'minor')).toEqual([]);
});

test('rounding by one level is no difference', async () => {
  verifies('compare.noise');
  const base = await decode({ path: fixture('dashboard-base.png') });
  const rounded = { ...base, data: base.data.map((level, at) => (at % 4 === 3 ? level : Math.min(255, level + 1))) };
  const bytes = await encode(rounded, 'png-fast');
  const result = await compareImages(
    { path: fixture('dashboard-base.png') },
    { bytes, name: 'rounded' },
    { threshold: 1 },
  );
  expect(result).toMatchObject({ outcome: 'match', comparator: 'pixelmatch', score: 1, diff_pixels: 0, regions: [] });
});

function fixture(name: string): string {
  return new URL(`../fixtures/compare/${name}`, import.meta.url).pathname;
}

async function realPair(reference: string, actual: string) {
  const result = await compareImages({ path: fixture(reference) }, { path: fixture(actual) }, { threshold: 0.9 });
  if (result.outcome === 'unreadable') throw result.error;
  return result.regions;
}
