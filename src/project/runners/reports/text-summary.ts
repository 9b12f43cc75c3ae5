import { stripVTControlCharacters } from 'node:util';
import { Parser } from 'tap-parser';
import { z } from 'zod';
import type { TestCounts } from '../../../core/vocabulary/runner.js';
import { type ParsedReport, placeIn } from './report.js';

/** The last line of each test binary; libtest has printed it so since Rust 1.0. */
const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm;
const FAILURE = /^---- (.+?) stdout ----\n([\s\S]*?)(?=^---- |^failures:)/gm;
const IGNORED = /^test (.+?) \.\.\. ignored/gm;

/** Parses the output of `cargo test`; `undefined` when no test binary finished. */
export function parseCargoTest(text: string): ParsedReport | undefined {
  const plain = text.replaceAll('\r\n', '\n');
  const results = [...plain.matchAll(RESULT)];
  if (results.length === 0) return undefined;
  const sum = (at: number) => results.reduce((total, result) => total + Number(result[at]), 0);
  return {
    counts: { passed: sum(1), failed: sum(2), skipped: sum(3) },
    failures: [...plain.matchAll(FAILURE)].map(([, name = '', output = '']) => {
      const message = (output.split(/^stack backtrace:/m)[0] ?? '').trim();
      return { name, message: message || 'It failed.', ...placeIn(message) };
    }),
    skipped: [...plain.matchAll(IGNORED)].map(([, name = '']) => name),
  };
}

/** Words by which test tools call an outcome. */
const WORDS: Readonly<Record<string, keyof TestCounts>> = {
  pass: 'passed',
  passed: 'passed',
  passing: 'passed',
  flaky: 'passed',
  xpassed: 'passed',
  fail: 'failed',
  failed: 'failed',
  failing: 'failed',
  error: 'failed',
  errors: 'failed',
  cancelled: 'failed',
  interrupted: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  todo: 'skipped',
  xfailed: 'skipped',
};
/** Sentences of tools that found nothing to run. */
const NOTHING =
  /^(?:No test files found|No tests? found|Error: No tests found|=*\s*no tests ran in|.*\bno tests to run\b)/im;

/**
 * The numbers in the summary that a known test tool prints at its end (vitest, jest, node:test, mocha, Playwright, pytest, cargo,
 * TAP); `undefined` when nothing is recognised, which is not the same as zero.
 */
export function parseTextSummary(output: string): ParsedReport | undefined {
  const text = stripVTControlCharacters(output).replaceAll('\r\n', '\n');
  const cargo = parseCargoTest(text);
  if (cargo) return cargo;
  if (/^TAP version 1[34]$/m.test(text)) return parseTap(text);
  const counts = jestLine(text) ?? nodeLines(text) ?? pytestLine(text) ?? countLines(text);
  if (counts) return { counts, failures: [], skipped: [] };
  return NOTHING.test(text) ? { counts: { passed: 0, failed: 0, skipped: 0 }, failures: [], skipped: [] } : undefined;
}

/** vitest `Tests  1 failed | 2 passed (3)`, jest `Tests:       1 failed, 2 passed, 3 total`; a file that could not be loaded counts. */
function jestLine(text: string): TestCounts | undefined {
  const tests = [...text.matchAll(/^\s*Tests:?\s+(\d+ \w+.*|no tests)$/gm)].at(-1)?.[1];
  if (tests === undefined) return undefined;
  const counts = countWords(tests);
  const files = [...text.matchAll(/^\s*Test (?:Files|Suites:)\s+(\d+) failed/gm)].at(-1)?.[1];
  return counts.failed === 0 && files !== undefined ? { ...counts, failed: Number(files) } : counts;
}

/** node:test `ℹ pass 2` (spec) and `# pass 2` (TAP), mocha-like tools too when they print one outcome to a line. */
function nodeLines(text: string): TestCounts | undefined {
  const lines = [...text.matchAll(/^[ℹ#] (tests|pass|fail|cancelled|skipped|todo) (\d+)$/gm)];
  if (!lines.some(([, word]) => word === 'tests')) return undefined;
  const last = lines.slice(lines.findLastIndex(([, word]) => word === 'tests'));
  return countWords(last.map(([, word, number]) => `${number} ${word}`).join(', '));
}

/** pytest `=== 1 failed, 2 passed, 1 skipped in 0.62s ===`. */
function pytestLine(text: string): TestCounts | undefined {
  const line = [...text.matchAll(/^=*\s*((?:\d+ \w+(?:, )?)+) in [\d.]+s.*$/gm)].at(-1)?.[1];
  return line === undefined ? undefined : countWords(line);
}

/** mocha `  2 passing (5ms)` and Playwright `  1 failed`, each outcome on a line of its own. */
function countLines(text: string): TestCounts | undefined {
  const lines = [
    ...text.matchAll(/^ {2}(\d+ (?:passing|failing|pending|passed|failed|flaky|skipped|interrupted|did not run))\b/gm),
  ].map(([, words = '']) => words);
  return lines.length === 0 ? undefined : countWords(lines.join(', ').replaceAll('did not run', 'skipped'));
}

function countWords(text: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, number, word = ''] of text.matchAll(/(\d+) ([a-z]+)/gi)) {
    const outcome = WORDS[word.toLowerCase()];
    if (outcome) counts[outcome] += Number(number);
  }
  return counts;
}

const Assert = z.object({
  ok: z.boolean(),
  name: z.string().default(''),
  skip: z.union([z.boolean(), z.string()]).default(false),
  todo: z.union([z.boolean(), z.string()]).default(false),
  diag: z.record(z.string(), z.unknown()).nullish(),
});
/** The parser's final event; an entry with `tapError` is no test. */
const Complete = z.object({ failures: z.array(z.object({ tapError: z.string().nullish() })) });

/**
 * TAP 12 to 14, after whatever was printed before it. Only leaves count: a test that groups subtests is as they are. What is to
 * do counts as skipped whether it failed or not, as the specification says. A broken plan or a bail-out is a failure.
 */
export function parseTap(text: string): ParsedReport | undefined {
  const start = /^(?:TAP version \d+|\d+\.\.\d+|(?:not )?ok\b)/m.exec(text)?.index;
  if (start === undefined) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: ParsedReport['failures'] = [];
  const skipped: string[] = [];
  for (const [event, value] of Parser.parse(text.slice(start), { flat: true })) {
    if (event === 'bailout') failures.push({ name: 'bail out', message: String(value) });
    const end = event === 'complete' ? Complete.safeParse(value) : undefined;
    for (const { tapError } of end?.data?.failures ?? [])
      if (tapError) failures.push({ name: 'plan', message: tapError });
    const assert = event === 'assert' ? Assert.safeParse(value) : undefined;
    if (!assert?.success) continue;
    const { ok, name, skip, todo, diag } = assert.data;
    if (skip !== false || todo !== false) {
      counts.skipped += 1;
      skipped.push(name);
    } else if (ok) counts.passed += 1;
    else failures.push({ name, ...told(diag ?? {}) });
  }
  return { counts: { ...counts, failed: failures.length }, failures, skipped };
}

/** Reads the YAML block below a failed test; its fields are conventions of node:test and tap. */
function told(diag: Record<string, unknown>): { message: string; file?: string; line?: number; column?: number } {
  const words = [diag.error, diag.message, diag.stack].filter((part) => typeof part === 'string');
  const location = typeof diag.location === 'string' ? diag.location : '';
  const stack = typeof diag.stack === 'string' ? diag.stack : '';
  return { message: words.join('\n') || 'It failed.', ...(placeIn(stack) ?? placeIn(location)) };
}
