import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Config } from '../../src/config/schema.js';
import { compareFiles } from '../../src/verify/compare-files.js';
import { writeCompareReport } from '../../src/verify/compare-report.js';
import { partOf } from '../../src/verify/report-pictures.js';
import { verifies } from '../requirements.js';

const HOSTILE = '"><img src=x onerror=alert(1)>.png';
let dir: string;
const { signal } = new AbortController();
const square = (color: string, box = '') =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120"><rect width="200" height="120" fill="${color}"/>${box}</svg>`,
    ),
  )
    .png()
    .toBuffer();
const BUTTON = '<rect x="60" y="40" width="80" height="32" fill="#06c"/>';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'codeloop-compare-report-'));
  for (const side of ['a', 'b']) {
    mkdirSync(join(dir, side));
    for (let at = 0; at < 3; at++) writeFileSync(join(dir, side, `0-equal-${at}.png`), await square('#eee'));
    writeFileSync(join(dir, side, HOSTILE), await square(side === 'a' ? '#eee' : '#ddd'));
    writeFileSync(join(dir, side, 'button.png'), await square('#eee', side === 'a' ? BUTTON : ''));
    writeFileSync(join(dir, side, 'broken.png'), side === 'a' ? await square('#eee') : 'no picture');
  }
  writeFileSync(join(dir, 'b/extra.png'), await square('#eee'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a comparison is shown as one HTML file, worst pair first, nothing of a name as markup', async () => {
  verifies('compare.report');
  const diffs = new Map<string, Buffer>();
  const given = { reference: 'a', actual: 'b', cwd: dir, signal };
  const { pairs } = await compareFiles({
    ...given,
    config: Config.parse({}),
    onDiff: (name, picture) => diffs.set(name, picture),
  });
  expect([...diffs.keys()].sort()).toEqual([HOSTILE, 'button.png'].sort());
  const told = {
    status: 'fail' as const,
    summary: '3 of 7 pairs match',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:02.000Z',
  };
  const { path, bytes } = await writeCompareReport({ ...given, ...told, pairs, diffs, html: 'out/report.html' });
  const html = readFileSync(path, 'utf8');
  expect(Buffer.byteLength(html)).toBe(bytes);
  expect(html).not.toContain('<img src=x');
  expect(html).toContain('&lt;img src=x onerror');
  expect(html).not.toContain('gate_check');
  // Nothing is fetched: each picture is inside.
  expect(html.match(/<img[^>]* src="(?!data:)/g)).toBeNull();
  const at = (name: string) => html.indexOf(`<article`) && html.search(new RegExp(`id="[^"]*${name}`));
  expect(at('button')).toBeGreaterThan(-1);
  expect(at('button')).toBeLessThan(at('0-equal-0'));
  expect(html.match(/src="data:image\/webp/g)?.length).toBeGreaterThanOrEqual(12);
  // The first look falls on the worst of them, large on both sides and in words; every other one stands beside it, small.
  expect(html).toMatch(
    /<p class="what"><bdi>Something is missing\.<\/bdi><\/p><p class="facts-line"><b><bdi>button\.png</,
  );
  expect(html.match(/<figcaption class="side">[^<]+/g)).toEqual([
    '<figcaption class="side">Reference',
    '<figcaption class="side">Actual',
  ]);
  expect(html).toContain('<h2 id="overview-title">7 pictures</h2>');
  expect(html.match(/class="thumb"/g)).toHaveLength(6);
  expect(html).toContain('<b><bdi>extra.png</bdi></b>');
  expect(html).toMatch(/No reference\.?</);
  expect(html).not.toMatch(/class="viewport"|[Ss]creenshots|All screens|="[^"]+ at "/);
});

const ink = async (uri: string) => {
  const { data, info } = await sharp(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => ((data[(y * info.width + x) * info.channels] ?? 0) < 128 ? 'black' : 'white');
  return { size: [info.width, info.height], corner: at(2, 2), beyond: at(info.width - 3, info.height - 3) };
};

test.each([
  ['smaller', { x: 100, y: 60, width: 200, height: 120 }, { size: [200, 120], corner: 'black', beyond: 'white' }],
  ['elsewhere', { x: 400, y: 0, width: 90, height: 50 }, { size: [90, 50], corner: 'white', beyond: 'white' }],
  ['as large', { x: 0, y: 0, width: 200, height: 120 }, { size: [200, 120], corner: 'black', beyond: 'black' }],
  ['wide', { x: 0, y: 0, width: 1920, height: 120 }, { size: [960, 60], corner: 'black', beyond: 'white' }],
])('a part keeps its measures where the picture is %s', async (_, part, expected) => {
  expect(await ink(await partOf(await square('#000'), 'a.png', part))).toEqual(expected);
});
