import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changedFiles } from '../../../scripts/test/changed.mjs';
import { verifies } from '../../requirements.js';

let root: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
const write = (file: string, text = file) => writeFileSync(path.join(root, file), text);
const commit = () => {
  git('add', '-A');
  git('commit', '-qm', 'more');
};

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-changed-'));
  git('init', '-q', '-b', 'main');
  for (const file of ['a.ts', 'b.ts', 'c.ts', '.gitignore']) write(file, file === '.gitignore' ? 'dist\n' : file);
  commit();
});
afterEach(() => rmSync(root, { recursive: true }));

test('on a branch: what it has committed, changed, added, moved and removed since it left the main line', () => {
  verifies('house.changed');
  git('checkout', '-qb', 'work');
  write('a.ts', 'changed');
  commit();
  git('checkout', '-q', 'main');
  write('later.ts');
  commit();
  git('checkout', '-q', 'work');
  rmSync(path.join(root, 'b.ts'));
  renameSync(path.join(root, 'c.ts'), path.join(root, 'd.ts'));
  write('new file.ts');
  write('dist');
  expect(changedFiles(root)).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts', 'new file.ts']);
});

test('on the main line: what is not committed, or what came since a commit', () => {
  verifies('house.changed');
  expect(changedFiles(root)).toEqual([]);
  write('a.ts', 'changed');
  expect(changedFiles(root)).toEqual(['a.ts']);
  commit();
  expect([changedFiles(root), changedFiles(root, 'HEAD~1')]).toEqual([[], ['a.ts']]);
});
