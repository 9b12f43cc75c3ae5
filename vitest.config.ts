import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import SlowFirst from './scripts/test/slow-first.mjs';

const SOURCE = fileURLToPath(new URL('src', import.meta.url));

export default defineConfig({
  // The program's schemas are what the build makes of them (scripts/build/bundle.mjs).
  plugins: [
    {
      name: 'schemas-on-demand',
      enforce: 'pre',
      resolveId: (id, importer) =>
        id === 'zod' && importer?.startsWith(`${SOURCE}/`) ? `${SOURCE}/core/zod-on-demand.ts` : null,
    },
  ],
  // One React-like JSX dialect for source and tests, as in tsconfig.json.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['scripts/build/ensure-built.mjs'],
    setupFiles: ['scripts/test/known-frames.mjs'],
    allowOnly: !process.env.CI,
    pool: 'forks',
    // One more than the two cores that CI has: a browser, a server or a recording is often waited for.
    maxWorkers: 3,
    // A worker loads the source once, and what is slow to start (a browser) lives as long as the worker does.
    isolate: false,
    // What was compiled for a run is there for the next one, by its content: a fifth of the work of a thousand pure tests.
    // Each lock file has a folder of its own: Vitest 4.1 throws the folder away when the lock file changed, and then fails to write into it.
    experimental: { fsModuleCache: true, fsModuleCachePath: `node_modules/.vitest-cache/${lockDigest()}` },
    sequence: { sequencer: SlowFirst },
    // Far above what any test takes on a crowded machine: these limits end what hangs; no test is about time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 30_000,
  },
});

function lockDigest(): string {
  return createHash('sha256')
    .update(readFileSync(new URL('package-lock.json', import.meta.url)))
    .digest('hex')
    .slice(0, 16);
}
