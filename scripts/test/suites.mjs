import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { playwrightCount, vitestCount } from './count.mjs';
import { playwrightFailures, vitestFailures } from './failures.mjs';

/**
 * The suites, quick ones first. A suite without `report` counts as one test: its exit code. `absent` says why there is nothing to run yet.
 * `command` is a script for this Node and its arguments, so that no shell and no PATH is needed. A suite of test files takes their names
 * as further arguments: `files` tells which are its own, `alone` is what lets them run with nothing beside them. One that goes
 * `beside` another runs at the same time: types are checked on one core, and of the suites of tests both wait a lot, so that between them
 * they have more workers than CI has cores.
 */
export const suites = [
  { name: 'lint', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'typecheck', command: ['scripts/test/typecheck.mjs'], beside: 'lint' },
  { name: 'gen', command: ['scripts/gen.mjs', '--check'], beside: 'lint' },
  {
    name: 'vitest',
    command: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=./scripts/test/vitest-reporter.mjs',
    ],
    files: (file) => /\.test\.tsx?$/.test(file),
    alone: ['--maxWorkers=1'],
    report: { file: 'test-results/vitest.json', count: vitestCount, failures: vitestFailures },
  },
  {
    name: 'playwright',
    command: ['node_modules/@playwright/test/cli.js', 'test'],
    files: (file) => /\.spec\.ts$/.test(file),
    alone: ['--workers=1'],
    beside: 'vitest',
    report: { file: 'test-results/playwright.json', count: playwrightCount, failures: playwrightFailures },
    absent: (root) => (hasSpecs(path.join(root, 'test/browser')) ? undefined : 'test/browser holds no *.spec.ts'),
  },
];

function hasSpecs(folder) {
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.spec.ts'))
  );
}
