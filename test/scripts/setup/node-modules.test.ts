import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeModulesFit } from '../../../scripts/setup/node-modules.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-modules-'));
});
afterEach(() => rmSync(root, { recursive: true }));

type Packages = Record<string, { version?: string; optional?: boolean }>;

function lay(wanted: Packages | undefined, installed: Packages | undefined): void {
  mkdirSync(path.join(root, 'node_modules'));
  if (wanted) writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed)
    writeFileSync(path.join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
}

const a = { 'node_modules/a': { version: '1.0.0' } };
const native = { 'node_modules/a-darwin': { version: '1.0.0', optional: true } };

test.each<[string, Packages | undefined, Packages | undefined, boolean]>([
  ['nothing is installed', a, undefined, false],
  ['all is installed', { '': {}, ...a }, a, true],
  ['a package is missing', { ...a, 'node_modules/b': { version: '1.0.0' } }, a, false],
  ['a package has another version', { 'node_modules/a': { version: '1.0.1' } }, a, false],
  ["another platform's package is missing", { ...a, ...native }, a, true],
  ['there is more than asked for', {}, a, true],
  ['there is no lock', undefined, a, true],
])('%s', (_what, wanted, installed, expected) => {
  lay(wanted, installed);
  expect(nodeModulesFit(root)).toBe(expected);
});
