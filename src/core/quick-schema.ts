/** What a quick look gives for a value that zod refuses; why it does, zod says itself. */
export const REFUSED: unique symbol = Symbol('refused');

/** Returns what zod returns for a value, exactly, or `REFUSED` where zod refuses it. */
export type Quick = (value: unknown) => unknown;

/** What a schema makes of a field that is not there, in zod's words (`optin` and `optout` of its internals). */
export interface Absence {
  in: 'defaulted' | 'optional' | undefined;
  out: 'optional' | undefined;
}

/** A schema as the schemas around it see it. */
export interface Part {
  readonly quick: Quick;
  readonly absence: Absence;
}

/** A value of a plain schema has to be there. */
export const REQUIRED: Absence = { in: undefined, out: undefined };

/** A value that passes a test comes out as it is. */
export function passing(test: (value: unknown) => boolean): Quick {
  return (value) => (test(value) ? value : REFUSED);
}

/** What zod calls an object. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What zod calls a plain object: nothing that a class made. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const made: unknown = Reflect.get(value, 'constructor');
  if (typeof made !== 'function') return true;
  return isObject(made.prototype) && Object.hasOwn(made.prototype, 'isPrototypeOf');
}

/** The value of a default, one of its own for each use. */
export function copyOf(value: unknown): unknown {
  if (typeof value === 'function') return value();
  if (isPlain(value)) return { ...value };
  return Array.isArray(value) ? [...value] : value;
}

/** An object of fields: `rest` says what becomes of names that the shape does not have. Fields come out in the order of the shape. */
export function quickObject(shape: Readonly<Record<string, Part>>, rest: 'dropped' | 'refused' | 'kept'): Quick {
  const fields = Object.entries(shape);
  const names = new Set(Object.keys(shape));
  return (value) => {
    if (!isObject(value)) return REFUSED;
    const made: Record<string, unknown> = {};
    for (const [name, part] of fields) if (!takeField(value, name, part, made)) return REFUSED;
    if (rest === 'dropped') return made;
    for (const name in value) {
      if (names.has(name)) continue;
      if (rest === 'refused') return REFUSED;
      if (name !== '__proto__') made[name] = Reflect.get(value, name);
    }
    return made;
  };
}

/** One field as zod takes it (`handlePropertyResult`); false where it is no value of its schema. */
function takeField(from: object, name: string, { quick, absence }: Part, made: Record<string, unknown>): boolean {
  const isThere = name in from;
  if (!isThere && absence.in === 'optional' && absence.out === 'optional') return true;
  const value = quick(Reflect.get(from, name));
  if (value === REFUSED) return absence.in !== undefined && absence.out === 'optional' && !isThere;
  if (!isThere && absence.in === undefined) return false;
  if (isThere || value !== undefined || (absence.in === 'defaulted' && absence.out === undefined)) made[name] = value;
  return true;
}

/** A list of values of one schema. */
export function quickArray(part: Part): Quick {
  return (value) => {
    if (!Array.isArray(value)) return REFUSED;
    const made: unknown[] = new Array(value.length);
    for (let at = 0; at < value.length; at += 1) {
      const one = part.quick(value[at]);
      if (one === REFUSED) return REFUSED;
      made[at] = one;
    }
    return made;
  };
}

/** Values by name. `key` lets texts through as they are; `names`: every name that there has to be, where it lists them. */
export function quickRecord(key: Part, part: Part, names: readonly string[] | undefined): Quick {
  return (value) => {
    if (!isPlain(value)) return REFUSED;
    const made: Record<string, unknown> = {};
    for (const name of names ?? Reflect.ownKeys(value)) {
      if (name === '__proto__' || (!names && !Object.prototype.propertyIsEnumerable.call(value, name))) continue;
      if (typeof name !== 'string' || key.quick(name) === REFUSED) return REFUSED;
      const one = part.quick(value[name]);
      if (one === REFUSED) return REFUSED;
      made[name] = one;
    }
    if (names) for (const name in value) if (!names.includes(name)) return REFUSED;
    return made;
  };
}

/** The first of several schemas that a value passes. */
export function quickUnion(options: readonly Part[]): Quick {
  return (value) => {
    for (const { quick } of options) {
      const made = quick(value);
      if (made !== REFUSED) return made;
    }
    return REFUSED;
  };
}

/** How several schemas take a field that is not there. */
export function absenceOfAny(options: readonly Part[]): Absence {
  const some = (way: Absence['in']) => options.some(({ absence }) => absence.in === way);
  return {
    in: some('defaulted') ? 'defaulted' : some('optional') ? 'optional' : undefined,
    out: options.some(({ absence }) => absence.out === 'optional') ? 'optional' : undefined,
  };
}

/** The one of several object schemas whose `name` has the value's own. */
export function quickChoice(name: string, options: readonly { values: readonly unknown[]; part: Part }[]): Quick {
  return (value) => {
    if (!isObject(value)) return REFUSED;
    const told: unknown = Reflect.get(value, name);
    const meant = options.filter(({ values }) => values.includes(told));
    return told !== undefined && meant.length === 1 && meant[0] ? meant[0].part.quick(value) : REFUSED;
  };
}

/** A value that may be left out. */
export function quickOptional(inner: Part): Quick {
  return (value) => {
    if (value !== undefined) return inner.quick(value);
    if (inner.absence.in !== 'defaulted') return undefined;
    const made = inner.quick(undefined);
    return made === REFUSED ? undefined : made;
  };
}

/**
 * A schema with a function behind it: `test` refuses by what it returns, `look` by what it tells of the value, `change` also puts another value in
 * its place.
 */
export function quickRule(
  inner: Part,
  rule: (value: unknown, told: object) => unknown,
  way: 'test' | 'look' | 'change',
): Quick {
  return (value) => {
    const made = inner.quick(value);
    if (made === REFUSED) return REFUSED;
    let isWrong = false;
    const addIssue = () => {
      isWrong = true;
    };
    const told = { value: made, issues: [], addIssue };
    const said = rule(made, told);
    // What takes time is an error of zod's own.
    if (isWrong || told.issues.length > 0 || said instanceof Promise || (way === 'test' && !said)) return REFUSED;
    return way === 'change' ? said : made;
  };
}

/** Whether a rule is given no more than words for its error: with conditions of its own, zod alone knows it. */
export function isPlainRule(params: unknown): boolean {
  return params === undefined || typeof params === 'string' || !('when' in Object(params));
}

/** The length of a text or a list. */
export function sizeOf(value: unknown): number {
  return Number(Reflect.get(Object(value), 'length'));
}

/** What is registered for schemas, as zod's own registry keeps it: a clone has what its origin has. */
export class Registry {
  readonly #kept = new WeakMap<object, object>();

  add(schema: object, meta: object): this {
    this.#kept.set(schema, meta);
    return this;
  }
  has(schema: object): boolean {
    return this.#kept.has(schema);
  }
  get(schema: object): object | undefined {
    const parent: unknown = Reflect.get(schema, 'parent');
    if (!isObject(parent)) return this.#kept.get(schema);
    const { id: _own, ...above }: { id?: unknown } = this.get(parent) ?? {};
    const all = { ...above, ...this.#kept.get(schema) };
    return Object.keys(all).length > 0 ? all : undefined;
  }
}
