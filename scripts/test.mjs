// Runs every suite, shows what each prints, and ends with one line: `N passed, N failed, N skipped` over all of them.
// `node scripts/test.mjs vitest playwright` runs only the suites named; `--full` the whole of the heavy ones, not a sample;
// `--changed` only the test files that can have been reached by what differs from the main line, `--changed=<commit>` from that commit.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { changedFiles } from './test/changed.mjs';
import { reachedTests } from './test/reach.mjs';
import { runSuites } from './test/run-suites.mjs';
import { suites } from './test/suites.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv.slice(2).map((one) => (one === '--changed' ? '--changed=' : one));
const { values, positionals: names } = readArguments(given);
if (values.full) process.env.CODELOOP_TEST_FULL = '1';
const sample = values.full ? undefined : (process.env.CODELOOP_TEST_SEED ?? '1');
const chosen = names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
let reached;
if (values.changed !== undefined) {
  const changed = changedFiles(root, values.changed || undefined);
  reached = reachedTests(root, changed);
  console.log(`test: ${changed.length} file(s) changed, ${reached.length} test file(s) can have been reached`);
}
process.exitCode = (await runSuites(root, chosen, { reached, sample })) ? 0 : 1;

function readArguments(args) {
  try {
    const parsed = parseArgs({
      args,
      options: { full: { type: 'boolean' }, changed: { type: 'string' } },
      allowPositionals: true,
    });
    const unknown = parsed.positionals.filter((name) => !suites.some((suite) => suite.name === name));
    if (unknown.length === 0) return parsed;
    throw new Error(`no suite is called ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}`);
  } catch (error) {
    console.error(`test: ${error.message}`);
    process.exit(2);
  }
}
