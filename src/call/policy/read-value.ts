import { nearestName } from '../../core/ids.js';

export type Path = readonly (string | number)[];

/** Something wrong in a policy file: where, what, and what to do. `at: 'key'` points at the key instead of its value. */
export interface RawProblem {
  path: Path;
  at: 'key' | 'value';
  message: string;
  fix: string;
}

/** Collects every problem instead of stopping at the first, so that `policy check` names them all at once. */
export class Problems {
  readonly found: RawProblem[] = [];

  add(path: Path, message: string, fix: string, at: 'key' | 'value' = 'value'): undefined {
    this.found.push({ path, at, message: path.length > 0 ? `${place(path)}: ${message}` : message, fix });
  }
}

/** A path as people write it: `tools.codeloop_verify.rules[0].state`. */
export function place(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

/** A value as it is shown in a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The value as a mapping with known keys only; unknown ones are reported with the nearest known name. */
export function readMap(
  value: unknown,
  path: Path,
  known: readonly string[] | undefined,
  problems: Problems,
): Record<string, unknown> | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return problems.add(path, `must be a mapping, got ${show(value)}`, 'Write it as key: value lines.');
  }
  const map: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  for (const key of known ? Object.keys(map) : []) {
    if (known?.includes(key)) continue;
    const near = nearestName(key, known ?? []);
    problems.add(
      [...path, key],
      `unknown key "${key}"`,
      near ? `Did you mean "${near}"? Otherwise remove it.` : `Remove it; known keys here: ${known?.join(', ')}.`,
      'key',
    );
  }
  return map;
}

/** The value as a list. */
export function readList(value: unknown, path: Path, problems: Problems): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return problems.add(path, `must be a list, got ${show(value)}`, 'Write it as "- item" lines or [a, b].');
}

/** Longest text a rule may carry, in UTF-16 units. */
export const MAX_TEXT = 500;

/** The value as a non-empty line of text without control characters (they could steer a terminal). */
export function readText(value: unknown, path: Path, problems: Problems): string | undefined {
  if (typeof value !== 'string' || value.trim() === '')
    return problems.add(path, `must be a text that is not empty, got ${show(value)}`, 'Write the text in quotes.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(value))
    return problems.add(path, 'holds control characters', 'Remove them; only printable text is shown to callers.');
  return value;
}

/** The value as one of a few words. */
export function readChoice<Word extends string>(
  value: unknown,
  path: Path,
  words: readonly Word[],
  problems: Problems,
): Word | undefined {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const near = typeof value === 'string' ? nearestName(value, words) : undefined;
  const allowed = words.map((word) => `"${word}"`).join(', ');
  return problems.add(
    path,
    `must be one of ${allowed}, got ${show(value)}`,
    near ? `Did you mean "${near}"?` : `Write one of ${allowed}.`,
  );
}
