import type { RunnerFailure, TestCounts } from '../../../core/vocabulary/runner.js';

/** A tool's report as written: paths may be absolute, texts are neither bounded nor masked. */
export interface ParsedReport {
  /** Absent where the tool counts no tests (a linter) or its words do not tell. */
  counts?: TestCounts;
  failures: RunnerFailure[];
  /** Names of tests that were skipped or are still to do. */
  skipped: string[];
}

/** Reads a report; `undefined` when the text is not one of its kind, or is cut off. */
export type ReportParser = (text: string) => ParsedReport | undefined;

/** The value of a JSON text, `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // cut off, or not JSON: the caller falls back on what was printed
  }
}
