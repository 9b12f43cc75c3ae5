import type { CodeloopError } from '../core/errors.js';
import { StepTarget, type StepValue } from '../core/vocabulary/step.js';

/** Text to type: as it is, or by the name of a secret. */
export type TypedText = { text: string } | { secret: string };

/** The goals of `wait`. Times in ms. */
export type WaitGoal =
  | { ms: number }
  | { text: string }
  | { textGone: string }
  | { url: string }
  | { load: 'load' | 'domcontentloaded' | 'networkidle' }
  | { target: StepTarget; gone: boolean };

type Value = StepValue | undefined;
type Invalid = (problem: string, wanted: string) => CodeloopError;

const MAX_WAIT_MS = 120_000;

/** A text, number or `{secret}`. */
export function typedText(value: Value): TypedText | undefined {
  if (typeof value === 'string') return { text: value };
  if (typeof value === 'number') return { text: String(value) };
  return isRecord(value) && typeof value.secret === 'string' ? { secret: value.secret } : undefined;
}

/** One text or several; undefined when there is none. */
export function list(value: Value): string[] | undefined {
  if (typeof value === 'string' && value !== '') return [value];
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

/** The fields of a form by their labels; true and false are for boxes. Throws what `invalid` makes. */
export function formFields(value: Value, invalid: Invalid): [string, TypedText | boolean][] {
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (entries.length === 0) throw invalid('it has no fields', '{label: text, …} as value, true or false for boxes');
  return entries.map(([label, given]) => {
    if (typeof given === 'boolean') return [label, given];
    return [label, typeof given === 'object' ? given : { text: String(given) }];
  });
}

/** Returns the goal of a wait: the target, or what the value says. Throws what `invalid` makes. */
export function goal(target: StepTarget | undefined, value: Value, invalid: Invalid): WaitGoal {
  if (typeof value === 'number' && value >= 0 && value <= MAX_WAIT_MS) return { ms: value };
  if (target) return { target, gone: value === 'gone' || value === false };
  if (value === 'load' || value === 'domcontentloaded' || value === 'networkidle') return { load: value };
  if (typeof value === 'string' && value !== '') return { text: value };
  if (isRecord(value)) {
    const { text, text_gone: textGone, url, load, ms } = value;
    if (typeof text === 'string') return { text };
    if (typeof textGone === 'string') return { textGone };
    if (typeof url === 'string') return { url };
    if (load === 'load' || load === 'domcontentloaded' || load === 'networkidle') return { load };
    if (inRange(typeof ms === 'number' ? ms : undefined, 0, MAX_WAIT_MS)) return { ms: Number(ms) };
    const element = StepTarget.safeParse(value);
    if (element.success && !('x' in element.data)) return { target: element.data, gone: false };
  }
  throw invalid(
    'it waits for nothing',
    `a target, or as value a text, ms (at most ${MAX_WAIT_MS}), "networkidle", {text}, {text_gone}, {url}, {selector} or {load}`,
  );
}

/** A number of a record. */
export function numberOf(value: Value, key: string): number | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
}

/** True for a number within both limits. */
export function inRange(value: number | undefined, least: number, most: number): value is number {
  return value !== undefined && value >= least && value <= most;
}

/** True for `{…}`. */
export function isRecord(value: Value): value is Extract<StepValue, Record<string, unknown>> & Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
