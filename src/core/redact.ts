import type { LinearPattern } from './linear-pattern.js';
import { HINT, REDACTED, SHAPES } from './secret-shapes.js';

export { REDACTED } from './secret-shapes.js';

/** Values that were learnt while a redactor was in use, each in all its spellings. */
const LEARNT = new WeakMap<(text: string) => string, Set<string>>();

/**
 * Makes a redactor mask a value from now on that it was not given: what was typed into a password field. Answers whether it does: not for
 * values under four characters and plain words (`admin`, `password`), which stand in many texts that give nothing away.
 */
export function learnSecret(redact: (text: string) => string, value: string): boolean {
  const learnt = LEARNT.get(redact);
  if (!learnt || value.length < MIN_LENGTH || /^[a-z]{0,11}$/i.test(value)) return false;
  for (const one of spellings(value)) learnt.add(one);
  return true;
}

/** Shorter values would blank half of every log. */
const MIN_LENGTH = 4;

/** Masks secrets by their shape alone, whatever project they are of. */
export const redactShapes: (text: string) => string = createRedactor([]);

/**
 * The last hand before text leaves this process: a copy of a value of which every text is masked by shape. Names of fields, numbers and
 * the order are as they were, so that what was valid stays valid.
 */
export function redactValue<T>(value: T): T {
  // The same fields with the same kinds of values: only texts differ.
  return masked(value) as T;
}

function masked(value: unknown): unknown {
  // A picture is no text, and any three letters stand somewhere in it.
  if (typeof value === 'string') return value.startsWith('data:image/') ? value : redactShapes(value);
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

/**
 * Returns a function that masks secrets in any text before it is stored: given values (and as they stand in addresses, forms, JSON, HTML
 * and base64), given patterns, what it learns, and the shapes of `secret-shapes.ts`. Values shorter than four characters are left alone.
 */
export function createRedactor(
  values: readonly string[],
  patterns: readonly LinearPattern[] = [],
): (text: string) => string {
  const known = [...new Set(values.flatMap(spellings))]
    .filter((value) => value.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length);
  const learnt = new Set<string>();
  const redact = (text: string) => {
    let rest = text;
    for (const value of known) rest = rest.replaceAll(value, REDACTED);
    for (const value of learnt) rest = rest.replaceAll(value, REDACTED);
    for (const pattern of patterns) rest = pattern.replaceAll(rest, REDACTED);
    if (HINT.test(rest)) for (const [shape, replacement] of SHAPES) rest = rest.replace(shape, replacement);
    return rest;
  };
  LEARNT.set(redact, learnt);
  return redact;
}

/** A value as other texts carry it. */
function spellings(value: string): string[] {
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [
    value,
    encodeURIComponent(value),
    encodeURI(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    html,
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ];
}
