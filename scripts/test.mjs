// Runs every suite, shows what each prints, and ends with one line: `N passed, N failed, N skipped` over all of them.
// `node scripts/test.mjs vitest playwright` runs only the suites named; `--full` the whole of the heavy ones, not a sample.
import { fileURLToPath } from 'node:url';
import { runSuites } from './test/run-suites.mjs';
import { suites } from './test/suites.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.slice(2).filter((name) => name !== '--full');
if (process.argv.includes('--full')) process.env.CODELOOP_TEST_FULL = '1';
const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `test: no suite is called ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const chosen = names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
process.exitCode = (await runSuites(root, chosen)) ? 0 : 1;
