import { REDACTED } from '../../core/redact.js';

/** Names whose values are secrets whatever they look like: `figma_token`, `Authorization`, `apiKey`, `set-cookie`, `passwd`. */
const SECRET_NAME =
  /(?:^|[^a-z])(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|bearer|auth(?:orization)?|credentials?|cookies?|session_?id|sid|jwt|csrf|xsrf|connection_?string|private[ _-]?key|api[ _-]?key|access[ _-]?key|signature|otp|pin|cvc|cvv|security[ _-]?code|card[ _-]?number|iban|ssn)(?:$|[^a-z])/i;

/** The same as parts of a word: `dbpassword`, `accesstoken`, `clientsecret`. */
const SECRET_PART = /password|passwd|clientsecret|[a-z]tokens?(?:$|[^a-z])/i;

/** Fields that say what the `value` beside them is: `{name: "Cookie", value: …}`, `{target: {label: "Password"}, value: …}`. */
const NAMING = ['name', 'key', 'header', 'field', 'label', 'placeholder', 'selector', 'test_id', 'text'] as const;

/** Longest text that is kept, in UTF-16 units; deepest nesting; most items of one list or mapping. */
const MAX_TEXT = 2_000;
const MAX_DEPTH = 8;
const MAX_ITEMS = 200;
/** Longest text that is looked at as JSON, and longest name that is looked at, in UTF-16 units. */
const MAX_JSON = 100_000;
const MAX_NAME = 200;

/**
 * A copy of a call's arguments that is fit to be written down: values under secret names are masked (and those beside one, in
 * lists of names and values and in steps that type into a field), every text goes through `redact`, long parts are cut and say
 * so. Not proof against a secret that looks like plain prose.
 */
export function maskArguments(value: unknown, redact: (text: string) => string): unknown {
  return copy(value, redact, 0);
}

function copy(value: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return cut(redact(withoutSecrets(value, redact, depth)));
  if (typeof value === 'bigint') return value.toString();
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[nested deeper than is logged]';
  if (Array.isArray(value)) {
    const items = value
      .slice(0, MAX_ITEMS)
      .map((item, index) => (afterSecretName(value, index) ? REDACTED : copy(item, redact, depth + 1)));
    return value.length > MAX_ITEMS ? [...items, `[${value.length - MAX_ITEMS} more]`] : items;
  }
  const entries = Object.entries(value);
  const named = namesSecret(value) || namesSecret(Reflect.get(value, 'target'));
  const kept = entries.slice(0, MAX_ITEMS).map(([key, item]) => {
    const hidden = item !== null && item !== undefined && (isSecretName(key) || (named && key === 'value'));
    return [cut(redact(key)), hidden ? REDACTED : copy(item, redact, depth + 1)] as const;
  });
  if (entries.length > MAX_ITEMS) kept.push(['[more]', entries.length - MAX_ITEMS]);
  return Object.fromEntries(kept);
}

/** A text that is itself JSON is masked by its names, too: arguments of arguments. */
function withoutSecrets(text: string, redact: (text: string) => string, depth: number): string {
  if (!/^\s*[[{]/.test(text) || text.length > MAX_JSON) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return JSON.stringify(copy(parsed, redact, depth + 1));
  } catch {
    return text; // no JSON after all
  }
}

/** Returns true when the item before is the name of a secret: `["Cookie", "…"]`, `["--token", "…"]`. */
function afterSecretName(list: readonly unknown[], index: number): boolean {
  const [before, item] = [list[index - 1], list[index]];
  const isName = typeof before === 'string' && before.length <= 40 && !/\s/.test(before);
  return isName && (typeof item === 'string' || typeof item === 'number') && isSecretName(before);
}

function namesSecret(value: unknown): boolean {
  if (typeof value === 'string') return isSecretName(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return NAMING.some((field) => {
    const name: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
    return typeof name === 'string' && isSecretName(name);
  });
}

/** Camel case counts as separate words: `figmaToken`, `apiKey`, `APIToken`. */
function isSecretName(given: string): boolean {
  const name = given.slice(0, MAX_NAME);
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return SECRET_NAME.test(words) || SECRET_PART.test(name);
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)` : text;
}
