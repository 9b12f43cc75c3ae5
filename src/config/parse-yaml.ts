import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';

/** What a YAML file says, by its schema; a file with nothing but comments is an empty list. Throws CONFIG_INVALID with the place. */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const invalid = (problem: string) => new CodeloopError('CONFIG_INVALID', { file, problem });
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof YAMLParseError) throw invalid(error.message.split('\n')[0] ?? 'is not YAML');
    throw error;
  }
  const read = schema.safeParse(value ?? []);
  if (read.success) return read.data;
  throw invalid(z.prettifyError(read.error).split('\n').slice(0, 4).join(' '));
}
