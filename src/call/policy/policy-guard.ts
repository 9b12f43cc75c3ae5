import type { Clock } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import type { AuditCall } from '../../core/vocabulary/audit-entry.js';
import { type AuditAnchor, AuditLog } from './audit-log.js';
import { decideAccess, decideArguments, decideLimits, decideRequired } from './decide.js';
import type { Decision, PolicyCall, Refusal } from './policy.js';
import { grantRule, type Identity, NO_POLICY, type Policy, rulesFor } from './policy.js';
import { PolicyCounters } from './policy-counters.js';
import { PolicySource } from './policy-source.js';

/** Tools that a broken policy file does not stop: the one that says what is wrong with it, and the one that sets up. */
const ALWAYS_CALLABLE: ReadonlySet<string> = new Set(['codeloop_init_project', 'codeloop_policy_check']);

/** The amounts that an allowed call took from its limits. Exactly one of the two is called when the tool has ended. */
export interface Reservation {
  /** The call worked: what it took stays counted. */
  commit(): Promise<void>;
  /** The call failed: what it took is given back. */
  rollback(): Promise<void>;
}

/** A call that may go on to have its arguments validated. */
export interface Admission {
  /**
   * Judges the arguments with their defaults filled in, then the limits, and counts the call. Throws POLICY_DENIED,
   * RATE_LIMITED, POLICY_COUNTERS_UNREADABLE.
   */
  reserve(args: Readonly<Record<string, unknown>>): Promise<Reservation>;
}

/**
 * A project's policy and audit log, in the order in which the dispatcher asks: `admit` (before the arguments are validated),
 * `Admission.reserve` (after), the tool, `commit` or `rollback`, `record`. The policy is read again when its file changed; one
 * call is judged by one state of it.
 */
export class PolicyGuard {
  readonly source: PolicySource;
  readonly counters: PolicyCounters;
  readonly #log: AuditLog;

  constructor(options: { projectDir: string; clock: Clock; anchor?: () => AuditAnchor }) {
    this.source = new PolicySource(options.projectDir);
    this.counters = new PolicyCounters(options.projectDir, options.clock);
    this.#log = new AuditLog(options);
  }

  /** Returns a test for tools that a caller's list leaves out: hidden, or not granted. A broken file hides nothing: its calls say why they fail. */
  async hidden(who: Identity): Promise<(tool: string) => boolean> {
    const state = await this.source.read();
    const { hide, grants } = 'policy' in state ? state.policy : NO_POLICY;
    return (tool) => hide.has(tool) || hide.has('*') || grantRule(grants, who, tool).some(({ deny }) => deny);
  }

  /** A connection has ended, and its limits with it. */
  endSession(connection: string): void {
    this.counters.endSession(connection);
  }

  /** Hidden, denied and incomplete calls end here, before anything is counted. Throws POLICY_DENIED, POLICY_INVALID. */
  async admit(call: PolicyCall): Promise<Admission> {
    const policy = await this.#policyFor(call.tool);
    const refusal = decideAccess(policy, call) ?? decideRequired(policy, call);
    if (refusal) throw asError(refusal);
    return { reserve: (args) => this.#reserve(policy, { ...call, arguments: args }) };
  }

  /** Throws when the log could not take the call's line: asked before the call runs. */
  checkLog(): void {
    this.#log.check();
  }

  /** Writes the call's line into the audit log. `redact` masks the project's own secrets. */
  async record(call: AuditCall, redact?: (text: string) => string): Promise<void> {
    await this.#log.append(call, redact);
  }

  async #policyFor(tool: string): Promise<Policy> {
    if (!ALWAYS_CALLABLE.has(tool)) return (await this.source.current()).policy;
    const state = await this.source.read();
    return 'policy' in state ? state.policy : NO_POLICY;
  }

  async #reserve(policy: Policy, call: PolicyCall): Promise<Reservation> {
    const refusal = decideArguments(policy, call);
    if (refusal) throw asError(refusal);
    const limited = limitsOf(policy, call);
    if (limited === 'none') return FREE;
    const decide = (counters: Parameters<typeof decideLimits>[2]): Decision => decideLimits(policy, call, counters);
    const { decision, reservation } = await this.counters.reserve(decide, limited === 'shared');
    if (decision.outcome !== 'allow') throw asError(decision);
    let open = true;
    return {
      commit: async () => {
        open = false;
      },
      rollback: async () => {
        if (open) await this.counters.rollback(reservation);
        open = false;
      },
    };
  }
}

const FREE: Reservation = { commit: async () => undefined, rollback: async () => undefined };

/** Returns whether any rule of the call counts, and whether the count is shared with other processes. */
function limitsOf(policy: Policy, call: PolicyCall): 'none' | 'own' | 'shared' {
  let found: 'none' | 'own' = 'none';
  for (const { state, conditions, sliding } of rulesFor(policy, call)) {
    if (state || conditions.some(({ source }) => source.from === 'state')) return 'shared';
    const sessionless = call.door !== 'mcp' || call.connection === undefined;
    if (sliding && (['project', 'identity'].includes(sliding.scope) || call.door !== 'mcp')) return 'shared';
    if (sliding?.scope === 'session' && sessionless) return 'shared';
    if (sliding) found = 'own';
  }
  return found;
}

/** A refusal as the error that callers see. */
function asError(refusal: Refusal): CodeloopError {
  const { outcome, ...values } = refusal;
  const { rule, reason, limit, window, used, asked, missing, condition } = refusal;
  const details = { rule, reason, limit, window, used, asked, missing, condition };
  return new CodeloopError(outcome === 'limit' ? 'RATE_LIMITED' : 'POLICY_DENIED', {
    ...values,
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
  });
}
