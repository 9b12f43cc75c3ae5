import { defineConfig } from 'vitest/config';
import SlowFirst from './scripts/test/slow-first.mjs';

// Far above what any test takes on a crowded machine: these limits end what hangs; no test is about time.
const limits = { testTimeout: 600_000, hookTimeout: 600_000, teardownTimeout: 30_000 };

export default defineConfig({
  // One React-like JSX dialect for source and tests, as in tsconfig.json.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    allowOnly: !process.env.CI,
    pool: 'forks',
    // One more than the two cores that CI has: a browser, a server or a recording is often waited for.
    maxWorkers: 3,
    // The end-to-end tests first: the order of the projects is that of their names.
    sequence: { sequencer: SlowFirst },
    // A worker loads the source once, and what is slow to start (a browser) lives as long as the worker does.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/e2e/**'],
          ...limits,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['scripts/build/ensure-built.mjs'],
          ...limits,
        },
      },
    ],
  },
});
