import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReportPictures } from '../../src/verify/report-pictures.js';
import { verifies } from '../requirements.js';

let dir = '';
let bytes: Buffer;
const size = { width: 1400, height: 3000 };
const artifact = { path: 'artifacts/runs/r1/screenshots/home.png' };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codeloop-pictures-'));
  const png = new PNG({ ...size });
  // A red line in row 2000 tells parts of the page apart.
  for (let at = 0; at < png.data.length; at += 4) png.data.set([255, 255, 255, 255], at);
  for (let x = 0; x < size.width; x += 1) png.data.set([255, 0, 0, 255], (2000 * size.width + x) * 4);
  bytes = PNG.sync.write(png);
  await mkdir(join(dir, 'artifacts/runs/r1/screenshots'), { recursive: true });
  await writeFile(join(dir, artifact.path), bytes);
});
afterAll(() => rm(dir, { recursive: true }));

test('copies lead to their files from where the report lies', async () => {
  verifies('report.true-pixels');
  const inRun = await new ReportPictures(dir, 'artifacts/runs/r1', 'copies').show(artifact, 700);
  const outside = await new ReportPictures(dir, 'artifacts/out', 'copies').show(artifact, 700);
  const inDocs = await new ReportPictures(dir, 'docs/reports/deep', 'copies').show(artifact, 700);
  expect([inRun?.path, outside?.path, inDocs?.path]).toEqual([
    'screenshots/home.png',
    '../runs/r1/screenshots/home.png',
    '../../../artifacts/runs/r1/screenshots/home.png',
  ]);
  expect(inRun?.data_uri?.slice(0, 16)).toBe('data:image/webp;');
  expect(inRun?.size).toEqual(size);
});

test('one file holds every byte, a folder the files under their digests', async () => {
  verifies('report.true-pixels');
  const whole = await new ReportPictures(dir, 'docs', 'file').show(artifact, 700);
  expect(whole).toEqual({ data_uri: `data:image/png;base64,${bytes.toString('base64')}`, size });
  const kept = new Map<string, Buffer>();
  const pictures = new ReportPictures(dir, 'docs', 'folder', (name, data) => {
    kept.set(name, data);
    return Promise.resolve(`report-pictures/${name}`);
  });
  const shown = await pictures.show(artifact, 700);
  const again = await pictures.show(artifact, 700);
  expect([...kept.values()]).toEqual([bytes]);
  expect([shown, again]).toEqual(Array(2).fill({ path: `report-pictures/${[...kept.keys()][0]}`, size }));
  expect(pictures.left).toBe(0);
});

test('a thumbnail shows the part that the finding is in, and what is gone is none', async () => {
  const pictures = new ReportPictures(dir, 'docs', 'copies');
  expect((await pictures.thumb(artifact))?.part).toEqual({ x: 0, y: 0, width: 1400, height: 1050 });
  const around = await pictures.thumb(artifact, { x: 10, y: 1990, width: 40, height: 20 });
  expect(around?.part).toEqual({ x: 0, y: 1475, width: 1400, height: 1050 });
  const last = await pictures.thumb(artifact, { x: 10, y: 2990, width: 40, height: 10 });
  expect(last?.part).toEqual({ x: 0, y: 1950, width: 1400, height: 1050 });
  expect(await pictures.show({ path: '../outside.png' }, 100)).toBeUndefined();
});
