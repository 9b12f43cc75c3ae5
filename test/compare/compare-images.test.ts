import { expect, test } from 'vitest';
import type { Compared, CompareOptions } from '../../src/compare/compare.js';
import { compareImages } from '../../src/compare/compare-images.js';
import { decode } from '../../src/image/decode.js';
import { encode } from '../../src/image/encode.js';
import type { RawImage } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { BLACK, BLUE, canvas, painted, source, WHITE } from './draw.js';

async function compare(
  reference: RawImage,
  actual: RawImage,
  options: Partial<CompareOptions> = {},
): Promise<Compared> {
  const result = await compareImages(source(reference), source(actual), { threshold: 0.95, ...options });
  if (result.outcome === 'unreadable') throw result.error;
  return result;
}

const page = canvas(400, 300);
const button = { x: 100, y: 120, width: 80, height: 32 };
const withButton = painted(page, [button, BLUE]);

test('equal bytes are identical before anything is decoded', async () => {
  verifies('compare.identical');
  const bytes = await encode(withButton, 'png-small');
  const result = await compareImages(
    { bytes, name: 'a' },
    { bytes: Buffer.from(bytes), name: 'b' },
    { threshold: 0.95 },
  );
  expect(result).toEqual({
    outcome: 'match',
    comparator: 'identical',
    score: 1,
    diff_pixels: 0,
    total_pixels: 120_000,
    masked_ratio: 0,
    size: { reference: { width: 400, height: 300 }, actual: { width: 400, height: 300 } },
    shifts: [],
    regions: [],
    tiles: [],
  });
});

test('equal pixels in other bytes are identical too', async () => {
  verifies('compare.identical');
  const [small, fast] = await Promise.all([encode(withButton, 'png-small'), encode(withButton, 'png-fast')]);
  expect(small.equals(fast)).toBe(false);
  const result = await compareImages({ bytes: small, name: 'a' }, { bytes: fast, name: 'b' }, { threshold: 1 });
  expect(result).toMatchObject({ outcome: 'match', comparator: 'identical', score: 1, diff_pixels: 0, regions: [] });
  expect(result).not.toHaveProperty('diff');
});

test('a missing button is one critical region in its exact rectangle, however large the page', async () => {
  verifies('compare.missing-button');
  const tall = canvas(1280, 4000);
  const result = await compare(painted(tall, [button, BLUE]), tall);
  expect(result).toMatchObject({
    outcome: 'mismatch',
    comparator: 'pixelmatch',
    score: 0.9995,
    diff_pixels: 2560,
    total_pixels: 5_120_000,
    regions: [{ rect: button, area: 2560, kind: 'missing', severity: 'critical' }],
  });
});

test('the score says how much differs, the blocking severity what may not', async () => {
  const result = await compare(withButton, page, { blockOnSeverity: 'critical' });
  expect(result.score).toBe(0.9786);
  expect(result.outcome).toBe('mismatch');
  const minor = painted(page, [{ x: 10, y: 10, width: 1, height: 3 }, BLACK]);
  expect((await compare(page, minor)).outcome).toBe('match');
  expect((await compare(page, minor, { blockOnSeverity: 'minor' })).outcome).toBe('mismatch');
  expect((await compare(page, minor, { threshold: 0.99999 })).outcome).toBe('mismatch');
});

test('masks count neither above nor below the line, and once where they overlap', async () => {
  verifies('compare.masks');
  const actual = painted(page, [{ x: 0, y: 0, width: 20, height: 10 }, BLACK]);
  const masks = [
    { x: 0, y: 0, width: 10, height: 10 },
    { x: 5, y: -5, width: 5, height: 15 },
    { x: 390, y: 290, width: 100, height: 100 },
  ];
  const result = await compare(page, actual, { masks });
  expect(result).toMatchObject({
    diff_pixels: 100,
    total_pixels: 120_000 - 200,
    masked_ratio: 200 / 120_000,
    regions: [{ rect: { x: 10, y: 0, width: 10, height: 10 }, area: 100 }],
  });
});

test('when everything is masked nothing was compared, and that is no match', async () => {
  verifies('compare.masks');
  const masks = [{ x: 0, y: 0, width: 400, height: 300 }];
  for (const actual of [page, withButton]) {
    expect(await compare(page, actual, { masks })).toMatchObject({
      outcome: 'mismatch',
      score: 0,
      total_pixels: 0,
      masked_ratio: 1,
      note: 'Everything is masked: nothing was compared.',
    });
  }
});

test.each([
  { by: [0, 40], outcome: 'size-mismatch', score: 0.8823, diff: 16_000, kind: 'resized', severity: 'major' },
  { by: [0, 1], outcome: 'match', score: 0.9966, diff: 400, kind: 'noise', severity: 'minor' },
  { by: [1, 0], outcome: 'match', score: 0.9975, diff: 300, kind: 'noise', severity: 'minor' },
  { by: [2, 0], outcome: 'size-mismatch', score: 0.995, diff: 600, kind: 'resized', severity: 'major' },
])('sizes $by apart are $outcome', async ({ by: [dx = 0, dy = 0], outcome, score, diff, kind, severity }) => {
  verifies('compare.sizes');
  const result = await compare(page, canvas(400 + dx, 300 + dy));
  expect(result).toMatchObject({ outcome, score, diff_pixels: diff, regions: [{ kind, severity, area: diff }] });
});

test('another size may be allowed; its strips are reported but do not block', async () => {
  verifies('compare.sizes');
  const longer = painted(canvas(400, 310), [{ x: 20, y: 302, width: 200, height: 6 }, BLACK]);
  expect(await compare(page, longer)).toMatchObject({ outcome: 'size-mismatch' });
  expect(await compare(page, longer, { allowSizeDifference: true })).toMatchObject({
    outcome: 'match',
    score: 0.9677,
    regions: [{ kind: 'added', severity: 'critical', rect: { x: 0, y: 300, width: 400, height: 10 } }],
  });
});

test('a corner that neither picture has is background of both', async () => {
  const result = await compare(canvas(100, 50), canvas(50, 100));
  expect(result).toMatchObject({ diff_pixels: 5000, total_pixels: 10_000, score: 0.5, outcome: 'size-mismatch' });
});

test('a reference of twice the pixel ratio is scaled down; regions are pixels of the actual', async () => {
  verifies('compare.scale');
  const twice = painted(canvas(800, 600), [{ x: 200, y: 240, width: 160, height: 64 }, BLUE]);
  const result = await compare(twice, page, { scale: { reference: 2, actual: 1 } });
  expect(result).toMatchObject({
    size: { reference: { width: 800, height: 600 }, actual: { width: 400, height: 300 } },
    total_pixels: 120_000,
    note: 'The reference (device pixel ratio 2) was scaled down to 400x300.',
    regions: [{ rect: button, kind: 'missing', severity: 'critical' }],
  });
  const other = await compare(page, twice, { scale: { reference: 1, actual: 2 } });
  expect(other.regions).toMatchObject([{ rect: { x: 200, y: 240, width: 160, height: 64 }, kind: 'added' }]);
  const masked = await compare(page, twice, {
    scale: { reference: 1, actual: 2 },
    masks: [{ x: 190, y: 230, width: 180, height: 84 }],
  });
  expect(masked).toMatchObject({ diff_pixels: 0, score: 1, outcome: 'match', masked_ratio: (90 * 42) / 120_000 });
});

test('the diff picture marks what differs, the tiles show both sides', async () => {
  verifies('compare.pictures');
  const result = await compare(withButton, page, { tiles: 3 });
  const diff = await decode({ bytes: result.diff ?? Buffer.alloc(0), name: 'diff' });
  expect([diff.width, diff.height]).toEqual([400, 300]);
  const at = (x: number, y: number) => [...diff.data.subarray((y * 400 + x) * 4, (y * 400 + x) * 4 + 3)];
  expect(at(100, 120)).toEqual([225, 0, 60]);
  expect(at(179, 151)).toEqual([225, 0, 60]);
  expect(at(180, 151)).toEqual([255, 255, 255]);
  expect(at(95, 115)).toEqual([200, 0, 200]);
  expect(result.tiles.map(({ index, size }) => ({ index, size }))).toEqual([
    { index: 0, size: { width: 2 * 128 + 8, height: 80 } },
  ]);
  const tile = await decode({ bytes: result.tiles[0]?.png ?? Buffer.alloc(0), name: 'tile' });
  expect([...tile.data.subarray((40 * 264 + 60) * 4, (40 * 264 + 60) * 4 + 3)]).toEqual([...BLUE]);
  expect([...tile.data.subarray((40 * 264 + 196) * 4, (40 * 264 + 196) * 4 + 3)]).toEqual([...WHITE]);
});

test('no diff picture where it is not wanted', async () => {
  expect(await compare(withButton, page, { diffPicture: false })).not.toHaveProperty('diff');
});

test('a side that cannot be read is a result that names it', async () => {
  verifies('compare.unreadable');
  const missing = { path: '/nowhere/picture.png' };
  const broken = { bytes: Buffer.from('hello'), name: 'hello.png' };
  const left = await compareImages(missing, source(page), { threshold: 0.9 });
  expect(left).toMatchObject({ outcome: 'unreadable', side: 'reference', error: { code: 'IMAGE_UNREADABLE' } });
  const right = await compareImages(source(page), broken, { threshold: 0.9 });
  expect(right).toMatchObject({ outcome: 'unreadable', side: 'actual', error: { code: 'IMAGE_UNREADABLE' } });
  // Equal bytes do not make a broken picture a good one.
  const both = await compareImages(broken, broken, { threshold: 0.9 });
  expect(both).toMatchObject({ outcome: 'unreadable', side: 'reference' });
});

test('a cancelled comparison throws CANCELLED', async () => {
  const signal = AbortSignal.abort();
  await expect(compare(withButton, page, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
});
