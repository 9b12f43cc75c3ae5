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
