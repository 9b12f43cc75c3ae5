import {
  type Condition,
  countedAs,
  type Decision,
  type Increment,
  type Policy,
  type PolicyCall,
  type Refusal,
  type Rule,
  refuse,
  rulesFor,
  type SlidingLimit,
  valueAt,
  type Window,
} from './policy.js';

/** The counters as they stand at one moment. */
export interface CounterView {
  /** Milliseconds since the epoch. */
  now: number;
  /** A counter of the long spelling: what is used, and when its window ends (ms since the epoch). */
  aligned(key: string, window: Window): { used: number; resetsAt: number };
  /** Times (ms since the epoch, ascending) of the calls that still count in a sliding window. */
  sliding(key: string, windowMs: number, shared: boolean): readonly number[];
}

interface Limited {
  refusal?: Refusal;
  increments: Increment[];
}

/**
 * A rule's limits and its conditions on counters. A rule's own counter is judged by what it would be *after* the call
 * (`lte 10` allows the tenth call and refuses the eleventh), the counters of other rules by what they are. `identity`: the name that
 * limits by identity count the caller under.
 */
export function checkLimits(rule: Rule, call: PolicyCall, counters: CounterView, identity: string): Limited {
  const increments: Increment[] = [];
  const amount = incrementOf(rule, call);
  if (typeof amount === 'object') return { refusal: amount, increments };
  for (const condition of rule.conditions) {
    const refusal = refuseCounter(condition, rule, call, amount, counters);
    if (refusal) return { refusal, increments };
  }
  if (rule.state) increments.push({ kind: 'aligned', ...rule.state.counter, amount });
  if (rule.sliding) {
    const increment = slidingIncrement(rule.sliding, call, identity);
    const refusal = refuseSliding(rule.sliding, rule, call, counters, increment);
    if (refusal) return { refusal, increments };
    increments.push(increment);
  }
  return { increments };
}

/** Amount a rule's state adds for this call, or the refusal when the argument cannot be counted (a negative one would give back). */
function incrementOf(rule: Rule, call: PolicyCall): number | Refusal {
  if (!rule.state?.incrementFrom) return rule.state?.increment ?? 0;
  const { text, path } = rule.state.incrementFrom;
  const value = valueAt(call.arguments, path);
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  const why =
    value === undefined ? `${text} is counted and is missing` : `${text} is counted and must be a number >= 0`;
  return refuse(call.tool, rule.name, why, rule.reason, { condition: `${text} gte 0` });
}

function refuseCounter(
  condition: Condition,
  rule: Rule,
  call: PolicyCall,
  amount: number,
  counters: CounterView,
): Refusal | undefined {
  if (condition.source.from !== 'state') return undefined;
  const { key, window } = condition.source.counter;
  const { used, resetsAt } = counters.aligned(key, window);
  const upper = condition.op === 'lt' || condition.op === 'lte';
  const asked = upper && rule.state?.counter.key === key ? amount : 0;
  if (condition.holds(plus(used, asked))) return undefined;
  if (!upper || typeof condition.value !== 'number')
    return refuse(call.tool, rule.name, `"${condition.text}" does not hold (it is ${used})`, rule.reason, { used });
  const fits = condition.holds(asked);
  return {
    outcome: 'limit',
    tool: call.tool,
    rule: rule.name,
    why: `"${condition.text}" would not hold`,
    ...(rule.reason === undefined ? {} : { reason: rule.reason }),
    limit: condition.value,
    window,
    used,
    asked,
    ...(fits ? { retry_after_ms: Math.max(1, resetsAt - counters.now) } : {}),
  };
}

function refuseSliding(
  limit: SlidingLimit,
  rule: Rule,
  call: PolicyCall,
  counters: CounterView,
  { key, windowMs, shared }: SlidingIncrement,
): Refusal | undefined {
  const times = counters.sliding(key, windowMs, shared);
  if (times.length < limit.max) return undefined;
  // There is room again when so many of the oldest have left that one less than `max` remain.
  const leaves = times[times.length - limit.max] ?? counters.now;
  return {
    outcome: 'limit',
    tool: call.tool,
    rule: rule.name,
    why: `${limit.max} calls in ${windowMs / 1000} s are used up`,
    ...(rule.reason === undefined ? {} : { reason: rule.reason }),
    limit: limit.max,
    window: `${windowMs / 1000} s`,
    used: times.length,
    asked: 1,
    retry_after_ms: Math.max(1, leaves + windowMs - counters.now),
  };
}

type SlidingIncrement = Extract<Increment, { kind: 'sliding' }>;

/** A command of the terminal is a session of its own, as is a request without one; no limit could hold there: they count by identity. */
function slidingIncrement(
  { key, windowMs, scope }: SlidingLimit,
  call: PolicyCall,
  identity: string,
): SlidingIncrement {
  const kind = 'sliding';
  const terminal = call.door !== 'mcp';
  if (scope === 'session' && !terminal && call.connection !== undefined)
    return { kind, key: sessionKey(key, call.connection), windowMs, shared: false };
  if (scope === 'session' || scope === 'identity') return { kind, key: `${key}@${identity}`, windowMs, shared: true };
  return { kind, key, windowMs, shared: scope === 'project' || terminal };
}

/** The counter of a connection: `PolicyCounters.endSession` knows it by its end. */
export function sessionKey(key: string, connection: string): string {
  return `${key}@session:${connection}`;
}

/** A sum without the noise of binary fractions: 0.1 + 0.2 is 0.3. */
export function plus(a: number, b: number): number {
  return Number((a + b).toPrecision(15));
}

/** First, before the arguments are looked at: hidden tools, `default: deny`, deny rules. */
export function decideAccess(policy: Policy, call: Pick<PolicyCall, 'tool' | 'who'>): Refusal | undefined {
  const { tool } = call;
  if (policy.hide.has(tool) || policy.hide.has('*'))
    return refuse(tool, 'hide', 'the tool is hidden', undefined, { final: true });
  if (policy.default === 'deny' && (tool === '*' || !policy.tools.has(tool)))
    return refuse(tool, 'default: deny', 'the tool is not listed', undefined, { final: true });
  for (const rule of rulesFor(policy, call)) {
    const refusal = refuseDenied(rule, tool);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Second, before the arguments are validated: `validate.required_args`. */
export function decideRequired(policy: Policy, call: PolicyCall): Refusal | undefined {
  for (const rule of rulesFor(policy, call)) {
    const refusal = refuseMissing(rule, call);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Third: conditions on arguments whose defaults are filled in. */
export function decideArguments(policy: Policy, call: PolicyCall): Refusal | undefined {
  for (const rule of rulesFor(policy, call)) {
    const refusal = refuseArguments(rule, call);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Last: limits and conditions on counters. Allowed: what the call adds, to be written in one step. */
export function decideLimits(policy: Policy, call: PolicyCall, counters: CounterView): Decision {
  const increments: Increment[] = [];
  for (const rule of rulesFor(policy, call)) {
    const limited = checkLimits(rule, call, counters, countedAs(policy.grants, call.who));
    if (limited.refusal) return limited.refusal;
    increments.push(...limited.increments);
  }
  return { outcome: 'allow', increments };
}

/** Everything a policy says about one call, in the order of the dispatcher. Pure: no clock, no disk, no side effect. */
export function decide(policy: Policy, call: PolicyCall, counters: CounterView): Decision {
  return (
    decideAccess(policy, call) ??
    decideRequired(policy, call) ??
    decideArguments(policy, call) ??
    decideLimits(policy, call, counters)
  );
}

/** A deny rule's refusal. */
export function refuseDenied(rule: Rule, tool: string): Refusal | undefined {
  if (!rule.deny) return undefined;
  return refuse(tool, rule.name, rule.why ?? 'the tool is denied', rule.reason, { final: true });
}

/** Refusal by `validate.required_args`: an argument that is missing or null is not there. */
export function refuseMissing(rule: Rule, call: PolicyCall): Refusal | undefined {
  if (!rule.required) return undefined;
  const names = rule.required === true ? call.required : rule.required;
  const missing = names.filter((name) => {
    const value = valueAt(call.arguments, [name]);
    return value === undefined || value === null;
  });
  return missing.length > 0
    ? refuse(call.tool, rule.name, `missing: ${missing.join(', ')}`, rule.reason, { missing })
    : undefined;
}

/** Refusal by a condition on an argument. */
export function refuseArguments(rule: Rule, call: PolicyCall): Refusal | undefined {
  const failed = rule.conditions.find(
    ({ source, holds }) => source.from === 'args' && !holds(valueAt(call.arguments, source.path)),
  );
  return failed
    ? refuse(call.tool, rule.name, `"${failed.text}" does not hold`, rule.reason, { condition: failed.text })
    : undefined;
}
