import type { FieldSchema } from '../call/tool-schemas.js';

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
