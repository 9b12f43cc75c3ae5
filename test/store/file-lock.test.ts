import { mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFileLock } from '../../src/store/file-lock.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codeloop-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const locked = () => withFileLock(dir, () => 'done', { what: 'a test', timeoutMs: 30 });

test('a lock from the future gets the time of now, so that it grows old', async () => {
  await mkdir(join(dir, '.lock'));
  await utimes(join(dir, '.lock'), 4e9, 4e9);
  await expect(locked()).rejects.toMatchObject({ code: 'RUN_BUSY' });
  expect((await stat(join(dir, '.lock'))).mtimeMs).toBeLessThanOrEqual(Date.now());
});

test('a lock that is held is left as it is, an old one is taken over', async () => {
  const held = Date.now() / 1000 - 1;
  await mkdir(join(dir, '.lock'));
  await utimes(join(dir, '.lock'), held, held);
  await expect(locked()).rejects.toMatchObject({ code: 'RUN_BUSY' });
  expect((await stat(join(dir, '.lock'))).mtimeMs).toBeCloseTo(held * 1000, 0);
  await utimes(join(dir, '.lock'), 1, 1);
  expect(await locked()).toBe('done');
});
