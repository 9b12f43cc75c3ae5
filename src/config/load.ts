import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { CodeloopError, isErrno } from '../core/errors.js';
import { nearestName } from '../core/nearest-name.js';
import { Config } from './schema.js';

/** Where a project keeps its settings, relative to its folder. */
export const CONFIG_FILE = '.codeloop/config.json';

/** The project's settings with defaults filled in; `undefined` when it has no configuration file. Throws CONFIG_INVALID. */
export async function loadConfig(projectDir: string): Promise<Config | undefined> {
  let text: string;
  try {
    text = await readFile(join(projectDir, CONFIG_FILE), 'utf8');
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw new CodeloopError(
      'CONFIG_INVALID',
      { file: CONFIG_FILE, problem: `cannot be read (${isErrno(error) ? error.code : String(error)})` },
      { cause: error },
    );
  }
  return parseConfig(text);
}

/** The settings written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with line, column and the nearest known name. */
export function parseConfig(text: string): Config {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first) {
    throw new CodeloopError('CONFIG_INVALID', {
      file: CONFIG_FILE,
      problem: `${position(text, first.offset)}: ${printParseErrorCode(first.error)}`,
      hint: 'Correct the JSON at that place; comments and trailing commas are allowed.',
    });
  }
  const result = Config.safeParse(value);
  if (!result.success)
    throw new CodeloopError('CONFIG_INVALID', {
      file: CONFIG_FILE,
      problem: result.error.issues.slice(0, 5).map(sentence).join('; '),
    });
  const names = new Set<string>();
  for (const screen of result.data.screens ?? []) {
    const name = screen.name.toLowerCase();
    if (names.has(name))
      throw new CodeloopError('CONFIG_INVALID', { file: CONFIG_FILE, problem: `screens has "${screen.name}" twice` });
    names.add(name);
    for (const viewport of screen.viewports ?? []) {
      if (!(viewport in result.data.viewports)) {
        throw new CodeloopError('CONFIG_INVALID', {
          file: CONFIG_FILE,
          problem: `screens "${screen.name}" names the viewport "${viewport}", which is not in viewports (${Object.keys(result.data.viewports).join(', ')})`,
        });
      }
    }
  }
  return result.data;
}

function sentence(issue: z.core.$ZodIssue): string {
  const where = issue.path.length > 0 ? issue.path.map(String).join('.') : 'the top level';
  if (issue.code === 'unrecognized_keys') {
    const parent = knownKeys(issue.path);
    return issue.keys
      .map((key) => {
        const near = nearestName(key, parent);
        return `unknown key "${key}" at ${where}${near ? `, did you mean "${near}"?` : parent.length > 0 ? ` (known: ${parent.join(', ')})` : ''}`;
      })
      .join('; ');
  }
  return `${where}: ${issue.message}`;
}

/** Keys that the schema knows at a path; follows objects, records, arrays and wrappers such as defaults. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = Config;
  for (const step of path) {
    schema = unwrap(schema);
    const shape = field(schema, 'shape');
    if (shape !== undefined && typeof step === 'string') schema = field(shape, step);
    else schema = field(schema, 'element') ?? field(field(schema, 'def'), 'valueType');
  }
  const shape = field(unwrap(schema), 'shape');
  return shape !== null && typeof shape === 'object' ? Object.keys(shape) : [];
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  for (
    let inner = field(field(current, 'def'), 'innerType');
    inner !== undefined;
    inner = field(field(current, 'def'), 'innerType')
  )
    current = inner;
  return current;
}

function field(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
