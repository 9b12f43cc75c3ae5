import { nearestName } from '../../core/ids.js';
import { type Condition, type Counter, holds, type LinearPattern, OPERATORS, type State, WINDOWS } from './policy.js';

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

/** Compiles a pattern in RE2 syntax; throws with a reason when it cannot. */
export type CompilePattern = (source: string) => LinearPattern;

/** Facts of the whole file that reading a rule needs. */
export interface FileFacts {
  problems: Problems;
  compile: CompilePattern;
  /** Every counter that a rule of the file declares, by `<tool or _global>.<counter>`. */
  counters: ReadonlyMap<string, Counter>;
}

/** Longest `regex` that is compiled, in UTF-16 units. */
const MAX_PATTERN = 1_000;

const LIST_OPS: readonly string[] = ['in', 'not_in'];
const NUMBER_OPS: readonly string[] = ['lt', 'lte', 'gt', 'gte'];

/** One condition, or undefined when something is wrong with it (then it is in `problems`). */
export function readCondition(value: unknown, path: Path, facts: FileFacts): Condition | undefined {
  const { problems } = facts;
  const before = problems.found.length;
  const map = readMap(value, path, ['path', 'op', 'value'], problems);
  if (!map) return undefined;
  const source = readSource(map.path, [...path, 'path'], facts);
  const op = OPERATORS.find((known) => known === map.op);
  if (!op) {
    const near = typeof map.op === 'string' ? nearestName(map.op, OPERATORS) : undefined;
    return problems.add(
      map.op === undefined ? path : [...path, 'op'],
      map.op === undefined ? 'op is missing' : `unknown operator ${show(map.op)}`,
      near ? `Did you mean "${near}"?` : `Use one of ${OPERATORS.join(', ')}.`,
    );
  }
  const at = [...path, 'value'];
  if (!('value' in map)) problems.add(path, `operator "${op}" needs a value`, 'Add value: to the condition.');
  else if (LIST_OPS.includes(op) && !Array.isArray(map.value))
    problems.add(at, `operator "${op}" needs a list, got ${show(map.value)}`, 'Write value: ["a", "b"].');
  else if (NUMBER_OPS.includes(op) && !isNumber(map.value))
    problems.add(at, `operator "${op}" needs a number, got ${show(map.value)}`, 'Write a number without quotes.');
  else if (op === 'exists' && typeof map.value !== 'boolean')
    problems.add(at, `operator "exists" needs true or false, got ${show(map.value)}`, 'Write true or false.');
  const pattern = op === 'regex' && 'value' in map ? readPattern(map.value, at, facts) : undefined;
  if (!source || problems.found.length > before) return undefined;
  return {
    text: `${String(map.path)} ${op} ${show(map.value)}`,
    source,
    op,
    value: map.value,
    holds: (actual) => holds(op, actual, map.value, pattern),
  };
}

function readSource(value: unknown, path: Path, facts: FileFacts): Condition['source'] | undefined {
  const { problems } = facts;
  const steps = typeof value === 'string' ? value.split('.') : [];
  const [first, ...rest] = steps;
  if ((first !== 'args' && first !== 'state') || rest.length === 0 || rest.includes('')) {
    return problems.add(
      value === undefined ? path.slice(0, -1) : path,
      `path must be "args.<name>" or "state.<tool>.<counter>", got ${show(value)}`,
      'Write for example args.url, or state.codeloop_verify.hourly.',
    );
  }
  if (first === 'args') return { from: 'args', path: rest };
  const key = rest.join('.');
  const counter = facts.counters.get(key);
  if (counter) return { from: 'state', counter };
  const near = nearestName(key, [...facts.counters.keys()]);
  return problems.add(
    path,
    `state.${key} is read, but no state block counts it`,
    near
      ? `Did you mean "state.${near}"?`
      : 'Add state: {counter, window} to a rule of that tool (of "*" for _global).',
  );
}

function readPattern(value: unknown, path: Path, facts: FileFacts): LinearPattern | undefined {
  if (typeof value !== 'string')
    return facts.problems.add(
      path,
      `operator "regex" needs a text, got ${show(value)}`,
      'Write the pattern in quotes.',
    );
  if (value.length > MAX_PATTERN)
    return facts.problems.add(path, `the pattern is longer than ${MAX_PATTERN} characters`, 'Shorten it.');
  try {
    return facts.compile(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return facts.problems.add(
      path,
      `invalid regex ${show(value)}: ${why}`,
      'Correct it. The syntax is RE2: no look-around, no back references.',
    );
  }
}

/** A `state` block of a rule of `scope`, or undefined when something is wrong with it. */
export function readState(value: unknown, path: Path, scope: string, problems: Problems): State | undefined {
  const before = problems.found.length;
  const map = readMap(value, path, ['counter', 'window', 'increment', 'increment_from'], problems);
  if (!map) return undefined;
  const counter = readText(map.counter, [...path, 'counter'], problems);
  const window = readChoice(map.window, [...path, 'window'], WINDOWS, problems);
  const increment = map.increment ?? 1;
  if (!isNumber(increment) || increment <= 0)
    problems.add(
      [...path, 'increment'],
      `must be a number above 0, got ${show(increment)}`,
      'Write 1 or leave it out.',
    );
  const from = map.increment_from;
  const steps = typeof from === 'string' ? from.split('.') : [];
  if (from !== undefined && (steps[0] !== 'args' || steps.length < 2 || steps.includes('')))
    problems.add(
      [...path, 'increment_from'],
      `must start with "args.", got ${show(from)}`,
      'Name an argument of the tool, for example args.duration_seconds.',
    );
  if (problems.found.length > before || !counter || !window || !isNumber(increment)) return undefined;
  return {
    counter: { key: `${scope}.${counter}`, window },
    increment,
    ...(typeof from === 'string' ? { incrementFrom: { text: from, path: steps.slice(1) } } : {}),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
