import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { misnamedTests } from './test-names.js';

const root = path.join(import.meta.dirname, '../..');

/** Every file under a folder of the repository, relative to `from`, with forward slashes. */
const listed = (folder: string, from = '.') =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(root, from), path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'));

test('every unit test is found by the name of what it tests', () => {
  verifies('house.tests-named');
  const sources = ['src', 'scripts', 'fixtures'].flatMap((folder) => listed(folder));
  const tests = listed('test', 'test').filter((file) => !file.startsWith('fixtures/runners/'));
  expect(tests.length).toBeGreaterThan(200);
  expect(misnamedTests(tests, new Set(sources))).toEqual([]);
});

test.each([
  ['store/run.test.ts', []],
  ['store/run.processes.test.ts', []],
  ['report/page.test.tsx', []],
  ['scripts/test/flaky.test.ts', []],
  ['docs.test.ts', []],
  ['e2e/anything.test.ts', []],
  ['browser/steps.spec.ts', []],
  ['store/samples.ts', []],
  ['store/runs.test.ts', ['store/runs.test.ts']],
  ['run.test.ts', []],
  ['checks/run.test.ts', ['checks/run.test.ts']],
  ['store/run.a.b.test.ts', ['store/run.a.b.test.ts']],
])('%s', (file, misnamed) => {
  const sources = new Set(['src/store/run.ts', 'src/report/page.tsx', 'scripts/test/flaky.mjs']);
  expect(misnamedTests([file], sources)).toEqual(misnamed);
});
