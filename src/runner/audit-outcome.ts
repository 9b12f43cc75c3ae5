import type { CodeloopError } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import type { AuditCall } from '../core/vocabulary/audit-entry.js';

/** The fields of an audit line that follow from how a call ended. */
export type AuditOutcome = Pick<AuditCall, 'decision' | 'rule' | 'status'> &
  Partial<Pick<AuditCall, 'code' | 'run_id'>>;

/** How a call that answered with a result is logged. */
export function resultOutcome(result: Readonly<Record<string, unknown>>): AuditOutcome {
  const status = STATUSES.find((known) => known === result.status) ?? 'pass';
  return { decision: 'allowed', rule: null, status, ...runOf(result) };
}

/** How a call that failed is logged. `admitted`: the policy had let it run; `args` may name the run it was about. */
export function errorOutcome(
  error: CodeloopError,
  admitted: boolean,
  args: Readonly<Record<string, unknown>> = {},
): AuditOutcome {
  const rule = typeof error.values.rule === 'string' ? error.values.rule : null;
  const decision = DECISIONS[error.code] ?? (admitted ? 'allowed' : 'rejected');
  return { decision, rule, status: 'error', code: error.code, ...runOf(args) };
}

const STATUSES = ['pass', 'fail', 'needs_human', 'could_not_run'] as const;

const DECISIONS: Readonly<Partial<Record<string, AuditCall['decision']>>> = {
  POLICY_DENIED: 'denied',
  RATE_LIMITED: 'limited',
  POLICY_INVALID: 'policy_invalid',
  POLICY_COUNTERS_UNREADABLE: 'policy_invalid',
};

/** Arguments are a caller's: only what has the shape of an id is taken from them, never a text of any length and content. */
function runOf(value: Readonly<Record<string, unknown>>): { run_id?: string } {
  return typeof value.run_id === 'string' && ID_PATTERN.test(value.run_id) ? { run_id: value.run_id } : {};
}
