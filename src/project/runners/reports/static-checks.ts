import { z } from 'zod';
import { type ParsedReport, parseJson } from './report.js';

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

/** ESLint's `json` formatter: one entry per file (LintResult of its Node API). Severity 2 is an error, 1 a warning. */
const EslintReport = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullish(),
        severity: z.number().int(),
        message: z.string(),
        line: z.number().int().nullish(),
        column: z.number().int().nullish(),
      }),
    ),
  }),
);

/** ESLint's errors with their places; its warnings are the exit code's business (`--max-warnings`). */
export function parseEslint(text: string): ParsedReport | undefined {
  const { success, data: report } = EslintReport.safeParse(parseJson(text));
  if (!success) return undefined;
  return {
    skipped: [],
    failures: report.flatMap(({ filePath, messages }) =>
      messages
        .filter(({ severity }) => severity === 2)
        .map(({ ruleId, message, line, column }) => ({
          name: ruleId ?? 'parse error',
          message,
          file: filePath,
          ...(line ? { line } : {}),
          ...(column ? { column } : {}),
        })),
    ),
  };
}
