import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Config } from '../../src/config/schema.js';
import type { Pair } from '../../src/core/vocabulary/pair.js';
import { decodeFrames } from '../../src/image/decode.js';
import { compareFiles } from '../../src/verify/compare-files.js';
import { verifies } from '../requirements.js';

let dir: string;
const { signal } = new AbortController();
const LONG = `${'a'.repeat(240)}.png`;
const CJK = `${'画'.repeat(80)}.png`;

const plain = (background: string, width = 60) => sharp({ create: { width, height: 40, channels: 3, background } });

async function put(name: string, picture: ReturnType<typeof plain> | string): Promise<void> {
  const file = join(dir, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof picture === 'string' ? picture : await picture.toBuffer());
}

/** A clip of two pictures that ends: green, then `color`. */
const played = (kind: 'gif' | 'webp', color: string) => {
  const rows = [[0, 128, 0], color === 'red' ? [255, 0, 0] : [0, 0, 255]];
  const pixels = Buffer.from(rows.flatMap((row) => Array.from({ length: 60 * 40 }, () => row).flat()));
  const clip = sharp(pixels, { raw: { width: 60, height: 80, channels: 3, pageHeight: 40 } });
  return kind === 'gif'
    ? clip.gif({ delay: [90, 90], loop: 1 })
    : clip.webp({ lossless: true, delay: [90, 90], loop: 1 });
};

/** A PNG that plays: blue all over, then `color` at 10, 5, which is put away again before the last one, a row of green that is half there. */
async function playedPng(color: string): Promise<Buffer> {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const drawn = async (background: string, width: number, height: number) => {
    const png = await sharp({ create: { width, height, channels: 4, background } })
      .png()
      .toBuffer();
    const at = png.indexOf('IDAT');
    return { head: png.subarray(16, 29), data: png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)) };
  };
  let order = 0;
  const control = (width: number, height: number, x: number, y: number, dispose: number, blend: number) => {
    const data = Buffer.alloc(26);
    for (const [at, value] of [order++, width, height, x, y].entries()) data.writeUInt32BE(value, at * 4);
    data.set([0, 1, 0, 9, dispose, blend], 20);
    return chunk('fcTL', data);
  };
  const more = (data: Buffer) => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(order++);
    return chunk('fdAT', Buffer.concat([number, data]));
  };
  const [first, second, third] = [
    await drawn('#0000ff', 60, 40),
    await drawn(color, 20, 10),
    await drawn('#00ff0080', 60, 1),
  ];
  const parts = [chunk('IHDR', first.head), chunk('acTL', Buffer.from([0, 0, 0, 3, 0, 0, 0, 1]))];
  parts.push(control(60, 40, 0, 0, 0, 0), chunk('IDAT', first.data));
  parts.push(control(20, 10, 10, 5, 2, 0), more(second.data), control(60, 1, 0, 0, 0, 1), more(third.data));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts, chunk('IEND', Buffer.alloc(0))]);
}

/** The pairs that differ. */
const DIFFERENT = [
  ...[LONG, CJK, 'deep/er/zoo.png', 'link.png', 'linked/real.png', 'twin.PNG.webp', 'twin.png', 'twin.webp'],
  ...['moved.gif', 'small.avif', 'photo.jfif', 'played.gif', 'played.webp', 'played.png'],
  ...['again/real.png', 'beside/real.png'],
];

const compared = (reference: string, actual: string, more: { threshold?: number; diff?: string } = {}) =>
  compareFiles({ reference, actual, cwd: dir, config: Config.parse({}), signal, ...more });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'codeloop-compare-files-'));
  for (const [side, color] of [
    ['a', 'red'],
    ['b', 'blue'],
  ] as const) {
    for (const name of [LONG, CJK, 'twin.png', 'deep/er/zoo.png']) await put(`${side}/${name}`, plain(color).png());
    await put(`${side}/twin.webp`, plain(color).webp());
    await put(`${side}/twin.PNG.webp`, plain(color).webp());
    for (let at = 0; at < 30; at++) await put(`${side}/0-equal-${at}.png`, plain('green').png());
    await put(`${side}/same.gif`, plain('green').gif());
    await put(`${side}/moved.gif`, plain(color).gif());
    await put(
      `${side}/again.gif`,
      side === 'a' ? plain('green').gif() : plain('green').gif({ colours: 16, effort: 1 }),
    );
    await put(`${side}/small.avif`, plain(color).avif());
    await put(`${side}/photo.jfif`, plain(color).jpeg());
    await put(`${side}/drawn.svg`, `<svg xmlns="http://www.w3.org/2000/svg"><path fill="${color}"/></svg>`);
    await put(`${side}/caf\u00e9.png`.normalize(side === 'a' ? 'NFC' : 'NFD'), plain('green').png());
    for (const kind of ['gif', 'webp'] as const) await put(`${side}/played.${kind}`, played(kind, color));
    writeFileSync(join(dir, side, 'played.png'), await playedPng(color));
    await put(`${side}/old.ico`, color);
    await put(`${side}/broken.png`, side === 'a' ? plain('red').png() : 'no picture');
    await put(`${side}-linked/real.png`, plain(color).png());
    symlinkSync(join(dir, `${side}-linked`), join(dir, side, 'linked'));
    symlinkSync(join(dir, side, 'twin.png'), join(dir, side, 'link.png'));
    symlinkSync(join(dir, side), join(dir, side, 'deep', 'round'));
    symlinkSync(dir, join(dir, side, 'deep', 'up'));
    // One is a link in one folder and the other one in the other: both have the same pictures.
    const [link, real] = side === 'a' ? ['again', 'beside'] : ['beside', 'again'];
    await put(`${side}/${real}/real.png`, plain(color).png());
    symlinkSync(real, join(dir, side, link));
    symlinkSync(join(dir, 'nowhere.png'), join(dir, side, 'lost.png'));
  }
  await put('b/more.png', plain('red').png());
  await put('white.png', plain('#ffffff').png());
  await put('whitish.png', plain('#f2f2f2').png());
  await put('rounded.png', plain('#fefefe').png());
  await put('wider.png', plain('#ffffff', 61).png());
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.each([
  ['equal pictures', 'white.png', {}, 'match'],
  ['rounding that nobody sees', 'rounded.png', {}, 'match'],
  ['a grey that is just seen', 'whitish.png', {}, 'mismatch'],
  ['one more column', 'wider.png', {}, 'mismatch'],
  ['a grey that is just seen, with a threshold', 'whitish.png', { threshold: 0.95 }, 'match'],
  ['one more column, with a threshold', 'wider.png', { threshold: 0.95 }, 'match'],
] as const)(
  'two pictures are compared exactly unless a threshold is given: %s',
  async (_name, actual, more, outcome) => {
    verifies('compare.files-exact');
    const { pairs } = await compared('white.png', actual, more);
    expect(pairs.map((pair) => pair.outcome)).toEqual([outcome]);
  },
);

test('no picture of a folder is left out, none ends the run, and what changed comes first', async () => {
  verifies('compare.files-exact', 'verify.one-cell');
  const { pairs } = await compared('a', 'b', { diff: 'out' });
  const outcomes = (list: readonly Pair[]) => list.map(({ screen, outcome }) => [screen, outcome]);
  const changed = pairs.filter(({ outcome }) => outcome !== 'match');
  expect(outcomes(pairs.slice(0, changed.length))).toEqual(outcomes(changed));
  expect(new Map(outcomes(changed).map(([name, outcome]) => [name, outcome]))).toEqual(
    new Map([
      ['broken.png', 'unreadable'],
      ['lost.png', 'unreadable'],
      ['drawn.svg', 'unreadable'],
      ['old.ico', 'unreadable'],
      ['more.png', 'missing-reference'],
      ...DIFFERENT.map((name): [string, string] => [name, 'mismatch']),
    ]),
  );
  expect(pairs).toHaveLength(changed.length + 33);
  expect(pairs.find(({ screen }) => screen === 'drawn.svg')?.note).toContain('it is an SVG');
  // The first of two pictures is the same in each; the second is not.
  for (const name of ['played.gif', 'played.webp']) {
    const pair = pairs.find(({ screen }) => screen === name);
    expect(pair?.regions.map(({ rect }) => rect)).toEqual([{ x: 0, y: 40, width: 60, height: 40 }]);
    expect(pair?.note).toContain('2 pictures of an animation');
  }
  const png = pairs.find(({ screen }) => screen === 'played.png');
  expect(png?.regions.map(({ rect }) => rect)).toEqual([{ x: 10, y: 45, width: 20, height: 10 }]);
  expect(png?.note).toContain('3 pictures of an animation');
  const moves = await decodeFrames(join(dir, 'a/played.png'));
  const at = (x: number, y: number) => [...(moves?.image.data.subarray((y * 60 + x) * 4, (y * 60 + x) * 4 + 3) ?? [])];
  expect([at(15, 10), at(15, 50), at(15, 80), at(15, 90)]).toEqual([
    [0, 0, 255],
    [255, 0, 0],
    [0, 128, 127],
    [0, 0, 255],
  ]);
  // Every pair that differs has its own diff picture.
  const diffs = pairs.flatMap(({ diff }) => diff?.path ?? []);
  expect(new Set(diffs).size).toBe(DIFFERENT.length);
  const written = readdirSync(join(dir, 'out'), { recursive: true, encoding: 'utf8' });
  expect(written.filter((name) => name.endsWith('.png'))).toHaveLength(DIFFERENT.length);
  expect(written).toEqual(expect.arrayContaining(['twin.png', 'twin.webp.png']));
});
