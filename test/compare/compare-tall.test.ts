import { expect, test } from 'vitest';
import type { Compared, CompareOptions } from '../../src/compare/compare.js';
import { compareImages } from '../../src/compare/compare-images.js';
import { compareTall } from '../../src/compare/compare-tall.js';
import type { Rect } from '../../src/core/vocabulary/geometry.js';
import { decode } from '../../src/image/decode.js';
import { encode } from '../../src/image/encode.js';
import type { RawImage } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { BLUE, canvas, GREEN, paint, painted, source, textBlock } from './draw.js';

const WIDTH = 200;
/** A band of 400 rows, so that a small picture has many. */
const BAND = WIDTH * 400;

/** Rows of text whose lines are all different, as a page's are. */
function page(height: number): RawImage {
  const image = canvas(WIDTH, height);
  for (let y = 20; y + 60 < height; y += 70) textBlock(image, { x: 10, y, width: 150, height: 50 }, y);
  return image;
}

/** A picture with rows put in at `at`, which push down what is below them. */
function inserted(image: RawImage, at: number, rows: RawImage): RawImage {
  const start = at * WIDTH * 4;
  const data = new Uint8Array(image.data.length + rows.data.length);
  data.set(image.data.subarray(0, start));
  data.set(rows.data, start);
  data.set(image.data.subarray(start), start + rows.data.length);
  return { data, width: WIDTH, height: image.height + rows.height };
}

async function inBands(
  reference: RawImage,
  actual: RawImage,
  options: Partial<CompareOptions> = {},
): Promise<Compared> {
  const encoded = async (image: RawImage, name: string) => ({
    bytes: await encode(image, 'png-fast'),
    name,
    size: { width: image.width, height: image.height },
  });
  const [one, other] = [await encoded(reference, 'reference'), await encoded(actual, 'actual')];
  const size = { reference: one.size, actual: other.size };
  const pair = { kind: 'tall' as const, reference: one, actual: other, size, actualFactor: 1 };
  return compareTall(pair, { threshold: 0.95, ...options }, BAND);
}

/** What both ways of comparing have to agree on. */
const figures = ({ outcome, score, diff_pixels, total_pixels, masked_ratio, size, shifts, regions }: Compared) => ({
  outcome,
  score,
  diff_pixels,
  total_pixels,
  masked_ratio,
  size,
  shifts,
  regions: regions.map(({ rect, kind, severity, area }) => ({ rect, kind, severity, area })),
});

async function asAWhole(reference: RawImage, actual: RawImage, options: Partial<CompareOptions> = {}) {
  const result = await compareImages(source(reference), source(actual), { threshold: 0.95, ...options });
  if (result.outcome === 'unreadable') throw result.error;
  return figures(result);
}

const button: Rect = { x: 160, y: 1190, width: 36, height: 30 };
const tall = page(3000);
const cases: [string, RawImage, RawImage, Partial<CompareOptions>?][] = [
  ['equal pixels', tall, { ...tall, data: tall.data.slice() }],
  ['a button where two bands would meet', painted(tall, [button, BLUE]), tall],
  [
    'changes in the first, a middle and the last band, one of them masked',
    tall,
    painted(
      tall,
      [{ x: 160, y: 5, width: 30, height: 30 }, GREEN],
      [button, BLUE],
      [{ x: 160, y: 2960, width: 30, height: 30 }, GREEN],
    ),
    { masks: [{ x: 150, y: 1100, width: 50, height: 150 }] },
  ],
  [
    'rows pushed down from the second band on',
    tall,
    inserted(tall, 600, paint(canvas(WIDTH, 48), { x: 20, y: 8, width: 90, height: 30 }, BLUE)),
  ],
  [
    'rows that are gone',
    inserted(tall, 600, paint(canvas(WIDTH, 48), { x: 20, y: 8, width: 90, height: 30 }, BLUE)),
    tall,
  ],
];

test.each(cases)('%s: in bands as in one piece', async (_name, reference, actual, options) => {
  verifies('compare.tall');
  expect(figures(await inBands(reference, actual, options))).toEqual(await asAWhole(reference, actual, options));
});

test('the diff picture is whole, and as tall as the page', async () => {
  verifies('compare.tall');
  const { diff, tiles } = await inBands(painted(tall, [button, BLUE]), tall, { tiles: 1 });
  const drawn = await decode({ bytes: diff ?? Buffer.alloc(0), name: 'diff' });
  expect({ width: drawn.width, height: drawn.height }).toEqual({ width: WIDTH, height: 3000 });
  const at = (x: number, y: number) => [...drawn.data.subarray((y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 3)];
  expect({ button: at(170, 1200), ground: at(190, 2990) }).toEqual({ button: [225, 0, 60], ground: [255, 255, 255] });
  expect(tiles).toMatchObject([{ index: 0 }]);
});

test('what only one picture goes on with is one region to its end', async () => {
  verifies('compare.tall');
  const { outcome, regions, diff_pixels, diff } = await inBands(page(900), tall);
  expect(outcome).toBe('size-mismatch');
  expect(regions[0]).toMatchObject({ kind: 'added', severity: 'critical' });
  expect(regions.some(({ rect }) => rect.y + rect.height === 3000)).toBe(true);
  expect(diff_pixels).toBeGreaterThan(WIDTH * 2000);
  const drawn = await decode({ bytes: diff ?? Buffer.alloc(0), name: 'diff' });
  expect(drawn.height).toBe(3000);
});
