import { canonicalJson } from '../../core/digest.js';

/** The eleven operators of a condition. */
export const OPERATORS = [
  'eq',
  'neq',
  'in',
  'not_in',
  'lt',
  'lte',
  'gt',
  'gte',
  'regex',
  'contains',
  'exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Longest text in UTF-16 units that `regex` looks at; a longer argument does not match. */
export const MAX_REGEX_INPUT = 65_536;

/** A compiled pattern in RE2 syntax: time linear in the input, so that no argument can stall the server. */
export interface LinearPattern {
  test(input: string): boolean;
}

/**
 * Returns true when `actual` satisfies `op value`. `actual` is undefined when the argument is missing: then only `exists: false` holds,
 * as the format's users expect (`neq` and `not_in` fail too). `regex` needs its compiled `pattern`.
 * `eq` compares numbers as numbers and everything else by its text; `lt lte gt gte` hold for numbers only.
 */
export function holds(op: Operator, actual: unknown, value: unknown, pattern?: LinearPattern): boolean {
  if (op === 'exists') return (actual !== undefined && actual !== null) === value;
  if (actual === undefined) return false;
  switch (op) {
    case 'eq':
      return same(actual, value);
    case 'neq':
      return !same(actual, value);
    case 'in':
      return Array.isArray(value) && value.some((item) => same(actual, item));
    case 'not_in':
      return Array.isArray(value) && !value.some((item) => same(actual, item));
    case 'lt':
      return compare(actual, value, (a, b) => a < b);
    case 'lte':
      return compare(actual, value, (a, b) => a <= b);
    case 'gt':
      return compare(actual, value, (a, b) => a > b);
    case 'gte':
      return compare(actual, value, (a, b) => a >= b);
    case 'regex':
      return typeof actual === 'string' && actual.length <= MAX_REGEX_INPUT && pattern?.test(actual) === true;
    case 'contains':
      if (typeof actual === 'string') return typeof value === 'string' && actual.includes(value);
      return Array.isArray(actual) && actual.some((item) => same(item, value));
  }
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return text(a) === text(b);
}

function text(value: unknown): string {
  return value !== null && typeof value === 'object' ? canonicalJson(value) : String(value);
}

function compare(a: unknown, b: unknown, test: (a: number, b: number) => boolean): boolean {
  return typeof a === 'number' && typeof b === 'number' && test(a, b);
}

/** The value at a path of own keys, or undefined when a step is missing or is no object. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  let current = root;
  for (const key of path) {
    if (current === null || typeof current !== 'object' || Array.isArray(current) || !Object.hasOwn(current, key))
      return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

/** Windows of the long spelling; they begin at whole UTC minutes, hours and days. */
export const WINDOWS = ['minute', 'hour', 'day'] as const;
export type Window = (typeof WINDOWS)[number];

/** A counter of the long spelling. `key` is `<tool or _global>.<counter>`. */
export interface Counter {
  key: string;
  window: Window;
}

/** One comparison; it holds or it does not. `text` is how it is shown: `args.amount lte 50000`. */
export interface Condition {
  text: string;
  source: { from: 'args'; path: readonly string[] } | { from: 'state'; counter: Counter };
  op: Operator;
  /** The value written in the file. */
  value: unknown;
  holds: (actual: unknown) => boolean;
}

/** The amount that an allowed call adds to a counter: fixed, or the value of an argument. */
export interface State {
  counter: Counter;
  increment: number;
  incrementFrom?: { text: string; path: readonly string[] };
}

/** A limit of the short spelling: at most `max` calls in any `windowMs` milliseconds. */
export interface SlidingLimit {
  key: string;
  max: number;
  windowMs: number;
  /** What is counted together: all calls of the project, of one process, of one connection, or of one identity. */
  scope: 'process' | 'project' | 'session' | 'identity';
}

/** One rule in the order of the file, both spellings brought to one form. Every part that is there must pass. */
export interface Rule {
  /** The `name` of the file, or the place: `tools.codeloop_verify.rules[0]`. */
  name: string;
  /** The user's own words (`on_deny` or `reason`); shown as they are, never interpreted. */
  reason?: string;
  deny: boolean;
  /** Why a denying rule that no person wrote denies. */
  why?: string;
  conditions: readonly Condition[];
  state?: State;
  sliding?: SlidingLimit;
  /** True: every argument the tool requires must be there. A list: these must. */
  required?: true | readonly string[];
}

/**
 * How it is known who calls. `token`: proved by a secret that only the caller has. `terminal`: a terminal at both ends. `environment`: a variable
 * that any process may set. `said_by_itself`: the client's own word. `door`: no more than the way it came in by.
 */
export const KNOWN_BY = ['token', 'terminal', 'environment', 'said_by_itself', 'door'] as const;
type KnownBy = (typeof KNOWN_BY)[number];

/** Who calls. `id`: `person`, `ci`, `agent`, `script`, `client`, `client:<name>` or `token:<name>`. */
export interface Identity {
  id: string;
  known_by: KnownBy;
}

/** A client that says no name, or none that can be told from another by eye. */
export const UNNAMED: Identity = { id: 'client', known_by: 'door' };

/** What one identity may call. */
export interface Grant {
  tools: ReadonlySet<string>;
  conditions: readonly Condition[];
  reason?: string;
}

/** Grants by the id of an identity; `default` is for all others. */
export type Grants = ReadonlyMap<string, Grant>;

/** A policy file that was read without a problem. */
export interface Policy {
  description?: string;
  default: 'allow' | 'deny';
  hide: ReadonlySet<string>;
  /** Rules by tool name; `*` applies to every tool, after the tool's own. */
  tools: ReadonlyMap<string, readonly Rule[]>;
  /** What each identity may call; absent: identities make no difference. */
  grants?: Grants;
}

/** The policy of a project without a policy file: everything is allowed. */
export const NO_POLICY: Policy = { default: 'allow', hide: new Set(), tools: new Map() };

/** The grant that an identity falls under, and its name: its own, else the default, else none. */
function grantFor(grants: Grants, { id }: Identity): [name: string, grant: Grant | undefined] {
  const own = grants.get(id);
  return own ? [id, own] : ['default', grants.get('default')];
}

/** A grant as the first rule of every call of its identity: what is not granted is denied, what is has the grant's conditions. */
export function grantRule(grants: Grants | undefined, who: Identity = UNNAMED, tool: string): Rule[] {
  if (!grants) return [];
  const [name, grant] = grantFor(grants, who);
  const reason = grant?.reason;
  const granted = grant !== undefined && (grant.tools.has(tool) || grant.tools.has('*'));
  return [
    {
      name: `grants.${name}`,
      deny: !granted,
      ...(granted ? {} : { why: `${who.id} (known by: ${who.known_by.replaceAll('_', ' ')}) is not granted it` }),
      conditions: granted ? grant.conditions : [],
      ...(reason === undefined ? {} : { reason }),
    },
  ];
}

/**
 * The name that an identity is counted by. A name that only the caller vouches for counts apart where the file grants it something; all others count
 * together, or another name would be another limit.
 */
export function countedAs(grants: Grants | undefined, who: Identity = UNNAMED): string {
  return who.known_by !== 'said_by_itself' || grants?.has(who.id) ? who.id : UNNAMED.id;
}

/** The rules of a call in the order in which they are asked: the caller's grant, the tool's own, then `*`. */
export function rulesFor(policy: Policy, { tool, who }: Pick<PolicyCall, 'tool' | 'who'>): readonly Rule[] {
  return [...grantRule(policy.grants, who, tool), ...(policy.tools.get(tool) ?? []), ...(policy.tools.get('*') ?? [])];
}

/** A call as the policy sees it. */
export interface PolicyCall {
  tool: string;
  arguments: Readonly<Record<string, unknown>>;
  /** Arguments that the tool's schema requires. */
  required: readonly string[];
  /** The terminal counts every limit by project: its process ends with the call. */
  door: 'mcp' | 'cli' | 'review';
  /** Who calls; absent: nobody knows. */
  who?: Identity;
  /** The connection it came by. */
  connection?: string | undefined;
}

/** The increment of one counter by an allowed call. */
export type Increment =
  | { kind: 'aligned'; key: string; window: Window; amount: number }
  | { kind: 'sliding'; key: string; windowMs: number; shared: boolean };

/** A call that may not run, with everything the caller needs to act on it. */
export interface Refusal {
  outcome: 'deny' | 'limit';
  tool: string;
  rule: string;
  /** The condition that did not hold, in codeloop's words. */
  why: string;
  /** The user's own words from the policy file. */
  reason?: string;
  /** Nothing the caller changes in the call would help. */
  final?: boolean;
  missing?: readonly string[];
  condition?: string;
  limit?: number;
  /** `minute`, `hour`, `day`, or `60 s`. */
  window?: string;
  used?: number;
  /** The amount that this call would have added. */
  asked?: number;
  /** Milliseconds until there is room for this call; absent when waiting cannot help. */
  retry_after_ms?: number;
}

/** The policy's decision. `increments` are to be written before the call runs, all or none. */
export type Decision = Refusal | { outcome: 'allow'; increments: readonly Increment[] };

/** Builds a denial. */
export function refuse(
  tool: string,
  rule: string,
  why: string,
  reason: string | undefined,
  more: Partial<Refusal> = {},
): Refusal {
  return { outcome: 'deny', tool, rule, why, ...(reason === undefined ? {} : { reason }), ...more };
}
