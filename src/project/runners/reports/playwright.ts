import { z } from 'zod';
import type { RunnerFailure } from '../../../core/vocabulary/runner.js';
import { type ParsedReport, parseJson } from './report.js';

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
