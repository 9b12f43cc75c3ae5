import { REDACTED } from '../core/redact.js';

/** Names whose values are secrets whatever they look like: `figma_token`, `Authorization`, `apiKey`, `set-cookie`, `passwd`. */
const SECRET_NAME =
  /(?:^|[^a-z])(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|bearer|auth(?:orization)?|credentials?|cookies?|session_?id|private[_-]?key|api[_-]?key|access[_-]?key|signature|otp|pin)(?:$|[^a-z])/i;

/** Longest text that is kept, in UTF-16 units; deepest nesting; most items of one list or mapping. */
const MAX_TEXT = 2_000;
const MAX_DEPTH = 8;
const MAX_ITEMS = 200;

/**
 * A copy of a call's arguments that is fit to be written down: values under secret names are masked, every text goes through
 * `redact`, long parts are cut and say so. Not proof against a secret that looks like plain prose.
 */
export function maskArguments(value: unknown, redact: (text: string) => string): unknown {
  return copy(value, redact, 0);
}

function copy(value: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return cut(redact(value));
  if (typeof value === 'bigint') return value.toString();
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[nested deeper than is logged]';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => copy(item, redact, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, MAX_ITEMS).map(([key, item]) => {
    const hidden = item !== null && item !== undefined && isSecretName(key);
    return [cut(redact(key)), hidden ? REDACTED : copy(item, redact, depth + 1)] as const;
  });
  if (entries.length > MAX_ITEMS) kept.push(['[more]', entries.length - MAX_ITEMS]);
  return Object.fromEntries(kept);
}

/** Camel case counts as separate words: `figmaToken`, `apiKey`. */
function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)` : text;
}
