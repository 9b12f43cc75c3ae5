import { createRequire } from 'node:module';
import type * as Zod from 'zod';
import {
  absenceOfAny,
  passing,
  type Quick,
  quickChoice,
  quickRecord,
  quickUnion,
  REFUSED,
  Registry,
} from './quick-schema.js';
import {
  type Args,
  arrayOf,
  asked,
  called,
  isShape,
  objectOf,
  type Real,
  realOf,
  realShape,
  Schema,
  type Shape,
  schemaOf,
} from './schema-on-demand.js';

/*
 * The build puts this module in the place of zod (docs/decisions/0024): the schemas of the program are written with zod, checked by zod's types,
 * and judged by zod whenever something is wrong. But zod takes tens of milliseconds to load and a fifth of one for each schema, at every start, and
 * what is asked of a schema nearly always is a value that passes. So a schema here only remembers how zod makes it, and passes plain values itself.
 */

let loaded: typeof Zod | undefined;

/** zod itself, loaded on first use. */
function zod(): typeof Zod {
  loaded ??= createRequire(import.meta.url)('zod') as typeof Zod; // what is required has no type
  return loaded;
}

/** A schema of a plain kind; where it is given more than words for its errors, zod alone knows it. */
function plain(name: string, kind: string, quick: () => Quick): (...args: Args) => Schema {
  return (...args) => {
    const make = () => called(zod(), name, args);
    const made: Schema = new Schema(make, { kind, quick: () => (isWords(args[0]) ? quick() : asked(made)) });
    return made;
  };
}

/** Nothing, a text, or an object with nothing but a message. */
function isWords(params: unknown): boolean {
  return (
    params === undefined ||
    typeof params === 'string' ||
    Object.keys(Object(params)).every((key) => key === 'message' || key === 'error')
  );
}

/** Texts that a schema lists, where it lists texts alone. */
const LISTS = new WeakMap<Schema, readonly unknown[]>();

function listed(kind: string, make: () => Real, values: readonly unknown[]): Schema {
  const set = new Set(values);
  const shows = kind === 'enum' ? { options: values } : {};
  const made = new Schema(make, { kind, quick: () => passing((value) => set.has(value)), shows });
  LISTS.set(made, values);
  return made;
}

const makes = {
  string: plain('string', 'string', () => passing((value) => typeof value === 'string')),
  number: plain('number', 'number', () => passing(Number.isFinite)),
  boolean: plain('boolean', 'boolean', () => passing((value) => typeof value === 'boolean')),
  null: plain('null', 'null', () => passing((value) => value === null)),
  unknown: plain('unknown', 'unknown', () => (value) => value),
  // An address comes out without spaces around it, and lines within.
  url: plain('url', 'url', () => (value) => {
    const text = typeof value === 'string' ? value.trim() : '';
    return URL.canParse(text) ? text.replace(/[\t\n\r]/g, '') : REFUSED;
  }),
  json: (...args: Args) => {
    const made: Schema = new Schema(() => called(zod(), 'json', args), { kind: 'of zod', quick: () => asked(made) });
    return made;
  },
  iso: {
    datetime: (...args: Args) => {
      const make = () => called(zod().iso, 'datetime', args);
      const made: Schema = new Schema(make, { kind: 'of zod', quick: () => asked(made) });
      return made;
    },
  },
  enum: (values: unknown, ...args: Args) => {
    const make = () => called(zod(), 'enum', [values, ...args]);
    return Array.isArray(values) ? listed('enum', make, [...values]) : schemaOf(make());
  },
  literal: (value: unknown, ...args: Args) =>
    listed('literal', () => called(zod(), 'literal', [value, ...args]), Array.isArray(value) ? [...value] : [value]),
  array: (part: unknown, ...args: Args): Schema => arrayOf(part, () => called(zod(), 'array', [realOf(part), ...args])),
  object: (shape: Shape = {}, ...args: Args) =>
    new Schema(() => called(zod(), 'object', [realShape(shape), ...args]), objectOf(shape, 'dropped')),
  strictObject: (shape: Shape, ...args: Args) =>
    new Schema(() => called(zod(), 'strictObject', [realShape(shape), ...args]), objectOf(shape, 'refused')),
  looseObject: (shape: Shape, ...args: Args) =>
    new Schema(() => called(zod(), 'looseObject', [realShape(shape), ...args]), objectOf(shape, 'kept')),
  record: (key: unknown, part: unknown, ...args: Args) => {
    const make = () => called(zod(), 'record', [realOf(key), realOf(part), ...args]);
    const names = key instanceof Schema ? LISTS.get(key) : undefined;
    const texts = names?.filter((one) => typeof one === 'string');
    const isKnown = key instanceof Schema && (key.kind === 'string' || (texts && texts.length === names?.length));
    if (!isKnown) return schemaOf(make());
    return new Schema(make, { kind: 'record', quick: () => quickRecord(key, schemaOf(part), texts) });
  },
  union: (options: readonly unknown[], ...args: Args) => {
    const parts = options.map(schemaOf);
    return new Schema(() => called(zod(), 'union', [options.map(realOf), ...args]), {
      kind: 'union',
      quick: () => quickUnion(parts),
      get absence() {
        return absenceOfAny(parts);
      },
      shows: { options },
    });
  },
  discriminatedUnion: (name: string, options: readonly unknown[], ...args: Args) => {
    const make = () => called(zod(), 'discriminatedUnion', [name, options.map(realOf), ...args]);
    const choices = options.flatMap((option) => {
      const told = option instanceof Schema && isShape(option.shape) ? option.shape[name] : undefined;
      const values = told && LISTS.get(told);
      return values && option instanceof Schema ? [{ values, part: option }] : [];
    });
    if (choices.length < options.length) return schemaOf(make());
    return new Schema(make, { kind: 'choice', quick: () => quickChoice(name, choices), shows: { options } });
  },
  registry: () => new Registry(),
  toJSONSchema: (schema: unknown, ...args: Args) => called(zod(), 'toJSONSchema', [realOf(schema), ...args]),
  ZodType: likeClass('ZodType', () => true),
  ZodObject: likeClass('ZodObject', (kind) => kind === 'object' || kind === 'object with rules'),
  ZodOptional: likeClass('ZodOptional', (kind) => kind === 'optional'),
  ZodDefault: likeClass('ZodDefault', (kind) => kind === 'default'),
  ZodPrefault: likeClass('ZodPrefault', (kind) => kind === 'prefault'),
  // Where zod was never loaded, no error is one of its.
  ZodError: likeClass('ZodError', () => false),
};

/** Stands for a class of zod on the right of `instanceof`. */
function likeClass(
  name: 'ZodType' | 'ZodObject' | 'ZodOptional' | 'ZodDefault' | 'ZodPrefault' | 'ZodError',
  is: (kind: string | undefined) => boolean,
) {
  return {
    [Symbol.hasInstance](value: unknown): boolean {
      if (value instanceof Schema) return is(value.kind);
      return loaded !== undefined && value instanceof loaded[name];
    },
  };
}

/** zod's functions: those that the program calls most make schemas on demand, all others are zod's own. */
export const z = new Proxy(makes, {
  get: (own, name) => (Object.hasOwn(own, name) ? Reflect.get(own, name) : Reflect.get(zod(), name)),
}) as unknown as typeof Zod.z; // the same functions, as far as the program calls them; its types are checked against zod's

/** zod's class of errors, for `instanceof`. */
export const ZodError = makes.ZodError as unknown as typeof Zod.ZodError; // only asked by `instanceof`
