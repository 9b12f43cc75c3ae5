import { join } from 'node:path';
import { createScanner, type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { CodeloopError, isErrno } from '../core/errors.js';
import { nearestName } from '../core/ids.js';
import { readText } from '../core/path-walls.js';
import { Config } from './schema.js';

/**
 * Settings written in `text` (JSON with comments and trailing commas) as their schema lets them through. `file` is for messages.
 * `spelt` puts a short spelling into the one that the schema has. Throws CONFIG_INVALID with line and column, or with the place of a wrong value and the known name nearest to an unknown one.
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  file: string,
  spelt: (value: unknown) => unknown = (value) => value,
): z.output<Schema> {
  const odd = oddlyWritten(text);
  if (odd)
    throw new CodeloopError('CONFIG_INVALID', { file, problem: `${position(text, odd.offset)}: ${odd.problem}` });
  const errors: ParseError[] = [];
  const written: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first) {
    throw new CodeloopError('CONFIG_INVALID', {
      file,
      problem: `${position(text, first.offset)}: ${printParseErrorCode(first.error)}`,
      hint: 'Correct the JSON at that place; comments and trailing commas are allowed.',
    });
  }
  const result = schema.safeParse(spelt(written));
  if (!result.success)
    throw new CodeloopError('CONFIG_INVALID', {
      file,
      problem: result.error.issues
        .slice(0, 5)
        .map((issue) => sentence(schema, issue))
        .join('; '),
    });
  return result.data;
}

/** Levels of settings; whoever reads a text that is nested thousands deep runs out of stack. */
const MOST_LEVELS = 100;

/** What a parser reads in another way than it is meant: a key that is there twice, one that stands for no setting, levels without end. */
function oddlyWritten(text: string): { problem: string; offset: number } | undefined {
  const scanner = createScanner(text.replace(/^\uFEFF/, ' '), true);
  const levels: Set<string>[] = [];
  let [word, at] = ['', 0];
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    const sign = text[offset];
    if (sign === '{' || sign === '[') {
      if (levels.push(new Set()) > MOST_LEVELS)
        return { problem: `nested more than ${MOST_LEVELS} levels deep`, offset };
    } else if (sign === '}' || sign === ']') levels.pop();
    else if (sign === '"') [word, at] = [scanner.getTokenValue(), offset];
    else if (sign === ':') {
      const keys = levels.at(-1);
      if (word === '__proto__') return { problem: 'the key "__proto__" is no setting', offset: at };
      if (keys?.has(word)) return { problem: `the key "${word}" is there twice`, offset: at };
      keys?.add(word);
    }
  }
  return undefined;
}

function sentence(schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const where = issue.path.length > 0 ? issue.path.map(String).join('.') : 'the top level';
  if (issue.code === 'unrecognized_keys') {
    const parent = knownKeys(schema, issue.path);
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
function knownKeys(top: z.ZodType, path: readonly PropertyKey[]): string[] {
  let schema: unknown = top;
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

/** File of a project's settings, relative to its folder. */
export const CONFIG_FILE = '.codeloop/config.json';
/** File in which a person lists the accepted violations, relative to the project. `codeloop findings accept` adds to it, for a person only. */
export const ACCESSIBILITY_BASELINE_FILE = '.codeloop/accessibility.json';
/** Where a person writes down the layouts that are meant as they are, relative to the project. `codeloop findings accept` adds to it, for a person only. */
export const LAYOUT_BASELINE_FILE = '.codeloop/layout.json';
/** Folder of a project's acceptance criteria, relative to it. */
export const ACCEPTANCE_DIR = 'docs/acceptance';

/** The project's settings with defaults filled in; `undefined` when it has no configuration file. Throws CONFIG_INVALID. */
export async function loadConfig(projectDir: string): Promise<Config | undefined> {
  const text = await readSettings(projectDir, CONFIG_FILE);
  return text === undefined ? undefined : parseConfig(text);
}

/** The text of a settings file of a project; `undefined` when it is not there. Throws CONFIG_INVALID when it cannot be read. */
export async function readSettings(projectDir: string, file: string): Promise<string | undefined> {
  try {
    return await readText(join(projectDir, file));
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw new CodeloopError(
      'CONFIG_INVALID',
      { file, problem: `cannot be read (${isErrno(error) ? error.code : String(error)})` },
      { cause: error },
    );
  }
}

/** The settings written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with line, column and the nearest known name. */
export function parseConfig(text: string): Config {
  const config = withStories(parseSettings(Config, text, CONFIG_FILE, screensSpelt));
  const names = new Set<string>();
  for (const screen of config.screens ?? []) {
    const name = screen.name.toLowerCase();
    if (names.has(name))
      throw new CodeloopError('CONFIG_INVALID', { file: CONFIG_FILE, problem: `screens has "${screen.name}" twice` });
    names.add(name);
    for (const viewport of screen.viewports ?? []) {
      if (!(viewport in config.viewports)) {
        throw new CodeloopError('CONFIG_INVALID', {
          file: CONFIG_FILE,
          problem: `screens "${screen.name}" names the viewport "${viewport}", which is not in viewports (${Object.keys(config.viewports).join(', ')})`,
        });
      }
    }
  }
  return config;
}

/** `screens: { storybook: … }` is short for `screens: []` with `stories`. */
function screensSpelt(value: unknown): unknown {
  const screens: unknown = Reflect.get(Object(value), 'screens');
  if (screens === null || typeof screens !== 'object' || Array.isArray(screens)) return value;
  return { ...Object(value), screens: [], stories: screens };
}

/** The settings with the server that stories come from, where they name none: the built folder, or the address. Throws CONFIG_INVALID. */
function withStories(config: Config): Config {
  const { stories, server, viewports } = config;
  if (stories === undefined) return config;
  const unknown = stories.viewports?.find((name) => !(name in viewports));
  if (unknown !== undefined)
    throw new CodeloopError('CONFIG_INVALID', {
      file: CONFIG_FILE,
      problem: `stories names the viewport "${unknown}", which is not in viewports (${Object.keys(viewports).join(', ')})`,
    });
  const isUrl = /^https?:/i.test(stories.storybook);
  if (isUrl && server.static === undefined)
    return { ...config, server: { ...server, url: server.url ?? stories.storybook.replace(/\/?$/, '/') } };
  if (!isUrl && server.command === undefined && server.url === undefined && server.static === undefined)
    return { ...config, server: { ...server, static: stories.storybook } };
  return config;
}
