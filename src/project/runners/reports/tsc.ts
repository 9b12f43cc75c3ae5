import type { ParsedReport } from './report.js';

/** `file(line,column): error TS1234: words`, what tsc and vue-tsc print when no terminal listens; lines that follow indented belong to it. */
const DIAGNOSTIC = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*(?:\n {2,}.*)*)$/gm;
/** The form of `--pretty`: `file:line:column - error TS1234: words`. */
const PRETTY = /^(.+?):(\d+):(\d+) - error (TS\d+): (.*)$/gm;
/** An error of the whole program, without a place. */
const GLOBAL = /^error (TS\d+): (.*)$/gm;

/** The errors that a TypeScript compiler printed, wherever in the output; `undefined` when it printed none. */
export function parseTsc(text: string): ParsedReport | undefined {
  const plain = text.replaceAll('\r\n', '\n');
  const failures = [
    ...[...plain.matchAll(DIAGNOSTIC), ...plain.matchAll(PRETTY)].map(
      ([, file = '', line, column, name = '', message = '']) => ({
        name,
        message,
        file: file.trim(),
        line: Math.max(1, Number(line)),
        column: Math.max(1, Number(column)),
      }),
    ),
    ...[...plain.matchAll(GLOBAL)].map(([, name = '', message = '']) => ({ name, message })),
  ];
  return failures.length === 0 ? undefined : { failures, skipped: [] };
}
