import { Parser } from 'tap-parser';
import { z } from 'zod';
import type { ParsedReport } from './report.js';
import { placeIn } from './report.js';

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
