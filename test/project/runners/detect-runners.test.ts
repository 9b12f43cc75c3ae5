import { describe, expect, test } from 'vitest';
import { Config } from '../../../src/config/schema.js';
import { detectRunners } from '../../../src/project/runners/detect-runners.js';
import { planReport } from '../../../src/project/runners/report-flags.js';
import { saysItWaits } from '../../../src/project/runners/runner-outcome.js';
import { readManifest } from '../../../src/project/runners/scripts.js';
import { verifies } from '../../requirements.js';

const detect = (files: Record<string, string>, runners: object = {}) =>
  detectRunners(
    { read: async (path) => files[path], exists: async (path) => path in files },
    Config.parse({ runners }),
  );
const scripts = (map: Record<string, string>) => ({ 'package.json': JSON.stringify({ scripts: map }) });

test.each<[what: string, files: Record<string, string>, commands: string[], leftOut: string[]]>([
  ['nothing', {}, [], []],
  ['a manifest without scripts', { 'package.json': '{}' }, [], []],
  ['a broken manifest', { 'package.json': '{' }, [], []],
  ['what npm init writes', scripts({ test: 'echo "Error: no test specified" && exit 1' }), [], []],
  [
    'the usual scripts',
    {
      ...scripts({ dev: 'vite', build: 'vite build', lint: 'eslint .', typecheck: 'tsc', test: 'vitest' }),
      'pnpm-lock.yaml': '',
    },
    ['build: pnpm run build', 'typecheck: pnpm run typecheck', 'lint: pnpm run lint', 'test: pnpm run test'],
    [],
  ],
  ['check is a type check', scripts({ check: 'svelte-kit sync && svelte-check' }), ['typecheck: npm run check'], []],
  ['check is something else', scripts({ check: 'node check.js' }), [], []],
  ['a lint that rewrites', scripts({ lint: 'biome check --write .' }), [], ['lint (script lint)']],
  [
    'a lint that rewrites behind another',
    scripts({ lint: 'npm run fix', fix: 'prettier --write .' }),
    [],
    ['lint (script lint)'],
  ],
  ['ESLint can be told not to', scripts({ lint: 'eslint . --fix' }), ['lint: npm run lint'], []],
  ['Go', { 'go.mod': '' }, ['build: go build ./...', 'lint: go vet ./...', 'test: go test ./...'], []],
  [
    'Rust beside Node',
    { ...scripts({ test: 'vitest' }), 'Cargo.toml': '' },
    ['build: cargo build --message-format short', 'test: npm run test', 'test-cargo: cargo test --no-fail-fast'],
    [],
  ],
  [
    'pytest',
    { 'pyproject.toml': '[tool.pytest.ini_options]', '.venv/bin/python': '' },
    ['test: ./.venv/bin/python -m pytest'],
    [],
  ],
  ['Python without pytest', { 'pyproject.toml': '[project]\nname = "x"' }, [], []],
])('%s', async (_what, files, commands, leftOut) => {
  verifies('runners.detected');
  const plan = await detect(files);
  expect(plan.runners.map(({ name, argv }) => `${name}: ${argv.join(' ')}`)).toEqual(commands);
  expect(plan.leftOut.map(({ what }) => what)).toEqual(leftOut);
});

test('a configured command stands for all of its kind', async () => {
  const { runners } = await detect(
    { ...scripts({ test: 'vitest' }), 'go.mod': '' },
    { test: { command: 'node all-tests.js --quick', timeout_ms: 1000 }, build: { command: ['make', 'all'] } },
  );
  expect(runners.map(({ name, source, argv, timeoutMs }) => [name, source, argv.join(' '), timeoutMs])).toEqual([
    ['build', 'config', 'make all', 300_000],
    ['lint', 'manifest', 'go vet ./...', 300_000],
    ['test', 'config', 'node all-tests.js --quick', 1000],
  ]);
  await expect(detect({}, { test: { command: 'a | b' } })).rejects.toThrow(/"\|" in "a \| b" needs a shell/);
});

test.each([
  [
    '{ "plugins": [{ "name": "a", "command": "x", "detectfile": "y" }] }',
    /unknown key "detectfile" at plugins\.0, did you mean "detect_file"/,
  ],
  ['{ "plugins": [{ "name": "a b", "command": "x" }] }', /plugins\.0\.name: must be letters/],
  ['{ "plugins": [{ "name": "a", "command": "x" }, { "name": "A", "command": "y" }] }', /plugins has "A" twice/],
  ['{ "plugins": [{ "name": "a", "command": "x", "parse_output": "xml" }] }', /plugins\.0\.parse_output/],
])('plugins.json: %s', async (text, message) => {
  verifies('runners.plugins');
  await expect(detect({ '.codeloop/plugins.json': text })).rejects.toThrow(message);
});

describe('asking for a report', () => {
  const RUNS: [script: string, flags: string | undefined, source: string][] = [
    ['vitest', '-- --run --reporter=default --reporter=json --outputFile.json=/r/test.vitest.json', 'vitest'],
    ['vitest run', '-- --reporter=default --reporter=json --outputFile.json=/r/test.vitest.json', 'vitest'],
    [
      'tsc -b && cross-env A=1 vitest --watch',
      '-- --run --reporter=default --reporter=json --outputFile.json=/r/test.vitest.json',
      'vitest',
    ],
    ['npm run unit', '-- -- --json --outputFile=/r/test.jest.json', 'jest'],
    [
      'react-scripts test --watchAll',
      '-- --watch=false --watchAll=false --json --outputFile=/r/test.jest.json',
      'jest',
    ],
    ['ng test', '-- --watch=false', 'text'],
    ['karma start karma.conf.js', '-- --single-run', 'text'],
    ['karma start --single-run', undefined, 'text'],
    ['playwright test', '-- --reporter=list,json', 'playwright'],
    ['node --test', undefined, 'tap'],
    ['vitest run; echo done', undefined, 'text'],
    ['vitest run | tee log', undefined, 'text'],
    ['vitest run || true', undefined, 'text'],
    ['vitest run $FILES', undefined, 'text'],
    ['npm run unit -- --bail', undefined, 'text'],
    ['playwright test --reporter=html', undefined, 'text'],
    ['node test.js', undefined, 'text'],
    ['mocha', undefined, 'text'],
  ];
  test.each(RUNS)('%s', async (script, flags, source) => {
    verifies('runners.no-edit');
    const files = scripts({ test: script, unit: 'jest' });
    const [runner] = (await detect(files)).runners;
    if (!runner) throw new Error('no test command');
    const plan = planReport(runner, {
      scripts: readManifest(files['package.json'])?.scripts ?? new Map(),
      folder: '/r',
      nodeReporters: true,
      nodeOptions: '--max-old-space-size=512',
      pytestOptions: '',
    });
    expect(plan.argv.join(' ')).toBe(['npm run test', flags].filter(Boolean).join(' '));
    expect(plan.source).toBe(source);
    if (source === 'tap')
      expect(plan.env).toEqual({
        NODE_OPTIONS:
          '--max-old-space-size=512 --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="/r/test.tap"',
      });
  });
});

test.each([
  ['mocha --watch', false],
  ['mocha -w', false],
  ['ava --watch', false],
  ['node --test --watch', false],
  ['nodemon --exec mocha', false],
  ['cypress open', false],
  ['playwright test --ui', false],
  ['npx cross-env A=1 wtr --watch', false],
  ['npm run inner', false],
  ['rollup -c -w', false],
  ['turbo watch test', false],
  ['cross-env NODE_ENV=test webpack -w', false],
  ['rollup -c', true],
  ['mocha', true],
  ['mocha -w=false --watch-files src', true],
  ['vitest --watch', true],
  ['jest --watchAll', true],
  ['ng test', true],
  ['cypress run', true],
])('the script %j is run as a test: %s', async (line, runs) => {
  verifies('runners.ends');
  const { runners, leftOut } = await detect(scripts({ test: line, inner: 'ava --watch' }));
  expect(runners.map(({ name }) => name)).toEqual(runs ? ['test'] : []);
  const reason = `it watches and never ends (${line}); name a command that ends in runners.test.command`;
  expect(leftOut.map((one) => one.reason)).toEqual(runs ? [] : [reason]);
});

test.each([
  ['Watch mode enabled.', true],
  [' PASS  Waiting for file changes...\n       press h to show help, press q to quit', true],
  ['Found 0 errors. Watching for file changes.', true],
  ['TOTAL: 3 SUCCESS\nINFO [watcher]: watching for changes', true],
  ["Completed running 'test.js'. Waiting for graceful termination", true],
  ['Watch Usage\n › Press f to run only failed tests.\n › Press q to quit watch mode.', true],
  ['tests passed', false],
  ['watched 3 films', false],
])('the last words %j say that a command waits for changes: %s', (words, waits) => {
  verifies('runners.ends');
  expect(saysItWaits(words)).toBe(waits);
});
