import { z } from 'zod';
import { type ParsedReport, parseJson } from './report.js';

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
