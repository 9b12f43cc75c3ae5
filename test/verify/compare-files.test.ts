import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Config } from '../../src/config/schema.js';
import type { Pair } from '../../src/core/vocabulary/pair.js';
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
    await put(`${side}/broken.png`, side === 'a' ? plain('red').png() : 'no picture');
    await put(`${side}-linked/real.png`, plain(color).png());
    symlinkSync(join(dir, `${side}-linked`), join(dir, side, 'linked'));
    symlinkSync(join(dir, side, 'twin.png'), join(dir, side, 'link.png'));
    symlinkSync(join(dir, side), join(dir, side, 'deep', 'round'));
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
      ['moved.gif', 'unreadable'],
      ['more.png', 'missing-reference'],
      ...[LONG, CJK, 'deep/er/zoo.png', 'link.png', 'linked/real.png', 'twin.PNG.webp', 'twin.png', 'twin.webp'].map(
        (name): [string, string] => [name, 'mismatch'],
      ),
    ]),
  );
  expect(pairs).toHaveLength(changed.length + 31);
  expect(pairs.find(({ screen }) => screen === 'moved.gif')?.note).toContain('it is a GIF');
  // Every pair that differs has its own diff picture.
  const diffs = pairs.flatMap(({ diff }) => diff?.path ?? []);
  expect(new Set(diffs).size).toBe(8);
  const written = readdirSync(join(dir, 'out'), { recursive: true, encoding: 'utf8' });
  expect(written.filter((name) => name.endsWith('.png'))).toHaveLength(8);
  expect(written).toEqual(expect.arrayContaining(['twin.png', 'twin.webp.png']));
});
