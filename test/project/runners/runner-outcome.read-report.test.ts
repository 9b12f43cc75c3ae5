import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReportSource } from '../../../src/core/vocabulary/runner.js';
import { reportParser } from '../../../src/project/runners/runner-outcome.js';
import { verifies } from '../../requirements.js';

const folder = path.join(import.meta.dirname, '../../fixtures/runners');

/** The report as its tool wrote it; only the project's folder was replaced by /project. */
const captured = (name: string) => readFileSync(path.join(folder, name), 'utf8');

async function parse(source: ReportSource, text: string) {
  return (await reportParser(source))?.(text);
}

type Counts = [passed: number, failed: number, skipped: number];
type Failure = [name: string, place: string, message: RegExp];

/** Every suite behind these has one test that passes, one that fails, one skipped, one to do, and what the tool has besides. */
const REPORTS: [
  source: ReportSource,
  file: string,
  counts: Counts | undefined,
  skipped: string[],
  failures: Failure[],
][] = [
  [
    'vitest',
    'vitest.json',
    [1, 2, 2],
    ['sum is skipped', 'sum is to do'],
    [
      ['/project/vt/broken.test.ts', '/project/vt/broken.test.ts', /^Cannot find module '.\/not-there.js'/],
      ['sum adds wrongly', '/project/vt/sum.test.ts:5:19', /^AssertionError: expected 2 to be 3/],
    ],
  ],
  ['vitest', 'vitest-none.json', [0, 0, 0], [], []],
  [
    'jest',
    'jest.json',
    [1, 2, 2],
    ['sum is skipped', 'sum is to do'],
    [
      ['sum adds wrongly', '/project/jt/sum.test.cjs:4:19', /Expected: 3\nReceived: 2/],
      ['/project/jt/broken.test.cjs', '/project/jt/broken.test.cjs', /cannot load/],
    ],
  ],
  ['jest', 'jest-none.json', [0, 0, 0], [], []],
  [
    'playwright',
    'playwright.json',
    [3, 1, 1],
    ['sum > is skipped'],
    [['sum > adds wrongly', '/project/pw/sum.spec.ts:5:19', /toBe/]],
  ],
  [
    'tap',
    'node.tap',
    [1, 1, 3],
    ['sum > is skipped', 'sum > is to do', 'fails as todo'],
    [['sum > adds wrongly', '/project/nt/sum.test.mjs:6:12', /^2 == 3\n/]],
  ],
  ['tap', 'tape.tap', [1, 1, 0], [], [['adds wrongly', '/project/tape.cjs:2:51', /^Error: adds wrongly/]]],
  [
    'junit',
    'node.junit.xml',
    [1, 1, 3],
    ['fails as todo', 'is skipped', 'is to do'],
    [['adds wrongly', '/project/nt/sum.test.mjs:6:12', /2 == 3/]],
  ],
  [
    'pytest',
    'pytest.junit.xml',
    [1, 1, 2],
    ['test_sum > test_skipped', 'test_sum > test_xfail'],
    [['test_sum > test_wrong', 'test_sum.py:4', /assert 1 \+ 1 == 3/]],
  ],
  ['pytest', 'pytest-none.junit.xml', [0, 0, 0], [], []],
  [
    'junit',
    'biome.junit.xml',
    [0, 2, 0],
    [],
    [
      [
        'org.biome.lint.correctness.noUnusedVariables',
        'es/bad.js:1',
        /^line 1, col 7, This variable unused is unused\.$/,
      ],
      ['org.biome.lint.suspicious.noDebugger', 'es/bad.js:3', /debugger statement/],
    ],
  ],
  [
    'go',
    'go.jsonl',
    [1, 1, 1],
    ['example.com/lamps TestSkipped'],
    [['example.com/lamps TestAddsWrongly/nested', 'lamps_test.go:14', /^lamps_test.go:14: 1 \+ 1 = 2, want 3$/]],
  ],
  ['go', 'go-broken.jsonl', [0, 1, 0], [], [['example.com/lamps', '', /The package did not build\.$/]]],
  [
    'cargo',
    'cargo.txt',
    [1, 1, 1],
    ['tests::skipped'],
    [['tests::adds_wrongly', 'src/lib.rs:6:25', /left: 2\n right: 3$/]],
  ],
  [
    'eslint',
    'eslint.json',
    undefined,
    [],
    [
      ['no-unused-vars', '/project/es/bad.js:1:7', /^'unused' is assigned a value but never used\.$/],
      ['no-undef', '/project/es/bad.js:2:30', /^'undefinedName' is not defined\.$/],
    ],
  ],
  [
    'tsc',
    'tsc.txt',
    undefined,
    [],
    [
      ['TS2322', 'ts/bad.ts:1:7', /^Type 'string' is not assignable to type 'number'\.$/],
      ['TS2339', 'ts/bad.ts:2:20', /^Property 'missing' does not exist on type 'number'\.$/],
    ],
  ],
];

test.each(REPORTS)('%s reads %s', async (source, file, counts, skipped, failures) => {
  verifies('runners.reports');
  const report = await parse(source, captured(file));
  expect(report?.counts).toEqual(counts && { passed: counts[0], failed: counts[1], skipped: counts[2] });
  expect(report?.skipped).toEqual(skipped);
  const places = report?.failures.map(({ name, file: at, line, column }) => [
    name,
    [at, line, column].filter(Boolean).join(':'),
  ]);
  expect(places).toEqual(failures.map(([name, place]) => [name, place]));
  for (const [index, [, , message]] of failures.entries()) expect(report?.failures[index]?.message).toMatch(message);
});

/** RSpec's documented form (rspec-core, `JsonFormatter`); written by hand, because there is no Ruby here. */
test('rspec_json reads the documented form, after other output', async () => {
  const text = `Coverage is on.\n${JSON.stringify({
    version: '3.13.0',
    examples: [
      { full_description: 'Sum adds', status: 'passed', file_path: './spec/sum_spec.rb', line_number: 2 },
      {
        full_description: 'Sum adds wrongly',
        status: 'failed',
        file_path: './spec/sum_spec.rb',
        line_number: 5,
        exception: { class: 'RSpec::Expectations::ExpectationNotMetError', message: '\nexpected: 3\n     got: 2\n' },
      },
      { full_description: 'Sum later', status: 'pending', file_path: './spec/sum_spec.rb', line_number: 9 },
    ],
    summary: { example_count: 3, failure_count: 1, pending_count: 1, errors_outside_of_examples_count: 0 },
  })}`;
  expect(await parse('rspec_json', text)).toEqual({
    counts: { passed: 1, failed: 1, skipped: 1 },
    failures: [{ name: 'Sum adds wrongly', message: 'expected: 3\n     got: 2', file: './spec/sum_spec.rb', line: 5 }],
    skipped: ['Sum later'],
  });
});

describe('what tools print at their end', () => {
  const SUMMARIES: [file: string, counts: Counts][] = [
    ['vitest.txt', [1, 1, 2]],
    ['vitest-none.txt', [0, 0, 0]],
    ['jest.txt', [1, 1, 2]],
    ['jest-none.txt', [0, 0, 0]],
    ['node.txt', [1, 1, 3]],
    ['playwright.txt', [3, 1, 1]],
    ['mocha.txt', [1, 1, 2]],
    ['pytest.txt', [1, 1, 2]],
    ['cargo.txt', [1, 1, 1]],
  ];
  test.each(SUMMARIES)('%s', async (file, [passed, failed, skipped]) => {
    verifies('runners.reports');
    expect((await parse('text', captured(`text/${file}`)))?.counts).toEqual({ passed, failed, skipped });
  });

  test.each([
    ['words of nobody', 'All is well.\n'],
    ['a number without a summary', 'Listening on 3000\n12 modules transformed\n'],
    ['nothing at all', ''],
  ])('%s: unknown, which is not zero', async (_what, text) => {
    expect(await parse('text', text)).toBeUndefined();
  });
});

describe('broken reports', () => {
  const SOURCES: ReportSource[] = [
    'vitest',
    'playwright',
    'eslint',
    'junit',
    'tap',
    'go',
    'cargo',
    'rspec_json',
    'tsc',
  ];
  test.each(SOURCES)('%s: no report, an empty one and another kind are not read as zero tests', async (source) => {
    expect(await parse(source, '')).toBeUndefined();
    expect(await parse(source, 'Segmentation fault')).toBeUndefined();
    expect(await parse(source, '{"half": ')).toBeUndefined();
  });

  test.each(['vitest.json', 'playwright.json', 'eslint.json', 'pytest.junit.xml'])(
    '%s cut off in its middle',
    async (file) => {
      const source = file.endsWith('.xml')
        ? 'junit'
        : file === 'eslint.json'
          ? 'eslint'
          : file === 'vitest.json'
            ? 'vitest'
            : 'playwright';
      const text = captured(file);
      expect(await parse(source, text.slice(0, Math.floor(text.length / 2)))).toBeUndefined();
    },
  );

  test('XML with entities of its own making is not read', async () => {
    const text =
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><testsuites><testsuite><testcase name="&a;"/></testsuite></testsuites>';
    expect(await parse('junit', text)).toBeUndefined();
  });

  test('a plan that was not kept is a failure', async () => {
    expect(await parse('tap', 'TAP version 13\n1..3\nok 1 - one\n')).toEqual({
      counts: { passed: 1, failed: 1, skipped: 0 },
      failures: [{ name: 'plan', message: 'incorrect number of tests' }],
      skipped: [],
    });
  });
});
