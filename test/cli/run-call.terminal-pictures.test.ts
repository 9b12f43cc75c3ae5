import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode as decodeSixel } from 'sixel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pictureProtocol, picturesOf } from '../../src/cli/run-call.js';
import { palette } from '../../src/cli/terminal.js';
import { decode } from '../../src/image/decode.js';
import { encode } from '../../src/image/encode.js';
import { blankImage } from '../../src/image/resize.js';
import type { PictureProtocol } from '../../src/image/terminal-picture.js';
import { verifies } from '../requirements.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeloop-pictures-'));
  // Noise, so that its PNG needs several chunks.
  const noise = blankImage(300, 200);
  let seed = 7;
  for (let at = 0; at < noise.data.length; at++) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    noise.data[at] = at % 4 === 3 ? 255 : seed >> 16;
  }
  await writeFile(join(folder, 'noise.png'), await encode(noise, 'png-fast'));
  await writeFile(join(folder, 'red.png'), await encode(blankImage(60, 40, 0xff0000ff), 'png-fast'));
  const ramp = blankImage(64, 13);
  for (let at = 0; at < 64 * 13; at++) ramp.data.set([0, 90, (at % 64) * 4, 255], at * 4);
  await writeFile(join(folder, 'ramp.png'), await encode(ramp, 'png-fast'));
  await writeFile(join(folder, 'tall.png'), await encode(blankImage(1440, 9000, 0xff00ff00), 'png-fast'));
  await writeFile(join(folder, 'broken.png'), 'no picture');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shown = (paths: string[], protocol: PictureProtocol) =>
  picturesOf({ artifacts: paths.map((path) => ({ path })) }, { folder, protocol, colors: palette(false) });

describe('a terminal shows pictures', () => {
  const live = { live: true, ci: false, agent: false, env: {} };
  const all = () => ({ kitty: true, iterm2: true, sixel: true });
  test.each<
    [
      string,
      Partial<Parameters<typeof pictureProtocol>[0]>,
      Partial<ReturnType<typeof all>>,
      PictureProtocol | undefined,
    ]
  >([
    ['by the best way it has', {}, {}, 'kitty'],
    ['by the next', {}, { kitty: false }, 'iterm2'],
    ['as sixels', {}, { kitty: false, iterm2: false }, 'sixel'],
    ['never where it says it cannot', {}, { kitty: false, iterm2: false, sixel: false }, undefined],
    ['never into a file', { live: false, env: { CODELOOP_PICTURES: 'kitty' } }, {}, undefined],
    ['never under CI', { ci: true }, {}, undefined],
    ['never for an agent', { agent: true }, {}, undefined],
    ['never through tmux', { env: { TMUX: '/tmp/x' } }, {}, undefined],
    ['never when it is off', { env: { CODELOOP_PICTURES: 'off' } }, {}, undefined],
    ['as it is told', { ci: true, env: { CODELOOP_PICTURES: 'sixel' } }, {}, 'sixel'],
  ])('%s', (_what, viewer, able, protocol) => {
    verifies('doors.terminal-pictures');
    expect(pictureProtocol({ ...live, ...viewer }, () => ({ ...all(), ...able }))).toBe(protocol);
  });
});

const ESCAPE = '\u001b';

/** What stands between two texts, each time. */
function between(text: string, from: string, to: string): string[] {
  return text
    .split(from)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf(to)));
}

test('kitty gets a PNG in chunks, without an answer', async () => {
  verifies('doors.terminal-pictures');
  const text = await shown(['noise.png'], 'kitty');
  const chunks = between(text, `${ESCAPE}_G`, `${ESCAPE}\\`).map((chunk) => chunk.split(';'));
  expect(chunks.length).toBeGreaterThan(10);
  expect(chunks.map(([keys]) => keys)).toEqual(
    chunks.map((_, index) => `${index === 0 ? 'a=T,f=100,q=2,' : ''}m=${index < chunks.length - 1 ? 1 : 0}`),
  );
  expect(Math.max(...chunks.map(([, data = '']) => data.length))).toBe(4096);
  const bytes = Buffer.from(chunks.map(([, data]) => data).join(''), 'base64');
  expect(await decode({ bytes, name: 'sent' })).toMatchObject({ width: 300, height: 200 });
  expect(text.slice(0, text.indexOf(ESCAPE))).toBe('\nnoise.png\n');
});

test('iTerm2 gets the file, and of a tall page its readable top', async () => {
  verifies('doors.terminal-pictures');
  const [keys = '', data = ''] = (
    between(await shown(['tall.png'], 'iterm2'), `${ESCAPE}]1337;`, '\u0007')[0] ?? ''
  ).split(':');
  const bytes = Buffer.from(data, 'base64');
  expect(keys).toBe(`File=inline=1;size=${bytes.length};preserveAspectRatio=1`);
  expect(await decode({ bytes, name: 'sent' })).toMatchObject({ width: 720, height: 480 });
});

test('sixels decode to the same colours', async () => {
  verifies('doors.terminal-pictures');
  const decoded = async (path: string) => {
    const [body = ''] = between(await shown([path], 'sixel'), `${ESCAPE}P`, `${ESCAPE}\\`);
    return decodeSixel(body.slice(body.indexOf('q') + 1));
  };
  const { width, height, data32 } = await decoded('red.png');
  expect([width, height, new Set(data32)]).toEqual([60, 40, new Set([0xff0000ff])]);
  // Six levels, dithered: no colour is a level off, and a patch of 4 x 4 has the mean of its pixels.
  const sent = await decode({ path: join(folder, 'ramp.png') });
  const got = (await decoded('ramp.png')).data32;
  const blue = Array.from(got, (pixel) => (pixel >> 16) & 255);
  expect(Math.max(...blue.map((value, index) => Math.abs(value - (sent.data[index * 4 + 2] ?? 0))))).toBeLessThan(51);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean(blue) - mean(Array.from(got, (_, index) => sent.data[index * 4 + 2] ?? 0)))).toBeLessThan(2);
});

test('what is no picture, or more than two, leaves the rest alone', async () => {
  verifies('doors.terminal-pictures');
  expect(await shown(['report.html'], 'kitty')).toBe('');
  const text = await shown(['broken\u001b[2J.png', 'broken.png', 'red.png'], 'iterm2');
  expect(text).toMatch(/^\nbroken\.png cannot be shown: .*\n\nbroken\.png cannot be shown: .*\n$/);
});
