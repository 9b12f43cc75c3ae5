import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifies } from '../requirements.js';

const module = pathToFileURL(path.join(import.meta.dirname, '../../scripts/test/run-suites.mjs')).href;
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-suites-'));
  writeFileSync(path.join(root, 'ok.mjs'), "console.log('fine');");
  writeFileSync(path.join(root, 'bad.mjs'), "console.log('broken'); process.exit(3);");
  writeFileSync(
    path.join(root, 'reports.mjs'),
    'import { writeFileSync } from \'node:fs\'; writeFileSync(\'test-results/r.json\', \'{"passed":4,"failed":0,"skipped":2}\');',
  );
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs suites as `npm test` does, in a process of their own. `suites` is JavaScript. */
function run(suites: string) {
  const code = `import { runSuites } from '${module}';
    const report = { file: 'test-results/r.json', count: (counts) => counts };
    process.exitCode = (await runSuites(${JSON.stringify(root)}, ${suites})) ? 0 : 1;`;
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return { code: result.status, lines: result.stdout.trimEnd().split('\n') };
}

test('the last line sums all suites, and each shows its own output', () => {
  verifies('house.one-sum');
  const { code, lines } = run("[{ name: 'a', command: ['ok.mjs'] }, { name: 'b', command: ['reports.mjs'], report }]");
  expect(lines.at(-1)).toBe('5 passed, 0 failed, 2 skipped');
  expect(lines).toContain('fine');
  expect(code).toBe(0);
});

test('a failing suite fails the run and keeps no other from running', () => {
  verifies('house.one-sum');
  const { code, lines } = run("[{ name: 'a', command: ['bad.mjs'] }, { name: 'b', command: ['ok.mjs'] }]");
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
  expect(lines).toContain('fine');
  expect(lines).toContain('a ended with 3');
  expect(code).toBe(1);
});

test('what failed is said again near the end, where a cut log keeps it', () => {
  const report = "{ file: 'test-results/r.json', count: (counts) => counts, failures: () => ['a.test.ts > adds'] }";
  const { lines } = run(
    `[{ name: 'b', command: ['reports.mjs'], report: ${report} }, { name: 'c', command: ['ok.mjs'] }]`,
  );
  expect(lines.indexOf('a.test.ts > adds')).toBeGreaterThan(lines.lastIndexOf('fine'));
});

test('a report of an earlier run is not taken for this one', () => {
  run("[{ name: 'b', command: ['reports.mjs'], report }]");
  const { code, lines } = run("[{ name: 'b', command: ['ok.mjs'], report }]");
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  expect(code).toBe(1);
});

test('a run in which nothing ran has failed', () => {
  const { code, lines } = run("[{ name: 'a', command: ['ok.mjs'], absent: () => 'there is nothing yet' }]");
  expect(lines).toContain('  a: not run, there is nothing yet');
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 0 skipped');
  expect(code).toBe(1);
});
