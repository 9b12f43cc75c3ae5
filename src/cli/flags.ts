import { type Command, Option } from 'commander';
import type { Tool } from '../call/define-tool.js';
import { type FieldSchema, inputSchema } from '../call/tool-schemas.js';
import { isCi } from '../core/ci.js';

/** The flags that every command takes. */
export interface GlobalFlags {
  projectDir: string | undefined;
  roots: string[];
  json: boolean;
  quiet: boolean;
  color: boolean;
  ci: boolean;
}

const HEADING = 'Flags of every command:';

/** Adds the flags of every command; `json` is left out where a command has its own meaning for it. */
export function addGlobalFlags(command: Command, options: { json: boolean }): void {
  const flags = [
    new Option('--project-dir <folder>', 'the project (default: found from the working directory)'),
    new Option('--root <folder>', 'a folder that projects may lie in; repeatable').argParser<string[]>(
      (folder, before) => [...(before ?? []), folder],
    ),
    ...(options.json ? [new Option('--json', 'print the result object as JSON, and nothing else')] : []),
    new Option('--quiet', 'print one line'),
    new Option('--no-color', 'print without colours'),
    new Option('--ci', 'no prompts, no baseline writes, plain lines (default when CI is set)'),
  ];
  for (const flag of flags) command.addOption(flag.helpGroup(HEADING));
}

/** The flags as given before and after the command's name; later ones add to earlier ones. */
export function readGlobalFlags(command: Command, env: NodeJS.ProcessEnv): GlobalFlags {
  const levels: Record<string, unknown>[] = [];
  for (let level: Command | null = command; level; level = level.parent) levels.push(level.opts());
  const some = (name: string) => levels.some((values) => values[name] === true);
  const projectDir = levels.map((values) => values.projectDir).find((value) => typeof value === 'string');
  return {
    projectDir: typeof projectDir === 'string' ? projectDir : undefined,
    roots: levels.reverse().flatMap((values) => (Array.isArray(values.root) ? values.root.map(String) : [])),
    json: some('json'),
    quiet: some('quiet'),
    color: !levels.some((values) => values.color === false),
    ci: some('ci') || isCi(env),
  };
}

/** The kind of flag of a field. */
type FlagKind = 'boolean' | 'list' | 'value';

/** Returns how a field is given: a switch, a list (comma-separated or repeated), or one value. */
export function flagKind(schema: FieldSchema): FlagKind {
  const types = typesOf(schema);
  if (types.has('array')) return 'list';
  return types.size === 1 && types.has('boolean') ? 'boolean' : 'value';
}

/** The name of the value in help: its choices when they are few, else its type. */
export function valueName(schema: FieldSchema): string {
  const list = flagKind(schema) === 'list';
  const item = list ? itemSchema(schema) : schema;
  const choices = choicesOf(item);
  const types = typesOf(item);
  const name =
    choices.length > 0 && choices.join('|').length <= 30
      ? choices.join('|')
      : types.has('object')
        ? 'json'
        : !types.has('string') && (types.has('number') || types.has('integer'))
          ? 'number'
          : 'text';
  return list ? `${name},...` : name;
}

/** The values an enumeration allows, or none. */
export function choicesOf(schema: FieldSchema): string[] {
  const own = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  return [...own, ...(schema.anyOf ?? []).flatMap(choicesOf)].map(String);
}

/**
 * A flag's text as the value that its schema asks for. Text that does not fit is returned as it is: the tool's own schema
 * refuses it with a better sentence than could be said here.
 */
export function readValue(schema: FieldSchema, text: string): unknown {
  const types = typesOf(schema);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if ((types.has('number') || types.has('integer')) && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if ((types.has('object') || types.has('array') || types.size === 0) && /^\s*[[{]/.test(text)) return readJson(text);
  return text;
}

/** The items of a list flag's text: a JSON array, or pieces between commas that stand outside quotes and brackets. */
export function readList(schema: FieldSchema, text: string): unknown[] {
  const json = /^\s*\[/.test(text) ? readJson(text) : undefined;
  if (Array.isArray(json)) return json;
  const item = itemSchema(schema);
  return splitAtCommas(text).map((piece) => readValue(item, piece));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a selector like [data-x] begins like JSON; what is neither is refused by the schema
  }
}

function splitAtCommas(text: string): string[] {
  const pieces = [''];
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth <= 0 && quote === '') pieces.push('');
    else pieces.push(`${pieces.pop() ?? ''}${character}`);
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function itemSchema(schema: FieldSchema): FieldSchema {
  return schema.items ?? schema.anyOf?.find((branch) => branch.items)?.items ?? {};
}

function typesOf(schema: FieldSchema): Set<string> {
  const own = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const values = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])];
  return new Set([
    ...own,
    ...values.map((value) => typeof value),
    ...(schema.anyOf ?? []).flatMap((branch) => [...typesOf(branch)]),
  ]);
}

/** `screen_name` → `--screen-name`. */
export function flagName(field: string): string {
  return `--${field.replaceAll('_', '-')}`;
}

/** The flag of a tool's field: its own name, or `--json` where the tool says so. */
function flagOf(tool: Tool, field: string): string {
  return tool.command.json === field ? '--json' : flagName(field);
}

/** The fields that are flags: all but the positionals and the project folder, which is a flag of every command. */
function flagFields(tool: Tool): [string, FieldSchema][] {
  const positionals = tool.command.positionals ?? [];
  return Object.entries(inputSchema(tool).properties).filter(
    ([field]) => field !== 'project_dir' && !positionals.includes(field),
  );
}

/** Gives a command the positionals and flags of a tool's input. A positional may be given as a flag too. */
export function addToolFlags(command: Command, tool: Tool): void {
  const { properties, required = [] } = inputSchema(tool);
  const usage = ['[flags]'];
  for (const field of tool.command.positionals ?? []) {
    const schema = properties[field] ?? {};
    const name = `${field.replaceAll('_', '-')}${flagKind(schema) === 'list' ? '...' : ''}`;
    usage.push(required.includes(field) ? `<${name}>` : `[${name}]`);
    // Optional for the parser in any case: the tool's schema knows whether it is missing, and the flag may stand in for it.
    command.argument(`[${name}]`, schema.description ?? '');
    command.addOption(valueOption(flagName(field), schema, '').hideHelp());
  }
  command.usage(usage.join(' '));
  for (const [field, schema] of flagFields(tool)) {
    const about = helpText(schema, required.includes(field));
    const kind = flagKind(schema);
    if (kind === 'boolean') {
      const on = new Option(flagName(field), about);
      const off = new Option(flagName(field).replace(/^--/, '--no-'), about);
      // Help shows the one that changes something; both are understood.
      command.addOption(on.hideHelp(schema.default === true)).addOption(off.hideHelp(schema.default !== true));
    } else {
      command.addOption(valueOption(flagOf(tool, field), schema, about));
    }
  }
}

/** A flag that takes a value; a list's may be repeated. */
function valueOption(flag: string, schema: FieldSchema, about: string): Option {
  const option = new Option(`${flag} <${valueName(schema)}>`, about);
  if (flagKind(schema) !== 'list') return option;
  return option.argParser<string[]>((text, before) => [...(before ?? []), text]);
}

/** The tool's arguments from a parsed command line: only what was given. */
export function readToolArguments(command: Command, tool: Tool): Record<string, unknown> {
  const { properties } = inputSchema(tool);
  const given: Record<string, unknown> = {};
  const take = (field: string, raw: unknown): void => {
    const schema = properties[field] ?? {};
    // A list of positionals of which none is there has not been given.
    if (raw === undefined || (Array.isArray(raw) && raw.length === 0)) return;
    if (typeof raw === 'boolean') given[field] = raw;
    else if (flagKind(schema) === 'list') given[field] = texts(raw).flatMap((text) => readList(schema, text));
    else given[field] = readValue(schema, String(raw));
  };
  // The parser's bag of values has no types; each is looked at above.
  const values: Record<string, unknown> = command.opts();
  const flags = [...(tool.command.positionals ?? []), ...flagFields(tool).map(([field]) => field)];
  for (const field of flags) take(field, values[new Option(flagOf(tool, field)).attributeName()]);
  for (const [index, field] of (tool.command.positionals ?? []).entries()) take(field, command.processedArgs[index]);
  return given;
}

function texts(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.map(String) : [String(raw)];
}

function helpText(schema: FieldSchema, required: boolean): string {
  const item = schema.items ?? schema;
  const choices = choicesOf(item);
  const notes = [
    choices.length > 0 && !valueName(schema).includes('|') ? `one of ${choices.join(', ')}` : '',
    schema.default === undefined || typeof schema.default === 'boolean'
      ? ''
      : `default ${JSON.stringify(schema.default)}`,
    required ? 'required' : '',
  ].filter((note) => note !== '');
  return [schema.description ?? '', notes.length > 0 ? `(${notes.join('; ')})` : '']
    .filter((part) => part !== '')
    .join(' ');
}
