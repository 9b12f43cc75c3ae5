import { parse } from 'yaml';
import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';

/** Parses a YAML file by its schema; a file with nothing but comments is an empty list. Throws CONFIG_INVALID with the place. */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const invalid = (problem: string) => new CodeloopError('CONFIG_INVALID', { file, problem });
  let value: unknown;
  try {
    // What is odd and can be read is no reason to print a warning of the library's own.
    value = parse(text, { logLevel: 'error' });
  } catch (error) {
    // Besides its own errors the library throws plain ones, for an alias of nothing and for one of too much.
    throw invalid((error instanceof Error ? error.message.split('\n')[0] : undefined) ?? 'is not YAML');
  }
  const read = schema.safeParse(value ?? []);
  if (read.success) return read.data;
  throw invalid(z.prettifyError(read.error).split('\n').slice(0, 4).join(' '));
}
