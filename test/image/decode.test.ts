import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decode } from '../../src/image/decode.js';
import { readHeader, readSize } from '../../src/image/picture-header.js';
import { readEncoded } from '../../src/image/read-source.js';
import { verifies } from '../requirements.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'codeloop-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** 3x2: red, green, blue above black, white, grey. */
const RGB = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 128, 128, 128]);
const RGBA = [...RGB].flatMap((level, at) => (at % 3 === 2 ? [level, 255] : [level]));
const picture = () => sharp(RGB, { raw: { width: 3, height: 2, channels: 3 } });

/** A photograph-like picture, large enough that cutting it off cuts pixels. */
const noisy = sharp(
  Buffer.from(Array.from({ length: 120 * 90 * 3 }, (_, at) => (Math.imul(at, 2654435761) >>> 13) & 255)),
  { raw: { width: 120, height: 90, channels: 3 } },
);

const bytesOf = (bytes: Buffer) => ({ bytes, name: 'given.png' });

test.each([
  ['PNG', () => picture().png()],
  ['interlaced PNG', () => picture().png({ progressive: true })],
  ['palette PNG', () => picture().png({ palette: true, quality: 100, dither: 0 })],
  ['16-bit PNG', () => picture().toColourspace('rgb16').png()],
  ['PNG with an opaque alpha channel', () => picture().ensureAlpha().png()],
  ['lossless WebP', () => picture().webp({ lossless: true })],
])('%s decodes to the same RGBA pixels', async (_name, pipeline) => {
  const image = await decode(bytesOf(await pipeline().toBuffer()));
  expect(image).toMatchObject({ width: 3, height: 2 });
  expect([...image.data]).toEqual(RGBA);
});

test('grey becomes RGBA', async () => {
  const grey = sharp(Buffer.from([0, 128, 255]), { raw: { width: 3, height: 1, channels: 1 } });
  for (const bytes of [
    await grey.clone().toColourspace('b-w').png().toBuffer(),
    await grey.clone().png({ palette: true }).toBuffer(),
  ])
    expect([...(await decode(bytesOf(bytes))).data]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
});

test('alpha is flattened onto white', async () => {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 128, 255, 0, 0, 255]);
  const bytes = await sharp(data, { raw: { width: 3, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  expect([...(await decode(bytesOf(bytes))).data]).toEqual([255, 255, 255, 255, 127, 127, 127, 255, 255, 0, 0, 255]);
});

test.each([
  ['JPEG', (color: Sharp) => color.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }), 2],
  ['progressive JPEG', (color: Sharp) => color.jpeg({ quality: 100, progressive: true }), 2],
  ['WebP', (color: Sharp) => color.webp({ quality: 100 }), 6],
  ['CMYK JPEG', (color: Sharp) => color.toColourspace('cmyk').jpeg({ quality: 100 }), 40],
  ['Display P3 PNG', (color: Sharp) => color.withIccProfile('p3').png(), 3],
])('%s keeps its colour within %s levels', async (_name, encoded, levels) => {
  const color = sharp({ create: { width: 32, height: 32, channels: 3, background: { r: 200, g: 60, b: 90 } } });
  const { data } = await decode(bytesOf(await encoded(color).toBuffer()));
  for (const [channel, level] of [200, 60, 90].entries())
    expect(Math.abs((data[(16 * 32 + 16) * 4 + channel] ?? 0) - level)).toBeLessThanOrEqual(levels);
  expect(data[3]).toBe(255);
});

test('a picture is shown as its EXIF orientation says', async () => {
  const bytes = await picture().withMetadata({ orientation: 6 }).png().toBuffer();
  const image = await decode(bytesOf(bytes));
  expect([image.width, image.height]).toEqual([2, 3]);
  // Turned clockwise: the lower left pixel (black) comes to the upper left, red to the upper right.
  expect([...image.data.subarray(0, 8)]).toEqual([0, 0, 0, 255, 255, 0, 0, 255]);
  expect(await readSize(bytesOf(bytes))).toEqual({ width: 2, height: 3 });
  expect((await readHeader(bytes, 'turned')).plain).toBe(false);
});

test('the format is told by the bytes, not by the name', async () => {
  const file = path.join(folder, 'really-a-jpeg.png');
  await writeFile(file, await noisy.clone().jpeg().toBuffer());
  expect(await decode({ path: file })).toMatchObject({ width: 120, height: 90 });
});

test.each([
  ['png', () => noisy.clone().png()],
  ['interlaced png', () => noisy.clone().png({ progressive: true })],
  ['jpeg', () => noisy.clone().jpeg()],
  ['progressive jpeg', () => noisy.clone().jpeg({ progressive: true })],
  ['webp', () => noisy.clone().webp()],
  ['lossless webp', () => noisy.clone().webp({ lossless: true })],
])('a %s cut off anywhere is an error, never half a picture', async (_name, pipeline) => {
  verifies('compare.unreadable');
  const whole = await pipeline().toBuffer();
  expect(await decode(bytesOf(whole))).toMatchObject({ width: 120, height: 90 });
  for (const length of [
    0,
    1,
    4,
    12,
    30,
    100,
    whole.length >> 2,
    whole.length >> 1,
    whole.length - 40,
    whole.length - 2,
    whole.length - 1,
  ])
    await expect(decode(bytesOf(whole.subarray(0, length))), `${length} bytes`).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
    });
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

function pngSaying(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test.each([
  { width: 100_000, height: 100_000, code: 'IMAGE_TOO_LARGE', says: 'too large to open: 100000x100000' },
  { width: 32_769, height: 1, code: 'IMAGE_TOO_LARGE', says: '32769x1' },
  { width: 1, height: 4_294_967_295, code: 'IMAGE_TOO_LARGE', says: '4294967295' },
  { width: 20_000, height: 10_001, code: 'IMAGE_TOO_LARGE', says: 'limit 32768 px a side and 200 megapixels' },
  { width: 0, height: 10, code: 'IMAGE_UNREADABLE', says: '0x10, which is no pixel at all' },
  { width: 100, height: 100, code: 'IMAGE_UNREADABLE', says: 'the decoder says' },
])('a header of $width x $height: $code', async ({ width, height, code, says }) => {
  verifies('compare.unreadable');
  const failed = await decode(bytesOf(pngSaying(width, height))).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code });
  expect(String(failed)).toContain(says);
});

test.each([
  ['nothing', Buffer.alloc(0), 'the file is empty'],
  ['text', Buffer.from('hello'), 'does not start like a PNG, JPEG or WebP (first bytes: 68656c6c)'],
  ['a GIF', Buffer.from('GIF89a......'), 'it is a GIF'],
  ['an SVG', Buffer.from('<?xml version="1.0"?><svg xmlns="x"/>'), 'it is an SVG'],
  ['an error page', Buffer.from('<!doctype html><p>404'), 'it is an HTML page'],
  ['an AVIF', Buffer.from('\0\0\0\x20ftypavif....'), 'it is an AVIF'],
  ['a pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'it is a Git LFS pointer'],
])('%s is named for what it is', async (_name, bytes, says) => {
  verifies('compare.unreadable');
  await expect(decode(bytesOf(bytes))).rejects.toThrow(says);
});

test('files that cannot be read say why', async () => {
  verifies('compare.unreadable');
  const loop = path.join(folder, 'loop.png');
  await symlink(loop, loop);
  await expect(decode({ path: path.join(folder, 'none.png') })).rejects.toThrow('there is no such file');
  await expect(decode({ path: folder })).rejects.toThrow('it is a folder');
  await expect(decode({ path: loop })).rejects.toThrow('its symbolic links go round in a circle');
  await expect(decode({ path: '/dev/null' })).rejects.toThrow('it is not a plain file');
});

test('pixels given must be as many as their size says', async () => {
  await expect(decode({ raw: { data: new Uint8Array(15), width: 2, height: 2 }, name: 'raw' })).rejects.toMatchObject({
    code: 'IMAGE_UNREADABLE',
  });
  // A view that does not start at a multiple of four bytes is copied, not refused.
  const odd = new Uint8Array(new ArrayBuffer(17), 1).fill(7);
  const image = await decode({ raw: { data: odd, width: 2, height: 2 }, name: 'raw' });
  expect([image.data.byteOffset % 4, ...image.data.subarray(0, 2)]).toEqual([0, 7, 7]);
});

test('what a PNG holds besides its pixels is not unpacked: texts, and profiles that are none', async () => {
  verifies('images.no-bomb');
  const plain = await picture().png().toBuffer();
  // Signature and header: 8 + 25 bytes. A thousandth of what they unpack to.
  const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
  const named = Buffer.from('name\0\0', 'latin1');
  const bombs = [
    chunk('zTXt', Buffer.concat([named, bomb])),
    chunk('iTXt', Buffer.concat([Buffer.from('name\0\u0001\0\0\0', 'latin1'), bomb])),
    chunk('iCCP', Buffer.concat([named, bomb])),
    chunk('iCCP', Buffer.from('no profile')),
  ];
  const given = Buffer.concat([
    plain.subarray(0, 33),
    ...bombs,
    plain.subarray(33, -12),
    ...bombs.slice(0, 2),
    plain.subarray(-12),
  ]);
  expect((await readEncoded(bytesOf(given))).equals(plain)).toBe(true);
  expect([...(await decode(bytesOf(given))).data]).toEqual(RGBA);
  // A real profile stays, and so does a file that ends in the middle of a chunk: the decoder says what is wrong with that.
  const profiled = await picture().withIccProfile('p3').png().toBuffer();
  expect((await readEncoded(bytesOf(profiled))).equals(profiled)).toBe(true);
  const cut = given.subarray(0, 60);
  expect((await readEncoded(bytesOf(cut))).equals(cut)).toBe(true);
});
