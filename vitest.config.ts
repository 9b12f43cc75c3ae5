import { defineConfig } from 'vitest/config';

// Far above what any test takes on a crowded machine: these limits end what hangs; no test is about time.
const limits = { testTimeout: 600_000, hookTimeout: 600_000, teardownTimeout: 30_000 };

export default defineConfig({
  // One React-like JSX dialect for source and tests, as in tsconfig.json.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    allowOnly: !process.env.CI,
    pool: 'forks',
    maxWorkers: 2,
    // A worker loads the source once, and what is slow to start (a browser) lives as long as the worker does.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // After the long ones, so that both workers end together.
          sequence: { groupOrder: 1 },
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/e2e/**'],
          ...limits,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 0 },
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['scripts/build/ensure-built.mjs'],
          ...limits,
        },
      },
    ],
  },
});
