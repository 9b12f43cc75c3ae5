import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { RunnerFailure } from '../../../core/vocabulary/runner.js';
import type { ParsedReport } from './report.js';
import { placeIn } from './report.js';

const Outcome = z.array(
  z.union([
    z.string(),
    z.object({ '@message': z.string().optional(), '@type': z.string().optional(), '#text': z.string().optional() }),
  ]),
);
const Case = z.object({
  '@name': z.string().default(''),
  '@classname': z.string().optional(),
  '@file': z.string().optional(),
  '@line': z.string().optional(),
  failure: Outcome.optional(),
  error: Outcome.optional(),
  skipped: Outcome.optional(),
});
const Suite = z.object({
  '@name': z.string().optional(),
  '@file': z.string().optional(),
  testcase: z.array(Case).default([]),
  get testsuite() {
    return z.array(SuiteOrText).default([]);
  },
});
type Suite = z.infer<typeof Suite>;
/** An element without attributes and children is read as text. */
const SuiteOrText = z.union([Suite, z.string()]);
const JunitReport = z.union([
  z.object({ testsuites: SuiteOrText }).transform(({ testsuites }) => [testsuites]),
  z.object({ testsuite: z.array(SuiteOrText) }).transform(({ testsuite }) => testsuite),
]);

/**
 * JUnit XML in the forms that pytest, node:test, biome and others write (there is no one schema): a case with `skipped` was
 * skipped whatever else it holds, one with `failure` or `error` failed. May stand after other output.
 */
export function parseJunit(text: string): ParsedReport | undefined {
  const start = /<\?xml|<testsuites?[\s/>]/.exec(text)?.index;
  if (start === undefined) return undefined;
  const report = JunitReport.safeParse(parseXml(text.slice(start)));
  if (!report.success) return undefined;
  const found: Found = { passed: 0, failures: [], skipped: [] };
  for (const suite of report.data) addSuite(suite, found);
  const { passed, failures, skipped } = found;
  return { counts: { passed, failed: failures.length, skipped: skipped.length }, failures, skipped };
}

interface Found {
  passed: number;
  failures: RunnerFailure[];
  skipped: string[];
}

function addSuite(suite: Suite | string, found: Found): void {
  if (typeof suite === 'string') return;
  for (const test of suite.testcase) {
    const name = [test['@classname'], test['@name']]
      .filter((part) => part !== undefined && part !== 'test')
      .join(' > ');
    const wrong = test.failure ?? test.error;
    if (test.skipped) found.skipped.push(name);
    else if (wrong) found.failures.push(failure(name, test, wrong, suite));
    else found.passed += 1;
  }
  for (const inner of suite.testsuite) addSuite(inner, found);
}

function failure(
  name: string,
  test: z.infer<typeof Case>,
  wrong: z.infer<typeof Outcome>,
  suite: Suite,
): RunnerFailure {
  const [first = ''] = wrong;
  const text = typeof first === 'string' ? first : (first['#text'] ?? '');
  const said = typeof first === 'string' ? '' : (first['@message'] ?? '');
  const message = text.includes(said) ? text : `${said}\n${text}`.trim();
  const line = Number(test['@line']);
  const file = test['@file'] ?? suite['@file'] ?? (line > 0 ? suite['@name'] : undefined);
  const place = file !== undefined && line > 0 ? { file, line } : (placeIn(message, file) ?? (file ? { file } : {}));
  return { name, message: message || 'It failed.', ...place };
}

function parseXml(text: string): unknown {
  // Entities of one's own making could blow a report up; no test tool declares any.
  const prolog = text.slice(0, text.search(/<testsuites?[\s/>]/));
  if (prolog.includes('<!DOCTYPE')) return undefined;
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => ['testsuite', 'testcase', 'failure', 'error', 'skipped'].includes(name),
  });
  try {
    const value: unknown = parser.parse(text, true);
    return value;
  } catch {
    return undefined; // cut off, or no XML: the caller falls back on what was printed
  }
}
