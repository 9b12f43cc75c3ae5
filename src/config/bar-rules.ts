import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/digest.js';
import { linearPattern } from '../core/linear-pattern.js';
import type { BarValue } from '../core/vocabulary/bars.js';

/** How a bar is compared with what it was. */
export interface BarRule {
  /** True when a removed bar counts as lower too. */
  gone?: boolean;
  /** True where no program can say which of two values is lower, so that each change is shown to a person. */
  incomparable?: boolean;
  isLower(before: BarValue, after: BarValue): boolean;
}

/** How a field of the settings is compared: as a bar by its rule, or not, and why. */
export type Comparison = (BarRule & { shown?(value: unknown): BarValue }) | { free: string };

/** Every field of the settings says here how it is compared with earlier settings. A field that does not is compared as `SAME`. */
export const COMPARED = z.registry<Comparison>();

/** A number that may rise. */
export const AT_LEAST: BarRule = { isLower: (before, after) => Number(after) < Number(before) };
/** A number that may fall. */
export const AT_MOST: BarRule = { isLower: (before, after) => Number(after) > Number(before) };
/** Each change is shown to a person. */
export const SAME: BarRule = {
  incomparable: true,
  isLower: (before, after) => canonicalJson(before) !== canonicalJson(after),
};
const list = (value: BarValue): string[] => (Array.isArray(value) ? value : []);
/** A list of exceptions: anything new in it lowers the bar. */
export const NOTHING_NEW: BarRule = {
  isLower: (before, after) => list(after).some((one) => !list(before).includes(one)),
};
/** A list of what is looked at or kept secret: nothing may be missing. */
export const NOTHING_MISSING: BarRule = {
  isLower: (before, after) => list(before).some((one) => !list(after).includes(one)),
};
/** Words and addresses that judges know faults, error pages and elements by. None is a secret, and none looks like one. */
const READ_BY_JUDGES =
  `http://127.0.0.1/ · https://app.example/cart.html · main > p · Error: lamp · TypeError: lamp is not a function
 Uncaught (in promise) · Failed to load resource · GET /a.json: HTTP 404 Not Found · Cannot GET / · Internal Server Error · Page not found
 Something went wrong · Loading… · undefined · null · NaN · [object Object] · {{ name }} · Lorem ipsum dolor sit amet · Buy`.split(
    / · |\n /,
  );
/** A list of patterns of what is kept secret: nothing may be missing, and what is new may not cover what is judged by its words. */
export const COVERS_SECRETS: BarRule = {
  isLower: (before, after) =>
    NOTHING_MISSING.isLower(before, after) ||
    list(after).some((one) => {
      const pattern = list(before).includes(one) ? undefined : linearPattern(one);
      return READ_BY_JUDGES.some((text) => pattern !== undefined && pattern.replaceAll(text, '') !== text);
    }),
};
/** A list of steps in order: what was done must still be done first; more may follow. */
export const BEGINS_SO: BarRule = {
  incomparable: true,
  isLower: (before, after) => list(before).some((one, at) => list(after)[at] !== one),
};
/** A list of what something is meant for, where none means all: it may not become narrower. */
export const NOT_NARROWER: BarRule = {
  isLower: (before, after) => after !== null && (before === null || NOTHING_MISSING.isLower(before, after)),
};

/** Values from the laxest to the strictest. */
export function ordered(...values: BarValue[]): BarRule {
  return { isLower: (before, after) => values.indexOf(after) < values.indexOf(before) };
}

/** A field that is no bar, and why. */
export function free(why: string): Comparison {
  return { free: why };
}

/** Each step as its action and a digest of all it says, so that another target or another text is another step, and no typed text is shown. */
export function stepLines(steps: readonly { action: string }[]): string[] {
  return steps.map((step) => `${step.action} ${sha256(canonicalJson(step)).slice(0, 12)}`);
}

/** A settings value as a bar's: text, numbers, switches and lists of texts as they are, all else as canonical JSON; undefined is nothing. */
export function barValue(value: unknown): BarValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : canonicalJson(one)));
  return canonicalJson(value);
}

/** A field of an object schema that is a bar: where it lies, and how it is compared. */
export interface BarField {
  path: readonly string[];
  rule: BarRule & { shown?(value: unknown): BarValue };
}

/** The fields of a schema that are bars, those of inner objects by their path. Pure. */
export function barFields(schema: z.ZodObject): BarField[] {
  return settingsFields(schema).flatMap(({ path, compared = SAME }) =>
    'free' in compared ? [] : [{ path, rule: compared }],
  );
}

/** Every field of a schema, and what it says of its comparison; inner objects that say nothing are opened. */
export function settingsFields(
  schema: z.ZodObject,
  above: readonly string[] = [],
): { path: readonly string[]; compared: Comparison | undefined }[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = [...above, name];
    const compared = field instanceof z.ZodType ? COMPARED.get(field) : undefined;
    const inner = compared === undefined ? unwrap(field) : undefined;
    return inner instanceof z.ZodObject ? settingsFields(inner, path) : [{ path, compared }];
  });
}

/** The schema inside of defaults and optionals. */
function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.unwrap());
  return schema;
}
