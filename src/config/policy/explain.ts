import { decide, judgeArguments, judgeDeny, judgeRequired } from './decide.js';
import type { Decision, PolicyCall } from './decision.js';
import { type CounterView, judgeLimits } from './limits.js';
import { type Policy, rulesFor } from './policy.js';

/** What one rule says of a call. */
export interface ExplainedRule {
  rule: string;
  /** `tools.<name>` or `tools."*"`. */
  from: string;
  verdict: 'passes' | 'denies' | 'limits';
  /** What did not hold, or what the rule asks for. */
  because: string;
  reason?: string;
}

/** A call as the policy sees it: every rule that applies, in the order in which they are asked, and what would happen. */
export interface Explanation {
  decision: Decision;
  rules: ExplainedRule[];
}

/** Explains a call without counting it. Pure; the outcome is that of `decide`. */
export function explainCall(policy: Policy, call: PolicyCall, counters: CounterView): Explanation {
  const own = policy.tools.get(call.tool)?.length ?? 0;
  const rules = rulesFor(policy, call.tool).map((rule, index): ExplainedRule => {
    const refusal =
      judgeDeny(rule, call.tool) ??
      judgeRequired(rule, call) ??
      judgeArguments(rule, call) ??
      judgeLimits(rule, call, counters).refusal;
    return {
      rule: rule.name,
      from: index < own ? `tools.${call.tool}` : 'tools."*"',
      verdict: refusal ? (refusal.outcome === 'limit' ? 'limits' : 'denies') : 'passes',
      because: refusal?.why ?? asks(rule),
      ...(rule.reason === undefined ? {} : { reason: rule.reason }),
    };
  });
  return { decision: decide(policy, call, counters), rules };
}

function asks({ conditions, required, sliding }: ReturnType<typeof rulesFor>[number]): string {
  const parts = [
    ...conditions.map(({ text }) => text),
    ...(sliding ? [`at most ${sliding.max} calls in ${sliding.windowMs / 1000} s`] : []),
    ...(required ? ['required arguments are there'] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'allows every call';
}
