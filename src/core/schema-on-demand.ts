import type * as Zod from 'zod';
import {
  type Absence,
  copyOf,
  isPlainRule,
  type Part,
  type Quick,
  quickArray,
  quickObject,
  quickOptional,
  quickRule,
  REFUSED,
  REQUIRED,
  Registry,
  sizeOf,
} from './quick-schema.js';

/** A schema of zod's own. */
export type Real = Zod.ZodType;
/** What a function is called with. */
export type Args = readonly unknown[];

/** What is known of a schema without zod. */
interface Known {
  kind: string;
  quick: () => Quick;
  absence?: Absence;
  /** What a schema is made of, as zod shows it. */
  shows?: Readonly<Record<string, unknown>>;
}

/** Fields of an object by name: schemas of this module or of zod's. */
export type Shape = Readonly<Record<string, Schema>>;
type Rest = 'dropped' | 'refused' | 'kept';

/** Calls a method of a real schema that is known by name. */
export function called(real: object, method: string, args: Args): Real {
  return Reflect.apply(Reflect.get(real, method), real, args);
}

/** A schema that zod has not made yet. What it does not know itself, zod's own is made and asked for. */
export class Schema implements Part {
  readonly #make: () => Real;
  readonly #known: Known | undefined;
  /** The schema that this is a clone of, in zod's sense: what is registered for it holds for this. */
  readonly parent: Schema | undefined;
  #real: Real | undefined;
  #run: Quick | undefined;

  constructor(make: () => Real, known?: Known, parent?: Schema) {
    this.#make = make;
    this.#known = known;
    this.parent = parent;
  }

  get real(): Real {
    this.#real ??= this.#make();
    return this.#real;
  }

  get kind(): string | undefined {
    return this.#known?.kind;
  }

  get absence(): Absence {
    if (this.#known) return this.#known.absence ?? REQUIRED;
    const { optin, optout } = this.real._zod;
    return { in: optin, out: optout };
  }

  get quick(): Quick {
    this.#run ??= this.#known ? this.#known.quick() : asked(this);
    return this.#run;
  }

  shown(name: string): unknown {
    const shows = this.#known?.shows;
    return shows && name in shows ? shows[name] : Reflect.get(this.real, name);
  }

  get shape(): unknown {
    return this.shown('shape');
  }
  get element(): unknown {
    return this.shown('element');
  }
  get options(): unknown {
    return this.shown('options');
  }
  unwrap(): unknown {
    const inner = this.#known?.shows?.inner;
    return inner ?? called(this.real, 'unwrap', []);
  }

  // `rest` says how errors are told, and nothing of values that pass.
  parse(value: unknown, ...rest: Args): unknown {
    const made = this.quick(value);
    return made === REFUSED ? called(this.real, 'parse', [value, ...rest]) : made;
  }

  safeParse(value: unknown, ...rest: Args): unknown {
    const made = this.quick(value);
    return made === REFUSED ? called(this.real, 'safeParse', [value, ...rest]) : { success: true, data: made };
  }

  register(registry: Registry, meta: object): this {
    if (registry instanceof Registry) registry.add(this, meta);
    else called(this.real, 'register', [registry, meta]);
    return this;
  }

  /** The same schema by another name in its JSON Schema. */
  describe(text: string): Schema {
    return new Schema(
      () => called(this.real, 'describe', [text]),
      this.#known && { ...this.#known, quick: () => this.quick },
      this,
    );
  }

  optional(): Schema {
    const absence: Absence = { in: this.absence.in === 'defaulted' ? 'defaulted' : 'optional', out: 'optional' };
    return this.#around('optional', [], absence, () => quickOptional(this));
  }
  nullable(): Schema {
    return this.#around('nullable', [], this.absence, () => (value) => (value === null ? null : this.quick(value)));
  }
  nullish(): Schema {
    return this.nullable().optional();
  }
  default(value: unknown): Schema {
    return this.#around('default', [value], { in: 'defaulted', out: undefined }, () => (given) => {
      const made = given === undefined ? undefined : this.quick(given);
      return made === undefined ? copyOf(value) : made;
    });
  }
  prefault(value: unknown): Schema {
    const absence: Absence = { in: 'defaulted', out: undefined };
    return this.#around(
      'prefault',
      [value],
      absence,
      () => (given) => this.quick(given === undefined ? copyOf(value) : given),
    );
  }
  catch(value: unknown): Schema {
    const way = this.absence.in === 'defaulted' ? 'defaulted' : 'optional';
    const made: Schema = this.#around('catch', [value], { in: way, out: this.absence.out }, () => (given) => {
      const passed = this.quick(given);
      return passed === REFUSED ? asked(made)(given) : passed;
    });
    return made;
  }
  array(): Schema {
    return arrayOf(this, () => called(this.real, 'array', []));
  }

  transform(change: (value: unknown, told: object) => unknown): Schema {
    const known = { kind: 'pipe', absence: { in: this.absence.in, out: undefined } } as const;
    const quick = () => quickRule(this, change, 'change');
    return new Schema(() => called(this.real, 'transform', [change]), { ...known, quick });
  }
  refine(test: (value: unknown) => unknown, ...rest: Args): Schema {
    return this.#checked('refine', [test, ...rest], () => quickRule(this, test, 'test'), isPlainRule(rest[0]));
  }
  superRefine(look: (value: unknown, told: object) => unknown, ...rest: Args): Schema {
    return this.#checked('superRefine', [look, ...rest], () => quickRule(this, look, 'look'), rest.length === 0);
  }

  min(least: number, ...rest: Args): Schema {
    return this.#measured('min', [least, ...rest], (size) => size >= least);
  }
  max(most: number, ...rest: Args): Schema {
    return this.#measured('max', [most, ...rest], (size) => size <= most);
  }
  length(size: number, ...rest: Args): Schema {
    return this.kind === 'number'
      ? this.#onlyReal('length', [size, ...rest])
      : this.#measured('length', [size, ...rest], (one) => one === size);
  }
  int(...rest: Args): Schema {
    return this.#tested('number', 'int', rest, Number.isSafeInteger);
  }
  positive(...rest: Args): Schema {
    return this.#tested('number', 'positive', rest, (value) => Number(value) > 0);
  }
  nonnegative(...rest: Args): Schema {
    return this.#tested('number', 'nonnegative', rest, (value) => Number(value) >= 0);
  }
  regex(pattern: RegExp, ...rest: Args): Schema {
    return this.#tested('string', 'regex', [pattern, ...rest], (value) => {
      pattern.lastIndex = 0;
      return pattern.test(String(value));
    });
  }

  startsWith(text: string, ...rest: Args): Schema {
    return this.#tested('string', 'startsWith', [text, ...rest], (value) => String(value).startsWith(text));
  }
  trim(): Schema {
    const quick = () => quickRule(this, (value) => String(value).trim(), 'change');
    return this.#checked('trim', [], quick, this.kind === 'string');
  }

  extend(more: Shape): Schema {
    const shape = this.#fields();
    if (!shape) return this.#onlyReal('extend', [realShape(more)]);
    return this.#reshaped('extend', () => [realShape(more)], { ...shape, ...more });
  }
  pick(names: Readonly<Record<string, unknown>>): Schema {
    const shape = this.#fields(names);
    if (!shape) return this.#onlyReal('pick', [names]);
    const kept = Object.keys(names).flatMap((name) => (names[name] && shape[name] ? [[name, shape[name]]] : []));
    return this.#reshaped('pick', () => [names], Object.fromEntries(kept));
  }
  omit(names: Readonly<Record<string, unknown>>): Schema {
    const shape = this.#fields(names);
    if (!shape) return this.#onlyReal('omit', [names]);
    return this.#reshaped(
      'omit',
      () => [names],
      Object.fromEntries(Object.entries(shape).filter(([name]) => !names[name])),
    );
  }
  partial(...rest: Args): Schema {
    const shape = rest.length === 0 ? this.#fields() : undefined;
    if (!shape) return this.#onlyReal('partial', rest);
    const fields = Object.entries(shape).map(([name, part]) => [name, schemaOf(part).optional()]);
    return this.#reshaped('partial', () => [], Object.fromEntries(fields));
  }

  /** Its fields, where it is an object without rules of its own and has all of the `names`. */
  #fields(names: object = {}): Shape | undefined {
    const shape = this.#known?.kind === 'object' ? this.#known.shows?.shape : undefined;
    return isShape(shape) && Object.keys(names).every((name) => Object.hasOwn(shape, name)) ? shape : undefined;
  }

  #reshaped(method: string, args: () => Args, shape: Shape): Schema {
    const rest = this.#known?.shows?.rest;
    return new Schema(
      () => called(this.real, method, args()),
      objectOf(shape, rest === 'refused' || rest === 'kept' ? rest : 'dropped'),
    );
  }

  #around(kind: string, args: Args, absence: Absence, quick: () => Quick): Schema {
    return new Schema(() => called(this.real, kind, args), { kind, absence, quick, shows: { inner: this } });
  }

  /** The same with a rule; only zod knows it where the rule is not of the plain kind. */
  #checked(method: string, args: Args, quick: () => Quick, isPlain: boolean): Schema {
    const make = () => called(this.real, method, args);
    const known = this.#known;
    const kind = known?.kind === 'object' ? 'object with rules' : known?.kind;
    if (known && kind && isPlain) return new Schema(make, { ...known, kind, quick }, this);
    const made: Schema = new Schema(make, { ...(known ?? {}), kind: 'of zod', quick: () => asked(made) }, this);
    return made;
  }

  #tested(kind: string, method: string, args: Args, test: (value: unknown) => boolean): Schema {
    return this.#checked(method, args, () => quickRule(this, test, 'test'), this.kind === kind);
  }

  #measured(method: string, args: Args, test: (size: number) => boolean): Schema {
    const hasSize = ['string', 'number', 'array'].includes(this.kind ?? '');
    const quick = () => quickRule(this, (value) => test(typeof value === 'number' ? value : sizeOf(value)), 'test');
    return this.#checked(method, args, quick, hasSize);
  }

  #onlyReal(method: string, args: Args): Schema {
    return schemaOf(called(this.real, method, args));
  }
}

// Whatever else is asked of a schema, zod's own answers.
Object.setPrototypeOf(
  Schema.prototype,
  new Proxy(
    {},
    {
      get(_none, name, self) {
        // Not a promise, and nothing that a printer of values looks for.
        if (!(self instanceof Schema) || typeof name === 'symbol' || name === 'then' || name === 'toJSON')
          return undefined;
        const value: unknown = Reflect.get(self.real, name);
        return typeof value === 'function' ? (...args: Args) => called(self.real, name, args.map(realOf)) : value;
      },
    },
  ),
);

/** Lets zod's own schema answer. */
export function asked(schema: Schema): Quick {
  return (value) => {
    const answer = schema.real.safeParse(value);
    return answer.success ? answer.data : REFUSED;
  };
}

/** A schema of this module as it is; one of zod's own as one of this module. */
export function schemaOf(value: unknown): Schema {
  return value instanceof Schema ? value : new Schema(() => value as Real); // whatever is no schema, zod refuses
}

/** A schema as zod's own, made now; anything else as it is. */
export function realOf(value: unknown): unknown {
  return value instanceof Schema ? value.real : value;
}

/** The fields of an object as zod's own schemas; one that is a getter stays one, as what it gives may be the object itself. */
export function realShape(shape: Shape): Record<string, unknown> {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(shape)).filter(([, { enumerable }]) => enumerable);
  return Object.defineProperties(
    {},
    Object.fromEntries(
      fields.map(([name, { get, value }]): [string, PropertyDescriptor] => [
        name,
        get
          ? { get: () => realOf(get.call(shape)), enumerable: true, configurable: true }
          : { value: realOf(value), enumerable: true, configurable: true, writable: true },
      ]),
    ),
  );
}

/** Whether a value can be the fields of an object. */
export function isShape(value: unknown): value is Shape {
  return value !== null && typeof value === 'object';
}

/** A list of values of one schema. */
export function arrayOf(part: unknown, make: () => Real): Schema {
  return new Schema(make, {
    kind: 'array',
    quick: () => quickArray(schemaOf(part)),
    shows: { element: part, inner: part },
  });
}

/** What is known of an object of these fields. */
export function objectOf(shape: Shape, rest: Rest): Known {
  const parts = () => Object.fromEntries(Object.entries(shape).map(([name, part]) => [name, schemaOf(part)]));
  return { kind: 'object', quick: () => quickObject(parts(), rest), shows: { shape, rest } };
}
