import { defineConfig } from 'vitest/config';

// Browsers and encoders start slowly on two shared cores. These limits end what hangs; no test is about time.
const limits = { testTimeout: 180_000, hookTimeout: 180_000, teardownTimeout: 30_000 };

export default defineConfig({
  // One React-like JSX dialect for source and tests, as in tsconfig.json.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    allowOnly: !process.env.CI,
    pool: 'forks',
    maxWorkers: 2,
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
          testTimeout: 300_000,
        },
      },
    ],
  },
});
