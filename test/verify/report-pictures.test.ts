import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Region } from '../../src/core/vocabulary/pair.js';
import { closeupOf, ReportPictures } from '../../src/verify/report-pictures.js';
import { pair, sampleModel } from '../report/sample-model.js';
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
  const beside = () => Promise.reject(new Error('One file needs none beside it.'));
  expect(await new ReportPictures(dir, 'docs', 'file', beside).show(artifact, 700)).toEqual(whole);
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

test('a video is in the run, in the file or in the folder, as the pictures are; what is none stays away', async () => {
  verifies('report.recordings-travel');
  await mkdir(join(dir, 'artifacts/runs/r1/videos'), { recursive: true });
  const [film, words] = ['film', 'words'].map((name) => ({ path: `artifacts/runs/r1/videos/${name}.mp4` }));
  const mp4 = Buffer.from('\0\0\0\x20ftypisom....');
  await writeFile(join(dir, film?.path ?? ''), mp4);
  await writeFile(join(dir, words?.path ?? ''), '<!doctype html><script>top.hacked = true</script>');
  const kept = new Map<string, Buffer>();
  const keep = async (name: string, data: Buffer) => {
    kept.set(name, data);
    return `out-pictures/${name}`;
  };
  const of = (as: 'copies' | 'file' | 'folder') => new ReportPictures(dir, 'artifacts', as, keep);
  expect(await of('copies').video(film)).toBe('runs/r1/videos/film.mp4');
  expect(await of('file').video(film)).toBe(`data:video/mp4;base64,${mp4.toString('base64')}`);
  expect(await of('folder').video(film)).toBe(`out-pictures/${[...kept.keys()][0]}`);
  expect([...kept]).toEqual([[expect.stringMatching(/^[0-9a-f]{20}\.mp4$/), mp4]]);
  for (const as of ['file', 'folder'] as const)
    for (const one of [undefined, words, { path: 'artifacts/runs/r1/videos/gone.mp4' }, { path: '../film.mp4' }])
      expect(await of(as).video(one)).toBeUndefined();
  expect(kept.size).toBe(1);
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

/** The first bytes of a PNG that says it has that size. */
function headerOf(width: number, height: number): Buffer {
  const chunk = Buffer.alloc(25);
  chunk.writeUInt32BE(13, 0);
  chunk.write('IHDR', 4, 'latin1');
  chunk.writeUInt32BE(width, 8);
  chunk.writeUInt32BE(height, 12);
  chunk.set([8, 6, 0, 0, 0], 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 21)), 21);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk]);
}

test('files that somebody made to break a report cost it their picture, and nothing else', async () => {
  verifies('report.hostile-files');
  const folder = join(dir, 'artifacts/runs/r1/screenshots');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>top.hacked = true</script></svg>';
  const files: Record<string, Buffer | string> = {
    'empty.png': '',
    'words.png': 'no picture at all',
    'half.png': bytes.subarray(0, bytes.length / 2),
    'flipped.png': Buffer.concat([bytes.subarray(0, 60), Buffer.alloc(40, 0xff), bytes.subarray(100)]),
    'bomb.png': Buffer.concat([headerOf(2 ** 31 - 1, 2 ** 31 - 1), bytes.subarray(33)]),
    'wide.png': Buffer.concat([headerOf(600_000, 600_000), bytes.subarray(33)]),
    'nothing.png': Buffer.concat([headerOf(0, 0), bytes.subarray(33)]),
    'larger.png': Buffer.concat([headerOf(30_000, 30_000), bytes.subarray(33)]),
    'header.png': headerOf(400, 300),
    'drawing.png': svg,
    'drawing.svg': svg,
    'page.webp': '<!doctype html><script>top.hacked = true</script>',
    'jpeg.jpg': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    'webp.webp': Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8L', 'latin1'),
  };
  for (const [name, data] of Object.entries(files)) await writeFile(join(folder, name), data);
  await mkdir(join(folder, 'folder.png'));
  await writeFile(join(tmpdir(), `${dir.split('/').at(-1)}-secret.png`), bytes);
  const secret = join(tmpdir(), `${dir.split('/').at(-1)}-secret.png`);
  await symlink(secret, join(folder, 'linked.png'));
  await symlink(join(folder, 'round.png'), join(folder, 'round.png'));
  await symlink(tmpdir(), join(folder, 'elsewhere'));
  const at = (name: string) => ({ path: `artifacts/runs/r1/screenshots/${name}` });
  const hostile = [
    ...Object.keys(files).map(at),
    ...['folder.png', 'linked.png', 'round.png', `elsewhere/${secret.split('/').at(-1)}`, 'gone.png'].map(at),
    ...[`${'x'.repeat(5_000)}.png`, 'nul\u0000.png', 'lone\ud800.png', '..', '', '\u202egnp.exe'].map(at),
    { path: secret },
    { path: '/etc/passwd' },
    { path: '' },
    { ...artifact, sha256: '0'.repeat(64) },
  ];
  // A picture by its first bytes, and broken further down: a browser shows as much of it as there is.
  const begun = new Set(['flipped.png', 'larger.png'].map((name) => at(name).path));
  const kept: string[] = [];
  const keep = async (name: string) => {
    kept.push(name);
    return name;
  };
  const corner = { x: 0, y: 0, width: 9, height: 9 };
  for (const as of ['copies', 'file', 'folder'] as const) {
    const pictures = new ReportPictures(dir, 'artifacts/runs/r1', as, as === 'folder' ? keep : undefined);
    for (const one of hostile.filter(({ path }) => !begun.has(path)))
      expect([await pictures.show(one, 100), await pictures.thumb(one), await pictures.part(one, corner, 1)]).toEqual([
        ...[undefined, undefined, undefined],
      ]);
    for (const path of begun) {
      const { data_uri: data = 'data:image/webp;' } = (await pictures.show({ path }, 100)) ?? {};
      expect(data).toMatch(/^data:image\/(?:png|webp);/);
      await pictures.thumb({ path });
    }
    // What a record says of a size is a claim; the picture has its own.
    for (const claimed of [1, 99_999, 2 ** 40]) {
      const lies = { ...artifact, width: claimed, height: claimed };
      expect((await pictures.show(lies, 700))?.size).toEqual(size);
      const far = { x: 1e9, y: 1e9, width: 1e9, height: 1e9 };
      expect((await pictures.thumb(lies, far))?.part).toEqual({ x: 0, y: 1950, width: 1400, height: 1050 });
    }
  }
  // Nothing that is no picture lies beside the report.
  expect(new Set(kept).size).toBe(begun.size + 1);
  await rm(secret);
});

test.each([
  ['of twice the pixels', 0.5, { width: 700, height: 1500 }],
  ['of half the pixels', 2, { width: 2800, height: 6000 }],
  ['of two thirds', 1.5, { width: 2100, height: 4500 }],
])(
  'a design %s of its screen is shown at the size of the screen, its parts and bands where they are compared',
  async (_, factor, expected) => {
    verifies('report.true-pixels');
    const pictures = new ReportPictures(dir, 'artifacts/runs/r1', 'copies');
    // The red line lies in row 2000 of the file.
    const at = { x: 0, y: Math.round(2000 * factor), width: 60, height: 8 * factor };
    const region = { kind: 'text', severity: 'major', area: 240, rect: at } as Region; // What says where it is.
    const shown = await pictures.show(artifact, 300, [], factor);
    expect([shown?.size, shown?.file_size]).toEqual([expected, size]);
    const narrow = { path: 'artifacts/runs/r1/screenshots/narrow.png' };
    await sharp(bytes).extract({ left: 0, top: 0, width: 300, height: 3000 }).toFile(join(dir, narrow.path));
    const { bands = [] } = (await pictures.show(narrow, 100, [region], factor)) ?? {};
    expect(bands.map(({ y, height }) => [Math.round(y / factor), Math.round(height / factor)])).toEqual([
      [0, 450],
      [1779, 450],
      [2550, 450],
    ]);
    const part = { x: 0, y: at.y - 50, width: 200, height: 100 };
    const uri = (await pictures.part(artifact, part, factor)) ?? '';
    const { data, info } = await sharp(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const green = (y: number) => data[(y * info.width + 100) * info.channels + 1] ?? 0;
    expect([info.width, info.height]).toEqual([200, 100]);
    const reddest = Array.from({ length: 100 }, (_one, y) => y).reduce((a, b) => (green(b) < green(a) ? b : a));
    expect(Math.abs(reddest - 50)).toBeLessThanOrEqual(1);
    expect(green(20)).toBeGreaterThan(240);
    // A record may claim anything; it costs no memory.
    const claimed = { x: 0, y: 0, width: 1e6, height: 1e6 };
    for (const told of [factor, 1e-9, 1e9]) expect(await pictures.part(artifact, claimed, told)).toMatch(/^data:image/);
  },
);

test.each([
  ['a phone', { width: 750, height: 1624 }, { width: 750, height: 563 }],
  ['a wide page', { width: 2880, height: 1800 }, { width: 2880, height: 1800 }],
  ['a strip', { width: 32_768, height: 700 }, { width: 2100, height: 700 }],
])('what has no place is shown as wide as %s, of a strip the first part', async (_, actual, expected) => {
  const other = pair('home', 'phone', {
    outcome: 'size-mismatch',
    size: { actual, reference: { width: 10, height: 10 } },
  });
  const closeup = await closeupOf(sampleModel({ pairs: [{ pair: other }], cells: [] }), () =>
    Promise.resolve('data:,'),
  );
  expect(closeup?.part).toEqual({ x: 0, y: 0, ...expected });
});
