import { link, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rewriteJson } from '../../src/store/plain-file.js';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codeloop-plain-'));
  path = join(dir, 'a.json');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const json = (length: number) => JSON.stringify('x'.repeat(length - 2));
const read = async () => JSON.parse(await readFile(path, 'utf8'));

test.each([
  [10, 600],
  [600, 10],
  [4_096, 10],
  [10, 4_096],
  [4_097, 10],
  [10, 4_097],
  [9_000, 8_000],
])('a text of %i bytes is covered whole by one of %i', async (before, after) => {
  rewriteJson(path, json(before));
  rewriteJson(path, json(after));
  expect(await read()).toBe('x'.repeat(after - 2));
  rewriteJson(path, json(before));
  expect(await read()).toBe('x'.repeat(before - 2));
});

test('a small file stays the same file, and characters of several bytes are counted as such', async () => {
  rewriteJson(path, '{}', { mode: 0o600 });
  const { ino } = await stat(path);
  rewriteJson(path, JSON.stringify('ü'.repeat(300)));
  rewriteJson(path, '{"a":1}');
  expect(await read()).toEqual({ a: 1 });
  expect((await stat(path)).ino).toBe(ino);
});

test('what has another name is not written to', async () => {
  const other = join(dir, 'other');
  await writeFile(other, 'mine');
  await link(other, path);
  rewriteJson(path, '{}');
  await rm(path);
  await symlink(other, path);
  rewriteJson(path, '{"a":1}');
  expect(await read()).toEqual({ a: 1 });
  expect(await readFile(other, 'utf8')).toBe('mine');
});
