import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reachedTests } from '../../../scripts/test/reach.mjs';
import { verifies } from '../../requirements.js';

const FILES = {
  'package.json': '{}',
  'src/bin.ts': "import './cli/main.js';",
  'src/cli/main.ts': "export const main = () => import('../report/page.js');",
  'src/report/page.tsx': 'export const page = 1;',
  'src/core/clock.ts': 'export type Clock = number;',
  'src/core/names.ts': "import type { Clock } from './clock.js';\nexport const at: Clock = 1;",
  'fixtures/shop/index.html': '<h1>Shop</h1>',
  'fixtures/shop/server.mjs': '',
  'test/requirements.ts': 'export const verifies = () => undefined;',
  'test/core/names.test.ts': "import '../../src/core/names.js';\nimport '../requirements.js';",
  'test/report/page.test.ts': "import '../../src/report/page.js';\nimport '../requirements.js';",
  'test/e2e/programs.ts': "export const BIN = path.join(root, 'dist/bin.js');",
  'test/e2e/verify.test.ts': "import { BIN } from './programs.js';",
  'test/browser/shop.spec.ts': "start('../../fixtures/shop');",
  'test/project/server.test.ts':
    "import { join } from 'node:path';\njoin(import.meta.dirname, '../../fixtures/shop/server.mjs');",
  'test/architecture.test.ts': '',
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-reach-'));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const ALWAYS = 'test/architecture.test.ts';
const EVERY = Object.keys(FILES)
  .filter((file) => /\.(test|spec)\.ts$/.test(file))
  .sort();

test.each([
  ['types are imports, too', ['src/core/clock.ts'], ['test/core/names.test.ts']],
  [
    'an import on first use, and the built program',
    ['src/report/page.tsx'],
    ['test/e2e/verify.test.ts', 'test/report/page.test.ts'],
  ],
  ['a test itself', ['test/core/names.test.ts'], ['test/core/names.test.ts']],
  ['what tests share', ['test/e2e/programs.ts'], ['test/e2e/verify.test.ts']],
  [
    'a program by its name, a folder by its own',
    ['fixtures/shop/server.mjs'],
    ['test/browser/shop.spec.ts', 'test/project/server.test.ts'],
  ],
  ['a file of a folder', ['fixtures/shop/index.html'], ['test/browser/shop.spec.ts']],
  ['one that is new, or gone', ['fixtures/shop/more/new.css'], ['test/browser/shop.spec.ts']],
  ['the list of promises', ['test/requirements.ts'], []],
  ['a page of the docs', ['docs/tools.md'], []],
])('a change reaches %s', (_what, changed, tests) => {
  verifies('house.changed');
  expect(reachedTests(root, changed)).toEqual([ALWAYS, ...tests].sort());
});

test.each([
  'package.json',
  'package-lock.json',
  'vitest.config.ts',
  'tsconfig.json',
  'scripts/test.mjs',
  'scripts/build/bundle.mjs',
])('a change of %s reaches every test', (file) => {
  verifies('house.changed');
  expect(reachedTests(root, [file])).toEqual(EVERY);
});
