import { z } from 'zod';
import type { RunnerFailure } from '../../../core/vocabulary/runner.js';
import { type ParsedReport, parseJson, placeIn } from './report.js';

const Assertion = z.object({
  fullName: z.string(),
  status: z.string(),
  failureMessages: z.array(z.string()).nullish(),
});
/** The fields that `jest --json` and vitest's `json` reporter share (jest: AggregatedResult; vitest writes the same shape). */
const JestReport = z.object({
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  numPendingTests: z.number().int(),
  numTodoTests: z.number().int().default(0),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(Assertion),
    }),
  ),
});

/** Jest's and vitest's JSON. A file that could not be loaded counts as one failed test: whatever it holds did not run. */
export function parseJest(text: string): ParsedReport | undefined {
  const { success, data: report } = JestReport.safeParse(parseJson(text));
  if (!success) return undefined;
  const failures = report.testResults.flatMap((suite): RunnerFailure[] => {
    const failed = suite.assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0 && suite.status === 'failed')
      return [{ name: suite.name, message: suite.message || 'The file could not be run.', file: suite.name }];
    return failed.map((test) => {
      const message = test.failureMessages?.join('\n') ?? '';
      return { name: test.fullName, message, file: suite.name, ...placeIn(message, suite.name) };
    });
  });
  const lost = failures.length - report.testResults.flatMap((suite) => suite.assertionResults).filter(isFailed).length;
  return {
    counts: {
      passed: report.numPassedTests,
      failed: report.numFailedTests + lost,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    failures,
    skipped: report.testResults
      .flatMap((suite) => suite.assertionResults)
      .filter(({ status }) => ['pending', 'skipped', 'todo', 'disabled'].includes(status))
      .map((test) => test.fullName),
  };
}

function isFailed({ status }: z.infer<typeof Assertion>): boolean {
  return status === 'failed';
}

/** RSpec's `json` formatter (RSpec::Core::Formatters::JsonFormatter). */
const RspecReport = z.object({
  examples: z.array(
    z.object({
      full_description: z.string(),
      status: z.string(),
      file_path: z.string().optional(),
      line_number: z.number().int().positive().optional(),
      exception: z.object({ message: z.string() }).nullish(),
    }),
  ),
  summary: z.object({ errors_outside_of_examples_count: z.number().int().default(0) }),
  messages: z.array(z.string()).optional(),
});

/** RSpec's JSON, which may stand after other output. An error outside of examples counts as one failed test. */
export function parseRspec(text: string): ParsedReport | undefined {
  const { success, data: report } = RspecReport.safeParse(
    parseJson(text.slice(Math.max(0, text.indexOf('{"version"')))),
  );
  if (!success) return undefined;
  const having = (status: string) => report.examples.filter((example) => example.status === status);
  const outside = report.summary.errors_outside_of_examples_count;
  return {
    counts: {
      passed: having('passed').length,
      failed: having('failed').length + outside,
      skipped: having('pending').length,
    },
    failures: [
      ...having('failed').map((example) => ({
        name: example.full_description,
        message: example.exception?.message.trim() ?? 'It failed.',
        ...(example.file_path === undefined ? {} : { file: example.file_path }),
        ...(example.line_number === undefined ? {} : { line: example.line_number }),
      })),
      ...(outside > 0 ? [{ name: 'outside of examples', message: report.messages?.join('\n') ?? 'It failed.' }] : []),
    ],
    skipped: having('pending').map((example) => example.full_description),
  };
}

const Problem = z.object({
  message: z.string().optional(),
  value: z.string().optional(),
  location: z.object({ file: z.string(), line: z.number().int(), column: z.number().int() }).optional(),
});
const Test = z.object({
  projectName: z.string().default(''),
  status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
  results: z.array(z.object({ status: z.string().optional(), errors: z.array(Problem).default([]) })),
});
const Spec = z.object({ title: z.string(), file: z.string(), line: z.number().int(), tests: z.array(Test) });
const Suite = z.object({
  title: z.string(),
  specs: z.array(Spec).default([]),
  get suites() {
    return z.array(Suite).default([]);
  },
});
type Suite = z.infer<typeof Suite>;
/** `JSONReport` of playwright/types/testReporter.d.ts. */
const PlaywrightReport = z.object({
  config: z.object({ rootDir: z.string().optional() }).default({}),
  suites: z.array(Suite),
  errors: z.array(Problem).default([]),
});

/** Playwright's JSON. A test that was only right at a later try counts as passed; an error outside of tests as one failed. */
export function parsePlaywright(text: string): ParsedReport | undefined {
  const { success, data: report } = PlaywrightReport.safeParse(parseJson(text));
  if (!success) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: RunnerFailure[] = [];
  const skipped: string[] = [];
  const root = report.config.rootDir;
  const walk = (suite: Suite, above: readonly string[]) => {
    for (const spec of suite.specs) {
      for (const test of spec.tests) {
        const name = [...(test.projectName ? [test.projectName] : []), ...above, spec.title].join(' > ');
        counts[OUTCOMES[test.status]] += 1;
        if (test.status === 'skipped') skipped.push(name);
        if (test.status === 'unexpected') {
          const file = root === undefined ? spec.file : `${root}/${spec.file}`;
          failures.push({ name, file, line: spec.line, ...failureOf(test.results.at(-1)?.errors[0]) });
        }
      }
    }
    for (const inner of suite.suites) walk(inner, [...above, inner.title]);
  };
  for (const file of report.suites) walk(file, []);
  for (const error of report.errors) {
    counts.failed += 1;
    failures.push({ name: 'outside of tests', ...failureOf(error) });
  }
  return { counts, failures, skipped };
}

const OUTCOMES = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' } as const;

function failureOf(
  problem: z.infer<typeof Problem> | undefined,
): Pick<RunnerFailure, 'message'> & Partial<RunnerFailure> {
  const message = problem?.message ?? problem?.value ?? 'It ended otherwise than expected.';
  const { file, line, column } = problem?.location ?? {};
  if (file === undefined || line === undefined || line < 1) return { message };
  return { message, file, line, ...(column === undefined || column < 1 ? {} : { column }) };
}

/** One line of `go test -json` (TestEvent of `go doc test2json`). */
const Event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
});

/** `go test -json`. Subtests count, what only groups them does not; a package that does not build counts as one failed test. */
export function parseGoTest(text: string): ParsedReport | undefined {
  const tests = new Map<string, { outcome?: string; output: string }>();
  const packages = new Map<string, { failed: boolean; output: string }>();
  const broken = new Set<string>();
  let events = 0;
  for (const line of text.split('\n')) {
    const { success, data: event } = Event.safeParse(line.startsWith('{') ? parseJson(line) : undefined);
    const notBuilt = /^FAIL\t(\S+) \[(?:build|setup) failed\]/.exec(success ? (event.Output ?? '') : line)?.[1];
    if (notBuilt !== undefined) broken.add(notBuilt);
    if (!success) continue;
    events += 1;
    const { Action: action, Package: name = '', Test: test } = event;
    const known = test === undefined ? packageOf(packages, name) : testOf(tests, `${name} ${test}`);
    if (action === 'output') known.output += event.Output ?? '';
    else if (['pass', 'fail', 'skip'].includes(action)) {
      if ('failed' in known) known.failed = action === 'fail';
      else known.outcome = action;
    }
  }
  if (events === 0 && broken.size === 0) return undefined;
  const leaves = [...tests].filter(([name]) => ![...tests.keys()].some((other) => other.startsWith(`${name}/`)));
  const names = (outcome: string) => leaves.filter(([, test]) => test.outcome === outcome);
  const failures: RunnerFailure[] = names('fail').map(([name, { output }]) => failure(name, output));
  for (const [name, { failed, output }] of packages) {
    const explained = failures.some((one) => one.name.startsWith(`${name} `));
    if (failed && !explained && !broken.has(name)) failures.push(failure(name, output));
  }
  for (const name of broken)
    failures.push(failure(name, `${packages.get(name)?.output ?? ''}The package did not build.`));
  return {
    counts: { passed: names('pass').length, failed: failures.length, skipped: names('skip').length },
    failures,
    skipped: names('skip').map(([name]) => name),
  };
}

function packageOf(all: Map<string, { failed: boolean; output: string }>, name: string) {
  const known = all.get(name) ?? { failed: false, output: '' };
  all.set(name, known);
  return known;
}

function testOf(all: Map<string, { outcome?: string; output: string }>, name: string) {
  const known = all.get(name) ?? { output: '' };
  all.set(name, known);
  return known;
}

function failure(name: string, output: string): RunnerFailure {
  const message = output
    .split('\n')
    .filter((line) => !/^\s*(?:=== |--- )/.test(line))
    .join('\n')
    .trim();
  return { name, message: message || 'It failed.', ...placeIn(output) };
}
