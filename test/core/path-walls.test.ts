import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contains, insideRoots } from '../../src/core/path-walls.js';

let top: string;
let root: string;

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'codeloop-walls-')));
  root = join(top, 'root');
  await mkdir(join(root, 'inner'), { recursive: true });
  await mkdir(join(top, 'root-twin'));
  await writeFile(join(top, 'secret.txt'), 'secret');
  await writeFile(join(root, 'note.txt'), 'mine');
  await symlink(top, join(root, 'link'));
  await symlink('circle', join(root, 'circle'));
  await symlink(join(root, 'inner'), join(root, 'inner-link'));
});
afterEach(() => rm(top, { recursive: true, force: true }));

describe('insideRoots', () => {
  it.each([
    ['inner', 'inner'],
    ['inner/new/file.png', 'inner/new/file.png'],
    ['inner/../inner', 'inner'],
    ['inner-link/x.png', 'inner/x.png'],
    ['..hidden', '..hidden'],
    ['', ''],
    // What would lie below a file is not there, and is judged by where it would be.
    ['note.txt/config', 'note.txt/config'],
  ])('lets %j in', async (path, real) => {
    expect(await insideRoots(path, [root])).toBe(join(root, real));
  });

  it.each([
    // Names that no disk holds, whole or in part, and links that lead in a circle.
    'x'.repeat(4096),
    `inner/${'x'.repeat(300)}/file.png`,
    '😀'.repeat(100),
    'circle/file.png',
    '..',
    '../secret.txt',
    '../secret.txt/config',
    'link',
    'link/secret.txt',
    'link/new.txt',
    '/etc/passwd',
    '../root-twin/x',
    'inner/../../secret.txt',
    'a\0b',
  ])('keeps %j out', async (path) => {
    await expect(insideRoots(path, [root])).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
  });

  it('never answers a path outside, whatever is asked', async () => {
    const part = fc.constantFrom('..', '.', 'inner', 'link', 'inner-link', 'x', '...', '..x', 'root-twin', '');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), fc.boolean(), async (parts, absolute) => {
        const path = (absolute ? `${root}/` : '') + parts.join('/');
        const answer = await insideRoots(path, [root]).catch(() => undefined);
        expect(answer === undefined || contains(root, answer)).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
