import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { build } from '../../scripts/build/build.mjs';
import { isBuilt, markChecked, sourceDigest, writeStamp } from '../../scripts/build/stamp.mjs';

const project = path.join(import.meta.dirname, '../..');

test('a wrong type stops the build and is named; the program of the build before stays', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-build-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package.json'])
    copyFileSync(path.join(project, file), path.join(root, file));
  symlinkSync(path.join(project, 'node_modules'), path.join(root, 'node_modules'));
  for (const folder of ['src', 'dist']) mkdirSync(path.join(root, folder));
  writeFileSync(path.join(root, 'dist/bin.js'), 'before');
  writeFileSync(path.join(root, 'src/bin.ts'), "export const toolset: 'core' | 'see' = 'sea';\n");
  await expect(build(root)).rejects.toThrow(
    /^nothing was built, tsc ended with \d\nsrc\/bin\.ts.*Type '"sea"' is not assignable to type '"core" \| "see"'/s,
  );
  expect(readFileSync(path.join(root, 'dist/bin.js'), 'utf8')).toBe('before');
  expect(existsSync(path.join(root, 'dist/types'))).toBe(false);
});

test('a build that nobody has checked yet is none, except for who checks it, and is one from then on', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-stamp-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['src', 'scripts/build', 'dist/types', 'node_modules'])
    mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'src/bin.ts'])
    writeFileSync(path.join(root, file), '{}');
  for (const file of ['bin.js', 'index.js', 'types/index.d.ts', 'config.schema.json', 'flags.json', 'opening.json'])
    writeFileSync(path.join(root, 'dist', file), '');
  writeFileSync(path.join(root, 'dist/chat-viewer.html'), '');
  const built = () => [isBuilt(root), isBuilt(root, { checked: false })];
  markChecked(root);
  expect(built()).toEqual([false, false]);
  writeStamp(root, sourceDigest(root), { checked: false });
  expect(built()).toEqual([false, true]);
  markChecked(root);
  expect(built()).toEqual([true, true]);
  writeStamp(root, sourceDigest(root), { checked: false });
  writeFileSync(path.join(root, 'src/bin.ts'), 'other');
  markChecked(root);
  expect(built()).toEqual([false, false]);
});
