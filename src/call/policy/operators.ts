import { canonicalJson } from '../../core/digest.js';

/** The eleven operators of a condition. */
export const OPERATORS = [
  'eq',
  'neq',
  'in',
  'not_in',
  'lt',
  'lte',
  'gt',
  'gte',
  'regex',
  'contains',
  'exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Longest text in UTF-16 units that `regex` looks at; a longer argument does not match. */
export const MAX_REGEX_INPUT = 65_536;

/** A compiled pattern in RE2 syntax: time linear in the input, so that no argument can stall the server. */
export interface LinearPattern {
  test(input: string): boolean;
}

/**
 * Returns true when `actual` satisfies `op value`. `actual` is undefined when the argument is missing: then only `exists: false` holds,
 * as the format's users expect (`neq` and `not_in` fail too). `regex` needs its compiled `pattern`.
 * `eq` compares numbers as numbers and everything else by its text; `lt lte gt gte` hold for numbers only.
 */
export function holds(op: Operator, actual: unknown, value: unknown, pattern?: LinearPattern): boolean {
  if (op === 'exists') return (actual !== undefined && actual !== null) === value;
  if (actual === undefined) return false;
  switch (op) {
    case 'eq':
      return same(actual, value);
    case 'neq':
      return !same(actual, value);
    case 'in':
      return Array.isArray(value) && value.some((item) => same(actual, item));
    case 'not_in':
      return Array.isArray(value) && !value.some((item) => same(actual, item));
    case 'lt':
      return compare(actual, value, (a, b) => a < b);
    case 'lte':
      return compare(actual, value, (a, b) => a <= b);
    case 'gt':
      return compare(actual, value, (a, b) => a > b);
    case 'gte':
      return compare(actual, value, (a, b) => a >= b);
    case 'regex':
      return typeof actual === 'string' && actual.length <= MAX_REGEX_INPUT && pattern?.test(actual) === true;
    case 'contains':
      if (typeof actual === 'string') return typeof value === 'string' && actual.includes(value);
      return Array.isArray(actual) && actual.some((item) => same(item, value));
  }
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return text(a) === text(b);
}

function text(value: unknown): string {
  return value !== null && typeof value === 'object' ? canonicalJson(value) : String(value);
}

function compare(a: unknown, b: unknown, test: (a: number, b: number) => boolean): boolean {
  return typeof a === 'number' && typeof b === 'number' && test(a, b);
}

/** The value at a path of own keys, or undefined when a step is missing or is no object. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let current = root;
  for (const key of path) {
    if (current === null || typeof current !== 'object' || Array.isArray(current) || !Object.hasOwn(current, key))
      return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}
