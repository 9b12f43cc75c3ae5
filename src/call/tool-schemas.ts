import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { nearestName } from '../core/ids.js';
import { VERSION } from '../core/version.js';
import type { Door, Tool } from './define-tool.js';

/** A JSON Schema of an object, as it is published: no `$schema`, because only keywords that draft 7 and 2020-12 share are used. */
export interface ObjectSchema {
  [keyword: string]: unknown;
  type: 'object';
  properties: Record<string, FieldSchema>;
  required?: string[];
}

/** The parts of a field's JSON Schema that a door reads; the rest is for clients. */
export interface FieldSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
}

const inputs: Readonly<Record<Door, WeakMap<Tool, ObjectSchema>>> = {
  mcp: new WeakMap(),
  cli: new WeakMap(),
  review: new WeakMap(),
};
const results = new WeakMap<Tool, ObjectSchema>();

/** JSON Schema of a tool's arguments as they are given by a door: fields with a default are not required. Made once per tool. */
export function inputSchema(tool: Tool, door: Door = 'cli'): ObjectSchema {
  return cached(
    inputs[door],
    tool,
    () =>
      (door === 'cli' ? recordedTools().flags[tool.name] : undefined) ??
      publish(tool.input.pick(picked(fieldsOf(tool, door))), 'input'),
  );
}

/** Name of a tool → the schema of its arguments in the terminal. */
type Flags = Readonly<Record<string, ObjectSchema>>;

/** A tool as a line to type names it. */
export interface CommandName {
  name: string;
  command: { name: string; positionals?: readonly string[] };
}

/** The part of the tools that the build wrote beside the bundle (`dist/flags.json`); empty from source. */
interface Recorded {
  flags: Flags;
  commands: readonly CommandName[];
}

let recorded: Recorded | undefined;

/** The commands of all tools of the terminal, as the build wrote them, so that a suggested call becomes a line without loading its tool; empty from source. */
export function recordedCommands(): readonly CommandName[] {
  return recordedTools().commands;
}

/** What the build made of the tools' schemas, so that a command need not load zod. */
function recordedTools(): Recorded {
  if (recorded) return recorded;
  recorded = { flags: {}, commands: [] };
  for (const up of ['./', '../'])
    try {
      const path = fileURLToPath(new URL(`${up}flags.json`, import.meta.url));
      // Our own file, beside our own code: who can write the one can write the other.
      const { version, ...tools } = JSON.parse(readFileSync(path, 'utf8')) as Recorded & { version: string };
      if (version === VERSION) recorded = tools;
      break;
    } catch {
      // Not there, or half of one: the schemas are made here.
    }
  return recorded;
}

/** Names of the input fields that a door offers. */
export function fieldsOf(tool: Tool, door: Door): string[] {
  const only = door !== 'mcp' ? [] : (tool.command.only ?? []);
  return Object.keys(tool.input.shape).filter((field) => !only.includes(field));
}

function picked(fields: readonly string[]): Record<string, true> {
  return Object.fromEntries(fields.map((field) => [field, true]));
}

/** JSON Schema of a tool's result exactly as the dispatcher validates it. Made once per tool. */
export function resultSchema(tool: Tool): ObjectSchema {
  return cached(results, tool, () => publish(tool.output, 'output'));
}

function cached(cache: WeakMap<Tool, ObjectSchema>, tool: Tool, make: () => ObjectSchema): ObjectSchema {
  const known = cache.get(tool);
  if (known) return known;
  const made = make();
  cache.set(tool, made);
  return made;
}

function publish(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The bounds of every safe integer say nothing to a caller and cost tokens in each tool.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // So does the rule that an object's keys are texts.
      if (JSON.stringify(jsonSchema.propertyNames) === '{"type":"string"}') delete jsonSchema.propertyNames;
    },
  });
  // An object schema of zod always becomes this shape; its fields' keywords are a superset of FieldSchema.
  const object = rest as ObjectSchema;
  return io === 'input' ? { ...object, additionalProperties: false } : object;
}

/** The tool that a person means by a name: the tool's own, with or without `codeloop_`, or its command's. */
export function namedTool(name: string, tools: readonly Tool[]): Tool | undefined {
  const plain = name.replaceAll('-', '_');
  return tools.find((tool) => [plain, `codeloop_${plain}`].includes(tool.name) || tool.command.name === name);
}

/** Arguments that must be given: a field with a default need not be. */
export function requiredOf(tool: Tool): readonly string[] {
  return inputSchema(tool).required ?? [];
}

/** Arguments with the defaults of the fields that are not given; nothing is validated. */
export function withDefaults(tool: Tool, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...given };
  for (const [field, schema] of Object.entries(tool.input.shape)) {
    if (Object.hasOwn(given, field)) continue;
    const parsed = schema.safeParse(undefined);
    if (parsed.success && parsed.data !== undefined) filled[field] = parsed.data;
  }
  return filled;
}

/** A door's spelling of a tool and its fields, so that an error can be acted on where it is read. */
interface Spelling {
  tool: string;
  field(name: string): string;
}

/**
 * The arguments of a call with defaults filled in. Throws ARGUMENTS_INVALID in words that an agent or a person can act on:
 * which argument (which flag, by the terminal's door), what was given, what is allowed, the nearest known name. Arguments
 * that the tool does not know are always refused, whatever its schema says of them.
 */
export function parseArguments(tool: Tool, given: unknown, door: Door = 'mcp'): Record<string, unknown> {
  const spelling = spellingOf(tool, door);
  const known = fieldsOf(tool, door);
  const refuse = (problem: string, cause?: unknown) =>
    new CodeloopError(
      'ARGUMENTS_INVALID',
      { tool: spelling.tool, problem, allowed: known.map((name) => spelling.field(name)) },
      { cause },
    );
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw refuse(`arguments must be an object, not ${quote(given)}.`);
  const result = tool.input.safeParse(given, { reportInput: true });
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (result.success && unknown.length === 0) return result.data;
  const issues = (result.error?.issues ?? []).filter(
    (issue) => issue.code !== 'unrecognized_keys' || issue.path.length > 0,
  );
  const problems = [
    ...unknown.slice(0, 5).map((key) => unknownSentence(key, known, spelling)),
    ...issues.slice(0, 4).map((issue) => sentence(issue, spelling)),
  ];
  throw refuse(problems.join(' '), result.error);
}

function spellingOf(tool: Tool, door: Door): Spelling {
  if (door === 'mcp') return { tool: tool.name, field: (name) => name };
  const positionals = tool.command.positionals ?? [];
  return {
    tool: `codeloop ${tool.command.name}`,
    field: (name) => (positionals.includes(name) ? `<${name}>` : `--${name.replaceAll('_', '-')}`),
  };
}

function unknownSentence(key: string, known: readonly string[], spelling: Spelling): string {
  const near = nearestName(key, known);
  const name = key.length > 60 ? `${key.slice(0, 57)}…` : key;
  return `unknown argument ${name}${near ? `, did you mean ${spelling.field(near)}?` : '.'}`;
}

function sentence(issue: z.core.$ZodIssue, spelling: Spelling): string {
  const [field, ...rest] = issue.path.map(String);
  const where = field === undefined ? 'arguments' : [spelling.field(field), ...rest].join('.');
  const given =
    issue.input === undefined && issue.code === 'invalid_type' ? 'it is missing' : `given ${quote(issue.input)}`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, 5)
        .map((key) => `unknown argument ${where}.${key}.`)
        .join(' ');
    case 'invalid_value':
      return `${where} must be one of ${issue.values.map(String).join(', ')} (${given}).`;
    case 'invalid_type':
      return `${where} must be ${article(issue.expected)} (${given}).`;
    case 'invalid_union': {
      const kinds = new Set(issue.errors.flatMap(([first]) => (first ? [expectation(first)] : [])));
      return `${where} must be ${[...kinds].join(' or ') || 'something else'} (${given}).`;
    }
    default:
      return `${where}: ${issue.message} (${given}).`;
  }
}

/** Describes what one branch of a union expects. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return article(issue.expected);
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  return issue.message;
}

function article(type: string): string {
  const noun = type === 'int' ? 'integer' : type === 'array' ? 'list' : type;
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** A value as a few characters: enough to recognise it, too little to carry anything. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
