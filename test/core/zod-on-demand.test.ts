import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z as real } from 'zod';
import { REFUSED } from '../../src/core/quick-schema.js';
import { Schema } from '../../src/core/schema-on-demand.js';
import { z } from '../../src/core/zod-on-demand.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';

/** What the quick way says of a value, beside what zod says: the same value with its fields in the same order, or refused by both. */
function bothSay(schema: unknown, value: unknown) {
  if (!(schema instanceof Schema)) throw new Error('no schema of the program');
  const quick = schema.quick(value);
  const answer = schema.real.safeParse(value);
  const shown = (one: unknown) => ({ one, order: JSON.stringify(one) });
  return [quick === REFUSED ? 'refused' : shown(quick), answer.success ? shown(answer.data) : 'refused'];
}

/** Numbers from 0 to 1, the same for the same seed (a linear congruential generator; Knuth, TAOCP 2, 3.3.4). */
function numbersOf(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % (1n << 64n);
    return Number(state >> 11n) / 2 ** 53;
  };
}

/** Values that pass a schema, nearly pass it, or have nothing to do with it; by zod's own description of the schema. */
function valuesOf(schema: real.ZodType, random: () => number, depth = 0): unknown {
  const odd = [
    undefined,
    null,
    '',
    'x',
    ' a b ',
    0,
    -1,
    1.5,
    2 ** 60,
    Number.NaN,
    true,
    [],
    {},
    ['x'],
    { x: 1 },
    new Map(),
  ];
  const pick = (from: readonly unknown[]) => from[Math.floor(random() * from.length)];
  if (depth > 8 || random() < 0.03) return pick(odd);
  const def = schema._zod.def as unknown as Record<string, unknown>;
  const inner = (one: unknown) => valuesOf(one as real.ZodType, random, depth + 1);
  switch (def.type) {
    case 'string':
      return pick([
        'a',
        'run-20261130-062340-55768c',
        '2026-11-30T06:23:40Z',
        'https://a.example/\tb ',
        'a'.repeat(64),
        '#0af',
        'mobile',
      ]);
    case 'number':
      return pick([0, 1, 2, 0.5, 100, 375, 1_500]);
    case 'boolean':
      return random() < 0.5;
    case 'enum':
      return pick(Object.values(def.entries as object));
    case 'literal':
      return pick(def.values as unknown[]);
    case 'array':
      return Array.from({ length: Math.floor(random() * 3) }, () => inner(def.element));
    case 'record':
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 3) }, () => [inner(def.keyType), inner(def.valueType)]),
      );
    case 'object': {
      const fields = Object.entries(def.shape as object).flatMap(([name, part]) =>
        random() < 0.9 ? [[name, inner(part)]] : [],
      );
      const more = random() < 0.05 ? [['of-another-version', 1]] : [];
      return Object.fromEntries([...more, ...fields.sort(() => random() - 0.5)]);
    }
    case 'union':
      return inner(pick(def.options as unknown[]));
    case 'pipe':
      return inner(def.in);
    case 'null':
      return null;
    default:
      return 'innerType' in def ? (random() < 0.3 ? undefined : inner(def.innerType)) : pick(odd);
  }
}

test('every schema that src exports says of any value what zod says', async () => {
  verifies('start.schemas');
  const random = numbersOf(SEED);
  let [passed, refused] = [0, 0];
  for (const folder of ['core/vocabulary', 'config', 'store', 'call/policy', 'verify']) {
    const src = path.join(import.meta.dirname, '../../src', folder);
    for (const file of readdirSync(src).filter((name) => name.endsWith('.ts'))) {
      const exported: Record<string, unknown> = await import(path.join(src, file));
      for (const [name, schema] of Object.entries(exported)) {
        if (!(schema instanceof Schema)) continue;
        for (let at = 0; at < (FULL ? 1000 : 25); at += 1) {
          const value = valuesOf(schema.real, random);
          const [quick, whole] = bothSay(schema, value);
          expect(quick, `${file} ${name} of ${JSON.stringify(value)}`).toStrictEqual(whole);
          if (quick === 'refused') refused += 1;
          else passed += 1;
        }
      }
    }
  }
  // Were nearly all of one kind, little would be shown.
  expect(passed).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
});

const { string, number } = z;
const defaulted = z.object({
  a: z.array(string()).default(['x']),
  b: z.strictObject({ c: number().default(1) }).prefault({}),
});
const cases: Record<string, [schema: unknown, values: unknown[]]> = {
  'absent fields': [
    z.object({
      a: string().optional(),
      b: string().default('b').optional(),
      c: string().nullish(),
      d: z.unknown(),
      e: z.unknown().optional(),
    }),
    [
      {},
      { d: undefined },
      { d: 1, a: undefined },
      { d: 1, c: null, b: undefined },
      Object.create({ d: 1, a: 'above' }),
    ],
  ],
  defaults: [defaulted, [{}, { a: undefined, b: undefined }, { b: { c: undefined } }, { b: { d: 1 } }, { a: null }]],
  'what a transform does with nothing': [
    z.object({
      a: string()
        .optional()
        .transform((one) => one ?? 'none'),
      b: number().transform(String),
    }),
    [{}, { b: 1 }, { a: 'x', b: 2 }, { a: undefined, b: Number.NaN }],
  ],
  'names from another world': [
    z.looseObject({ a: string().optional() }),
    [JSON.parse('{"__proto__":{"a":1},"b":2}'), { constructor: 1 }, { a: 'x', b: undefined }, new Date(0), [], null],
  ],
  'strict objects': [
    z.strictObject({ a: string() }),
    [JSON.parse('{"a":"x","__proto__":1}'), { a: 'x' }, { a: 'x', b: undefined }],
  ],
  'records by text': [
    z.record(string().regex(/^[a-z]+$/), number()),
    [
      { a: 1 },
      { A: 1 },
      { 7: 1 },
      JSON.parse('{"__proto__":1,"a":2}'),
      new Map(),
      { [Symbol('s')]: 1 },
      Object.create(null),
    ],
  ],
  'records by a list': [
    z.record(z.enum(['a', 'b']), number().optional()),
    [{ a: 1, b: 2 }, { a: 1 }, { b: 1, a: 2 }, { a: 1, b: 2, c: 3 }, {}],
  ],
  unions: [
    z.union([string().min(3), number().int(), z.object({ a: z.literal(1) }).transform(() => 'one'), z.array(string())]),
    ['ab', 'abc', 1, 1.5, 2 ** 53, { a: 1 }, { a: 2 }, ['x'], [1], undefined],
  ],
  'a choice by a name': [
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), x: string() }),
      z.strictObject({ kind: z.enum(['b', 'c']), y: number().default(2) }),
    ]),
    [{ kind: 'a', x: '' }, { kind: 'b' }, { kind: 'c', y: 1, z: 1 }, { kind: 'd' }, {}, 'a', [{ kind: 'b' }]],
  ],
  rules: [
    z
      .array(string().trim().min(1))
      .min(1)
      .max(2)
      .refine((all) => new Set(all).size === all.length),
    [[' a '], [' '], ['a', ' a'], [], ['a', 'b', 'c'], 'ab'],
  ],
  'what looks for itself': [
    string().superRefine((text, context) => {
      if (text === 'no') context.addIssue({ code: 'custom', message: 'no' });
    }),
    ['yes', 'no', 1],
  ],
  'a value in place of a wrong one': [
    z.object({ a: number().catch(7), b: z.array(string()).catch([]) }),
    [{}, { a: 'x', b: 'y' }, { a: 1, b: ['z'] }],
  ],
  'parts of objects': [
    z
      .object({ a: string(), b: number(), c: z.boolean() })
      .omit({ a: true })
      .extend({ d: string(), b: string() })
      .pick({ d: true, b: true })
      .partial(),
    [{}, { b: 'x', d: 'y' }, { b: 1 }, { a: 1 }],
  ],
  'addresses and times': [
    z.object({
      a: z.url(),
      b: z.url({ protocol: /^https?$/ }).optional(),
      c: z.iso.datetime({ offset: true }).optional(),
    }),
    [
      { a: ' http://a.example/\n' },
      { a: 'x' },
      { a: 'a:b', b: 'ftp://a' },
      { a: 'a:b', b: 'http://a', c: '2026-11-30T06:23:40+01:00' },
      { a: 'a:b', c: 'now' },
    ],
  ],
  numbers: [
    z.tuple([number().positive(), number().nonnegative(), number().min(2).max(3)]),
    [
      [1, 0, 2],
      [0, 0, 2],
      [1, -0, 3],
      [1, 0, Number.POSITIVE_INFINITY],
    ],
  ],
  json: [z.record(string(), z.json()), [{ a: [1, { b: null }] }, { a: undefined }, { a: () => 1 }]],
};

describe('values on the edge', () => {
  test.for(Object.entries(cases))('%s', ([, [schema, values]]) => {
    verifies('start.schemas');
    for (const value of values) {
      if (!(schema instanceof Schema)) {
        // Only zod knows this kind: it is zod's own.
        expect(schema).toBeInstanceOf(real.ZodType);
        continue;
      }
      const [quick, whole] = bothSay(schema, value);
      expect(quick).toStrictEqual(whole);
    }
  });
});

test('what is wrong is said in zod’s words', () => {
  verifies('start.schemas');
  const own = real.strictObject({ a: real.string().min(2), b: real.number() });
  const ours = z.strictObject({ a: z.string().min(2), b: z.number() });
  const value = { a: 'x', b: 'y', c: 1 };
  expect(ours.safeParse(value).error?.issues).toEqual(own.safeParse(value).error?.issues);
  let thrown: unknown;
  try {
    ours.parse(value);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(real.ZodError);
  expect(thrown instanceof z.ZodError).toBe(true);
  expect(z.toJSONSchema(ours.describe('two'))).toEqual(z.toJSONSchema(own.describe('two')));
});

test('an object that holds itself is read, and refused, as zod says', () => {
  const make = (maker: typeof real) => {
    const List = maker.object({
      name: maker.string(),
      get parts() {
        return maker.array(List).default([]);
      },
    });
    const Chain = maker.strictObject({
      at: maker.number(),
      get next() {
        return Chain.optional();
      },
    });
    const Named = maker.looseObject({
      get by() {
        return maker.record(maker.string(), Named).optional();
      },
    });
    return [List, Chain, Named];
  };
  const values = [
    { name: 'a', parts: [{ name: 'b', parts: [{ name: 'c' }], more: 1 }] },
    { name: 'a', parts: [{ name: 'b', parts: [{ name: 3 }] }] },
    { at: 1, next: { at: 2, next: { at: 3 } } },
    { at: 1, next: { at: 2, next: { at: '3' } } },
    { by: { x: { by: { y: { kept: true } } } } },
    { by: { x: { by: 7 } } },
    null,
  ];
  const own = make(real);
  for (const [at, ours] of make(z).entries())
    for (const value of values) {
      const [quick, slow] = bothSay(ours, value);
      expect(quick).toEqual(slow);
      expect(ours.safeParse(value).error?.issues).toEqual(own[at]?.safeParse(value).error?.issues);
    }
});

test('each use of a default has a value of its own', () => {
  const first = defaulted.parse({});
  first.a.push('y');
  first.b.c = 2;
  expect(defaulted.parse({})).toEqual({ a: ['x'], b: { c: 1 } });
});

test('what is registered for a schema holds for its clones, and for no schema around it', () => {
  const registry = z.registry<{ note: string }>();
  const schema = z.string().register(registry, { note: 'a' });
  expect([schema, schema.min(1), schema.describe('x'), schema.optional()].map((one) => registry.get(one))).toEqual([
    { note: 'a' },
    { note: 'a' },
    { note: 'a' },
    undefined,
  ]);
  expect(z.strictObject({ schema }).shape.schema).toBe(schema);
  expect([schema.optional() instanceof z.ZodOptional, schema instanceof z.ZodObject]).toEqual([true, false]);
});
