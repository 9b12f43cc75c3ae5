import type { RunnerFailure, TestCounts } from '../../../core/vocabulary/runner.js';

/** A place in a source file; line and column from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** `path.ext:line[:column]`, plain or as a file address, as V8, Python, Rust and Go print it. */
const PLACE = /(?:^|[\s("'])((?:file:\/\/)?(?:[A-Za-z]:)?[^\s()"':]+\.[A-Za-z]{1,5}):(\d+)(?::(\d+))?/gm;
/** Frames of the tools themselves. */
const FOREIGN = /node_modules|^node:|^\/rustc\/|site-packages|^\/usr\/(?:lib|local\/go)\//;

/** The first place in a stack or message that is not the test tool's own; in `prefer` (a file) if there is one. */
export function placeIn(text: string, prefer?: string): Place | undefined {
  const places = [...text.matchAll(PLACE)].flatMap(([, path = '', line, column]) => {
    const file = path.startsWith('file://') ? decodePath(path.slice('file://'.length)) : path;
    if (FOREIGN.test(file) || Number(line) < 1) return [];
    return [{ file, line: Number(line), ...(Number(column) > 0 ? { column: Number(column) } : {}) }];
  });
  return places.find(({ file }) => file === prefer) ?? places[0];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray % is part of the name
  }
}

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
