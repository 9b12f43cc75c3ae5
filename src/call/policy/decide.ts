import { type CounterView, checkLimits } from './limits.js';
import { valueAt } from './operators.js';
import {
  countedAs,
  type Decision,
  type Increment,
  type Policy,
  type PolicyCall,
  type Refusal,
  type Rule,
  refuse,
  rulesFor,
} from './policy.js';

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
