import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { diffPixels, isCloseCall } from '../../src/compare/compare-decoded.js';
import { compareImages, disposeComparators } from '../../src/compare/compare-images.js';
import { OdiffServer } from '../../src/compare/odiff-comparator.js';
import type { Comparator } from '../../src/compare/pixel-diff.js';
import { pixelmatchComparator } from '../../src/compare/pixelmatch-comparator.js';
import { CodeloopError } from '../../src/core/errors.js';
import type { ImageSource } from '../../src/image/pixels.js';
import { viewOf } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { BLACK, BLUE, canvas, painted, source } from './draw.js';

afterAll(disposeComparators);

const ALWAYS = 0;
const NEVER = Number.POSITIVE_INFINITY;

async function both(reference: ImageSource, actual: ImageSource) {
  const compare = async (odiffAbovePixels: number) => {
    const result = await compareImages(reference, actual, { threshold: 0, odiffAbovePixels, diffPicture: false });
    if (result.outcome === 'unreadable') throw result.error;
    return result;
  };
  return { pixelmatch: await compare(NEVER), odiff: await compare(ALWAYS) };
}

const fixture = (name: string): ImageSource => ({ path: path.join(import.meta.dirname, '../fixtures/compare', name) });

test.each([
  ['dashboard-base.png', 'dashboard-shift4.png'],
  ['dashboard-base.png', 'dashboard-text.png'],
  ['dashboard-base.png', 'dashboard-icon.png'],
  ['dashboard-base.png', 'dashboard-radius.png'],
  ['dashboard-base.png', 'dashboard-jpeg.jpg'],
  ['login-base.png', 'login-button.png'],
])('on %s and %s the scores are within 0.0005', async (reference, actual) => {
  verifies('compare.engines');
  const { pixelmatch, odiff } = await both(fixture(reference), fixture(actual));
  expect([pixelmatch.comparator, odiff.comparator]).toEqual(['pixelmatch', 'odiff']);
  expect(Math.abs(pixelmatch.score - odiff.score)).toBeLessThanOrEqual(0.0005);
  expect(odiff.total_pixels).toBe(pixelmatch.total_pixels);
});

test('without anti-aliasing the engines agree in every number, masks, sizes and regions included', async () => {
  verifies('compare.engines');
  const reference = painted(canvas(300, 200), [{ x: 20, y: 20, width: 80, height: 32 }, BLUE]);
  const actual = painted(canvas(310, 190), [{ x: 200, y: 100, width: 50, height: 50 }, BLACK]);
  const [a, b] = await Promise.all(
    [NEVER, ALWAYS].map((odiffAbovePixels) =>
      compareImages(source(reference), source(actual), {
        threshold: 0,
        odiffAbovePixels,
        masks: [{ x: 240, y: 90, width: 30, height: 20 }],
        diffPicture: false,
      }),
    ),
  );
  expect(b).toEqual({ ...a, comparator: 'odiff' });
});

test('where the verdict hangs on the engine, pixelmatch decides', async () => {
  verifies('compare.engines');
  const page = canvas(200, 100);
  // 1000 of 20000 pixels: a score of 0.95 exactly.
  const actual = painted(page, [{ x: 0, y: 0, width: 100, height: 10 }, BLACK]);
  const compare = (threshold: number) =>
    compareImages(source(page), source(actual), { threshold, odiffAbovePixels: ALWAYS, diffPicture: false });
  const close = await compare(0.9505);
  expect(close).toMatchObject({ comparator: 'pixelmatch', score: 0.95 });
  expect(close).toHaveProperty('note', 'The score by odiff was close to the threshold, so pixelmatch decided.');
  const clear = await compare(0.5);
  expect(clear).toMatchObject({ comparator: 'odiff', score: 0.95 });
  expect(clear).not.toHaveProperty('note');
});

test.each([
  { score: 0.9991, threshold: 1, close: true },
  { score: 0.95, threshold: 0.9509, close: true },
  { score: 0.95, threshold: 0.957, close: true },
  { score: 0.95, threshold: 0.958, close: false },
  { score: 0.995, threshold: 0.95, close: false },
])('a score of $score at a threshold of $threshold is a close call: $close', ({ score, threshold, close }) => {
  expect(isCloseCall(score, threshold)).toBe(close);
});

test('an odiff that fails is replaced by pixelmatch, which says so', async () => {
  verifies('compare.engines');
  const broken: Comparator = { id: 'odiff', compare: () => Promise.reject(new Error('the disk is full')) };
  const reference = canvas(20, 10);
  const actual = painted(reference, [{ x: 3, y: 3, width: 4, height: 4 }, BLACK]);
  const overlap = { reference: viewOf(reference), actual: viewOf(actual) };
  const settings = { pixelThreshold: 0.1, antialiasing: 'ignored' as const };
  const choice = { pixels: 200, odiffAbovePixels: ALWAYS, closeCall: () => false };
  const answer = await diffPixels(overlap, settings, choice, { pixelmatch: pixelmatchComparator, odiff: broken });
  expect(answer).toMatchObject({
    comparator: 'pixelmatch',
    note: 'odiff could not compare (the disk is full), so pixelmatch did.',
  });
  const cancelled: Comparator = { id: 'odiff', compare: () => Promise.reject(new CodeloopError('CANCELLED')) };
  await expect(
    diffPixels(overlap, settings, choice, { pixelmatch: pixelmatchComparator, odiff: cancelled }),
  ).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('the server survives a missing file, and is started again after a crash', async () => {
  verifies('compare.engines');
  const server = new OdiffServer();
  const folder = await mkdtemp(path.join(tmpdir(), 'codeloop-test-'));
  try {
    const request = {
      base: path.join(import.meta.dirname, '../fixtures/compare/dashboard-base.png'),
      compare: path.join(import.meta.dirname, '../fixtures/compare/dashboard-text.png'),
      output: path.join(folder, 'diff.png'),
      options: { threshold: 0.1, antialiasing: true, outputDiffMask: true, diffColor: '#ffffff' },
    };
    await expect(server.ask({ ...request, base: path.join(folder, 'none.png') })).rejects.toThrow('odiff:');
    const first = await server.pid();
    expect(await server.ask(request)).toMatchObject({ match: false });
    expect(await server.pid()).toBe(first);
    const interrupted = server.ask(request);
    process.kill(first ?? -1, 'SIGKILL');
    await expect(interrupted).rejects.toThrow('odiff ended');
    expect(await server.ask(request)).toMatchObject({ match: false });
    expect(await server.pid()).not.toBe(first);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  expect(await server.pid()).toBeUndefined();
});

test('an idle odiff does not keep the process from ending, and ends with it; nothing is left in the temporary folder', async () => {
  verifies('compare.no-orphan');
  const root = path.join(import.meta.dirname, '../..');
  const folder = await mkdtemp(path.join(root, 'node_modules/.codeloop-test-'));
  try {
    await build({
      entryPoints: [path.join(root, 'src/compare/odiff-comparator.ts')],
      outfile: path.join(folder, 'odiff.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
    await writeFile(
      path.join(folder, 'main.mjs'),
      `import { odiffComparator, odiffPid } from './odiff.mjs';
       const image = (level) => ({ pixels: new Uint32Array(100).fill(level), width: 10, height: 10, stride: 10 });
       const overlap = { reference: image(0xffffffff), actual: image(0xff000000) };
       await odiffComparator.compare(overlap, { pixelThreshold: 0.1, antialiasing: 'ignored' });
       console.log(await odiffPid());`,
    );
    const child = spawn(process.execPath, [path.join(folder, 'main.mjs')], { env: { ...process.env, TMPDIR: folder } });
    const [out, err] = [[] as Buffer[], [] as Buffer[]];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, err: Buffer.concat(err).toString() }).toEqual({ code: 0, err: '' });
    const pid = Number(Buffer.concat(out).toString());
    expect(pid).toBeGreaterThan(0);
    // It ends when its input does, a moment after the child; the test's own limit ends a wait in vain.
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
    expect((await readdir(folder)).sort()).toEqual(['main.mjs', 'odiff.mjs']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: gone.
    return false;
  }
}
