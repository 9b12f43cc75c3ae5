import { modify, type ParseError, parse } from 'jsonc-parser';
import { CodeloopError } from '../../core/errors.js';

/**
 * The text of a JSON file (comments and trailing commas allowed) with `value` added at `keys`, by one insertion: what a person
 * wrote stays byte for byte. An entry that is there, in whatever form, is the user's choice and stays. Throws CONFIG_INVALID.
 */
export function addEntry(
  path: string,
  old: string | undefined,
  keys: readonly string[],
  value: Record<string, unknown>,
): string {
  const text = old === undefined || old.trim() === '' ? '{}\n' : old;
  const errors: ParseError[] = [];
  const parsed: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw invalid(path, 'is not JSON');
  if (!isObject(parsed)) throw invalid(path, 'is not a JSON object');
  let inner = parsed;
  let depth = 0;
  for (const [at, key] of keys.entries()) {
    const next: unknown = Reflect.get(inner, key);
    if (next === undefined) break;
    if (at === keys.length - 1) return text;
    if (!isObject(next)) throw invalid(path, `has a "${key}" that is not an object`);
    inner = next;
    depth = at + 1;
  }
  // The missing rest of the path goes in as one property.
  const [name = '', ...rest] = keys.slice(depth);
  const property = rest.reduceRight<unknown>((nested, key) => ({ [key]: nested }), value);
  const [edit] = modify(text, keys.slice(0, depth + 1), property, {});
  if (!edit) throw invalid(path, 'cannot be extended');
  return (
    text.slice(0, edit.offset) + laidOut(text, edit, depth, name, property) + text.slice(edit.offset + edit.length)
  );
}

/** The property on lines of its own, in the file's own indentation and line ends. `edit` says where, and whether others stand before it. */
function laidOut(
  text: string,
  edit: { offset: number; content: string },
  depth: number,
  name: string,
  property: unknown,
): string {
  const unit = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const line = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = line + unit.repeat(depth + 1);
  const body = JSON.stringify(property, null, unit).replaceAll('\n', indent);
  const follows = edit.content.startsWith(',');
  const alone = !follows && /^\s*\}/.test(text.slice(edit.offset));
  // After others the closing bracket stands where it stood; into an empty object it comes on a line of its own.
  const end = alone && !/^\s*?\n/.test(text.slice(edit.offset)) ? line + unit.repeat(depth) : '';
  return `${follows ? ',' : ''}${indent}${JSON.stringify(name)}: ${body}${edit.content.endsWith(',') ? ',' : ''}${end}`;
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function invalid(file: string, problem: string): CodeloopError {
  return new CodeloopError('CONFIG_INVALID', { file, problem, hint: 'Mend or move the file; nothing was written.' });
}
