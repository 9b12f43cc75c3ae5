import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPair } from '../../src/compare/compare-images.js';
import { comparePair, explainPair } from '../../src/design/compare-pair.js';
import { boxesReader } from '../../src/design/element-tree.js';
import { encode } from '../../src/image/encode.js';
import { blankImage, paste } from '../../src/image/resize.js';
import { verifies } from '../requirements.js';
import { dom, el, region } from './draw-dom.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeloop-explain-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const boxes = (color: string, scale = 1) =>
  JSON.stringify(
    dom(
      el('body', [0, 0, 400, 600], {}, [el('button', [40, 40, 100, 40], { styles: { 'background-color': color } })]),
      scale,
    ),
  );

/** A white picture of 400 x 600 CSS px with one box in it. */
async function page(name: string, color: number, scale = 1): Promise<string> {
  const image = blankImage(400 * scale, 600 * scale);
  paste(image, blankImage(100 * scale, 40 * scale, (0xff000000 | color) >>> 0), 40 * scale, 40 * scale);
  const file = join(folder, name);
  await writeFile(file, await encode(image, 'png-fast'));
  return file;
}

const RED = 0x0000ff;
const GREEN = 0x00aa00;
const regions = [region([40, 40, 100, 40], 'recolored')];
const button = 'body > button:nth-of-type(1)';

async function said(reference: string, scale = 1): Promise<string[]> {
  const actual = await page('actual.png', RED);
  const dom = join(folder, 'actual.dom.json');
  await writeFile(dom, boxes('rgb(255, 0, 0)'));
  const [first] = await explainPair({
    regions,
    shifts: [],
    pictures: await openPair({ path: reference }, { path: actual }, { reference: scale, actual: 1 }),
    reference: { file: reference, scale },
    actual: { scale: 1, boxes: boxesReader(folder, { path: 'actual.dom.json' }) },
  });
  const { element, properties = [] } = first ?? {};
  return [
    element?.selector ?? '',
    ...properties.map((one) => `${one.source} ${one.property} ${one.expected} ${one.actual}`),
  ];
}

test('boxes beside the reference are compared', async () => {
  verifies('design.explained-pair');
  const reference = await page('with.png', GREEN);
  await writeFile(join(folder, 'with.dom.json'), boxes('rgb(0, 170, 0)'));
  expect(await said(reference)).toEqual([button, 'computed background-color #00aa00 #ff0000']);
});

test('without them, and with a file that is something else, the pictures are measured', async () => {
  verifies('design.explained-pair', 'design.measured');
  const expected = [button, 'measured background-color #00aa00 #ff0000'];
  expect(await said(await page('without.png', GREEN))).toEqual(expected);
  for (const [at, text] of ['{"no":"boxes"}', 'no JSON', ''].entries()) {
    const reference = await page(`odd${at}.png`, GREEN);
    await writeFile(join(folder, `odd${at}.dom.json`), text);
    expect(await said(reference)).toEqual(expected);
  }
});

test('a reference of twice the pixels is measured at the scale of the actual picture', async () => {
  verifies('design.measured');
  expect(await said(await page('twice.png', GREEN, 2), 2)).toEqual([
    button,
    'measured background-color #00aa00 #ff0000',
  ]);
});

test('a picture without boxes has nothing named', async () => {
  verifies('design.explained-pair');
  const file = await page('native.png', RED);
  const explained = await explainPair({
    regions,
    shifts: [],
    pictures: await openPair({ path: file }, { path: file }),
    reference: { file, scale: 1 },
    actual: { scale: 1 },
  });
  expect(explained).toEqual([regions[0]]);
});

test.each([
  [2, 1, 0.5],
  [1, 2, 2],
  [1, 1, undefined],
])('a pair @%sx and @%sx says how its sides lie on each other', async (reference, actual, factor) => {
  verifies('report.true-pixels');
  const files = [await page('one.png', GREEN, reference), await page('other.png', RED, actual)] as const;
  const settings = {
    ...{ threshold: 0.95, pixelThreshold: 0.1, odiffAbovePixels: 1e9, allowSizeDifference: false },
    ...{ antialiasing: 'ignored' as const, blockOnSeverity: 'critical' as const },
  };
  const pair = await comparePair(
    {
      ...{ screen: 'home', viewport: 'mobile', masks: [], settings, adHoc: false },
      signal: new AbortController().signal,
      reference: { file: files[0], artifact: { path: 'one.png' }, scale: reference },
      actual: { file: files[1], artifact: { path: 'other.png' }, scale: actual },
    },
    { put: ({ name }) => Promise.resolve({ path: name, sha256: '', bytes: 0 }) },
  );
  expect(pair.reference_factor).toBe(factor);
});
