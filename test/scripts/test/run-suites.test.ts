import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifies } from '../../requirements.js';

const module = pathToFileURL(path.join(import.meta.dirname, '../../../scripts/test/run-suites.mjs')).href;
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'codeloop-suites-'));
  writeFileSync(path.join(root, 'ok.mjs'), "console.log('fine');");
  writeFileSync(path.join(root, 'bad.mjs'), "console.log('broken'); process.exit(3);");
  writeFileSync(path.join(root, 'given.mjs'), "console.log('given', ...process.argv.slice(2));");
  writeFileSync(
    path.join(root, 'reports.mjs'),
    'import { writeFileSync } from \'node:fs\'; writeFileSync(\'test-results/r.json\', \'{"passed":4,"failed":0,"skipped":2}\');',
  );
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs suites as `npm test` does, in a process of their own. `suites` is JavaScript. */
function run(suites: string, options = '{}') {
  const code = `import { runSuites } from '${module}';
    const report = { file: 'test-results/r.json', count: (counts) => counts };
    process.exitCode = (await runSuites(${JSON.stringify(root)}, ${suites}, ${options})) ? 0 : 1;`;
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return { code: result.status, lines: result.stdout.trimEnd().split('\n') };
}

/**
 * A suite of three tests, as JavaScript, of which those named fail: all of them in the first run, only `stillFailing` in a second one.
 * It says which files it was given.
 */
function suite({ failing, stillFailing = [] }: { failing: string[]; stillFailing?: string[] }): string {
  const program = `import { existsSync, writeFileSync } from 'node:fs';
    const failing = existsSync('again') ? ${JSON.stringify(stillFailing)} : ${JSON.stringify(failing)};
    console.log('ran', ...process.argv.slice(2));
    writeFileSync('again', '');
    writeFileSync('test-results/r.json', JSON.stringify({ failing }));
    process.exitCode = failing.length > 0 ? 1 : 0;`;
  rmSync(path.join(root, 'again'), { force: true });
  writeFileSync(path.join(root, 'suite.mjs'), program);
  return `{ name: 's', command: ['suite.mjs'], alone: ['--alone'], report: {
    file: 'test-results/r.json',
    count: ({ failing }) => ({ passed: 5 - failing.length, failed: failing.length, skipped: 0 }),
    failures: ({ failing }) => failing.map((one) => ({ file: one.split(' > ')[0], name: one.split(' > ')[1], said: 'no' })),
  } }`;
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

test('an interruption is passed on to what runs, and nothing begins after it', () => {
  writeFileSync(
    path.join(root, 'long.mjs'),
    `process.once('SIGINT', () => { console.log('long was told'); process.exit(); });
    setInterval(() => undefined, 1000);
    process.kill(process.ppid, 'SIGINT');`,
  );
  writeFileSync(
    path.join(root, 'other.mjs'),
    `process.once('SIGINT', () => { console.log('other was told'); process.exit(); }); setInterval(() => undefined, 1000);`,
  );
  const { code, lines } = run(
    "[{ name: 'a', command: ['long.mjs'] }, { name: 'b', command: ['other.mjs'], beside: 'a' }, { name: 'c', command: ['ok.mjs'] }]",
  );
  expect([code, lines.at(-1), lines.includes('fine')]).toEqual([130, 'long was told', false]);
});

test('what failed is said again near the end, where a cut log keeps it', () => {
  const { lines } = run(
    `[${suite({ failing: ['a > 1', 'a > 2', 'a > 3', 'a > 4'] })}, { name: 'c', command: ['ok.mjs'] }]`,
  );
  for (const name of ['a > 1', 'a > 4']) expect(lines.indexOf(name)).toBeGreaterThan(lines.lastIndexOf('fine'));
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

describe('a test that fails once and passes alone right after', () => {
  const flaky = (line: string) => `flaky ${line}`;

  test('is named in the line before the sum, and does not fail the run', () => {
    verifies('house.flaky-told');
    const { code, lines } = run(`[${suite({ failing: ['a > 1'] })}]`);
    expect(lines).toContain('ran --alone a');
    expect(lines.slice(-2)).toEqual([
      flaky('1: a > 1 (failed once, passed alone; no earlier run is remembered here, so it may not be the first time)'),
      '5 passed, 0 failed, 0 skipped',
    ]);
    expect(code).toBe(0);
  });

  test('fails the run when it was flaky before, and another one does not', () => {
    verifies('house.flaky-told');
    run(`[${suite({ failing: ['a > 1'] })}]`);
    const other = run(`[${suite({ failing: ['b > 2'] })}]`);
    expect(other.lines.slice(-2)).toEqual([
      flaky('1: b > 2 (failed once, passed alone; the first time: it does not fail the run)'),
      '5 passed, 0 failed, 0 skipped',
    ]);
    expect(other.code).toBe(0);
    const same = run(`[${suite({ failing: ['a > 1'] })}]`);
    expect(same.lines.at(-2)).toMatch(/^flaky 1: a > 1 \(failed once, .*this fails the run: it was flaky before, on 2/);
    expect([same.lines.at(-1), same.code]).toEqual(['4 passed, 1 failed, 0 skipped', 1]);
  });

  test('fails the run when it is one of two', () => {
    verifies('house.flaky-told');
    const { code, lines } = run(`[${suite({ failing: ['a > 1', 'b > 2'] })}]`);
    expect(lines.slice(-2)).toEqual([
      flaky('2: a > 1; b > 2 (failed once, passed alone; this fails the run: 2 in one run)'),
      '3 passed, 2 failed, 0 skipped',
    ]);
    expect(code).toBe(1);
  });
});

test.each([
  ['one that fails again', { failing: ['a > 1'], stillFailing: ['a > 1'] }, '4 passed, 1 failed, 0 skipped'],
  [
    'one whose file breaks',
    { failing: ['a > 1'], stillFailing: ['a > (before its first test)'] },
    '4 passed, 2 failed',
  ],
  ['four at once', { failing: ['a > 1', 'a > 2', 'a > 3', 'a > 4'] }, '1 passed, 4 failed, 0 skipped'],
])('what is no accident has failed, and nothing is called flaky: %s', (_what, tests, sum) => {
  const { code, lines } = run(`[${suite(tests)}]`);
  expect(lines.at(-1)).toContain(sum);
  expect(lines.filter((line) => line.startsWith('flaky'))).toEqual([]);
  expect(code).toBe(1);
});

test('a sample that did not hold is told with its seed, and one that held is not', () => {
  const told = (suites: string) => run(suites, "{ sample: '7' }").lines.filter((line) => line.includes('seed'));
  expect(told("[{ name: 'a', command: ['bad.mjs'] }]")).toEqual([
    'The sample of seed 7: CODELOOP_TEST_SEED=7 npm test takes the same again.',
  ]);
  expect(told("[{ name: 'a', command: ['ok.mjs'] }]")).toEqual([]);
});

test('the report of the first run stays, that of the second lies beside it', () => {
  run(`[${suite({ failing: ['a > 1'] })}]`);
  const read = (name: string) => JSON.parse(readFileSync(path.join(root, 'test-results', name), 'utf8'));
  expect([read('r.json'), read('r-again.json')]).toEqual([{ failing: ['a > 1'] }, { failing: [] }]);
});

test('of a change only the files that it reaches are run', () => {
  const files = "files: (file) => file.endsWith('.a')";
  const { code, lines } = run(
    `[{ name: 'a', command: ['given.mjs'], ${files} }, { name: 'b', command: ['given.mjs'], files: () => false }]`,
    "{ reached: ['x.a', 'y.b'] }",
  );
  expect(lines).toContain('given x.a');
  expect(lines).toContain('  b: not run, the change reaches none of its files');
  expect([lines.at(-1), code]).toEqual(['1 passed, 0 failed, 0 skipped', 0]);
});

describe('a suite that goes beside another', () => {
  const waits = (name: string, other: string) => {
    const program = `import { existsSync, writeFileSync } from 'node:fs';
      writeFileSync('test-results/${name}-is-here', '');
      const look = () => existsSync('test-results/${other}-is-here') ? console.log('${name} met ${other}') : setTimeout(look, 5);
      look();`;
    writeFileSync(path.join(root, `${name}.mjs`), program);
    return `command: ['${name}.mjs']`;
  };

  test('runs at the same time, and is shown after it', () => {
    verifies('house.one-sum');
    const { code, lines } = run(`[{ name: 'a', ${waits('a', 'b')} },
      { name: 'b', ${waits('b', 'a')}, beside: 'a' }, { name: 'c', command: ['ok.mjs'] }]`);
    const said = ['── a ── (beside it b, shown after it)', 'a met b', '── b ──', 'b met a', '── c ──', 'fine'];
    expect(lines.filter((line) => said.includes(line))).toEqual(said);
    expect([lines.at(-1), code]).toEqual(['3 passed, 0 failed, 0 skipped', 0]);
  });

  test('runs by itself where that one does not', () => {
    const { code, lines } = run("[{ name: 'b', command: ['given.mjs'], beside: 'a' }]");
    expect(lines).toContain('given');
    expect([lines.at(-1), code]).toEqual(['1 passed, 0 failed, 0 skipped', 0]);
  });

  test('is run again alone, when both have ended', () => {
    verifies('house.flaky-told');
    const flaky = suite({ failing: ['a > 1'] }).replace('{', "{ beside: 'slow',");
    writeFileSync(
      path.join(root, 'slow.mjs'),
      `import { existsSync } from 'node:fs';
      const look = () => existsSync('again') ? console.log('slow has ended') : setTimeout(look, 5);
      look();`,
    );
    const { code, lines } = run(`[{ name: 'slow', command: ['slow.mjs'] }, ${flaky}]`);
    const said = ['slow has ended', 'ran', 'ran --alone a'];
    expect(lines.filter((line) => said.includes(line))).toEqual(said);
    expect([lines.at(-1), code]).toEqual(['6 passed, 0 failed, 0 skipped', 0]);
  });
});
