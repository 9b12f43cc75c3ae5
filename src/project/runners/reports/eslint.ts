import { z } from 'zod';
import { type ParsedReport, parseJson } from './report.js';

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
