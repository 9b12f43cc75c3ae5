import { code } from './markdown.mjs';

/** JSON Schema of a zod schema, without the parts that only tools read. `io`: what is given (`input`) or what comes out. */
export function jsonSchema(z, schema, io) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return withoutBounds(rest);
}

/** JSON with each value on one line where it fits into `width` characters. */
export function compactJson(value, width = 120, indent = '') {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= width) return line;
  const deeper = `${indent} `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item) => compactJson(item, width, deeper))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${compactJson(item, width, deeper)}`);
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}

/** The bounds that say no more than "a whole number that JavaScript can hold" are noise to a reader. */
function withoutBounds(value) {
  if (Array.isArray(value)) return value.map(withoutBounds);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => Math.abs(item) !== Number.MAX_SAFE_INTEGER);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutBounds(item)]));
}

/** One row per field of an object schema: name, type, default or need, description. `depth` levels of objects are opened. */
export function fieldRows(schema, depth = 0, prefix = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const full = prefix + name;
    const open = depth > 0 && field.type === 'object' && field.properties !== undefined;
    if (open) return fieldRows(field, depth - 1, `${full}.`);
    const needed = (schema.required ?? []).includes(name) && field.default === undefined;
    const fallback = field.default === undefined ? (needed ? 'required' : '') : code(JSON.stringify(field.default));
    return [[code(full), typeName(field), fallback, field.description ?? '']];
  });
}

/** A type as a person writes it: `string`, `"a" or "b"`, `list of integer`, `object`. */
export function typeName(field) {
  if (field.enum !== undefined) return field.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (field.const !== undefined) return code(JSON.stringify(field.const));
  const choices = field.anyOf ?? field.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeName))].join(' or ');
  if (field.type === 'array') return `list of ${field.items === undefined ? 'anything' : typeName(field.items)}`;
  if (field.type === 'object' && field.properties !== undefined) return `{${Object.keys(field.properties).join(', ')}}`;
  if (field.type === 'object' && typeof field.additionalProperties === 'object')
    return `object of ${typeName(field.additionalProperties)}`;
  return [field.type ?? 'anything'].flat().join(' or ');
}
