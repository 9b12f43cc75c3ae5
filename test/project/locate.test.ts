import { symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findFolder, findProject } from '../../src/project/locate.js';
import { folderWith } from './sample-project.js';

const CONFIG = '.codeloop/config.json';

test('the first root that holds a project is taken', async () => {
  const empty = folderWith();
  const second = folderWith({ 'package.json': '{"name":"second"}' });
  const third = folderWith({ [CONFIG]: '{}' });
  expect(await findFolder(undefined, [empty, second, third])).toMatchObject({
    dir: second,
    name: 'second',
    configured: false,
  });
});

test('a subfolder means the project around it', async () => {
  const dir = folderWith({ [CONFIG]: '{}', 'src/deep/x.ts': '' });
  expect(await findProject(undefined, [path.join(dir, 'src/deep')])).toMatchObject({ dir, configured: true });
});

test('a folder without anything is itself, by its own name, with defaults', async () => {
  const dir = folderWith();
  const found = await findFolder(undefined, [dir]);
  expect(found).toMatchObject({ dir, name: path.basename(dir), configured: false });
  expect(found.config.design.match_threshold).toBe(0.95);
});

test.each([
  ['the file system root', '/', ['/'], 'PROJECT_NOT_FOUND'],
  ['the home folder', homedir(), [homedir()], 'PROJECT_NOT_FOUND'],
  ['a folder above home', path.dirname(homedir()), ['/'], 'PROJECT_NOT_FOUND'],
  ['a folder that is not there', undefined, [path.join(tmpdir(), 'codeloop-no-such-folder')], 'PROJECT_NOT_FOUND'],
  ['a folder outside the roots', tmpdir(), [path.join(import.meta.dirname)], 'PATH_OUTSIDE_ROOTS'],
])('%s is refused', async (_what, dir, roots, code) => {
  await expect(findFolder(dir, roots)).rejects.toMatchObject({ code });
});

test('a link that leads out of the roots is refused', async () => {
  const root = folderWith();
  const outside = folderWith({ [CONFIG]: '{}' });
  symlinkSync(outside, path.join(root, 'link'));
  await expect(findFolder(path.join(root, 'link'), [root])).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
});

test('a file is no project', async () => {
  const dir = folderWith({ 'a.txt': '' });
  await expect(findFolder(path.join(dir, 'a.txt'), [dir])).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' });
});

test('a project that must be configured and is not says so', async () => {
  const dir = folderWith({ 'package.json': '{}' });
  await expect(findProject(undefined, [dir])).rejects.toMatchObject({
    code: 'PROJECT_NOT_FOUND',
    message: expect.stringContaining('it has no .codeloop/config.json'),
  });
});

test('a broken configuration is refused, never replaced by defaults', async () => {
  const dir = folderWith({ [CONFIG]: '{"screens": 3}' });
  await expect(findFolder(undefined, [dir])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
