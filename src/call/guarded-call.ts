import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';
import { ID_PATTERN } from '../core/ids.js';
import type { CallContext, Tool } from './define-tool.js';
import type { AuditCall } from './policy/audit-files.js';
import { identityOf } from './policy/identity.js';
import type { Admission } from './policy/policy-guards.js';
import { admitByAll, type Governed, type PolicyGuards } from './policy/policy-guards.js';
import { requiredOf } from './tool-schemas.js';

/** The fields of an audit line that follow from how a call ended. */
type AuditOutcome = Pick<AuditCall, 'decision' | 'rule' | 'status'> & Partial<Pick<AuditCall, 'code' | 'run_id'>>;

/** Returns the log's outcome of a call with a result. */
function resultOutcome(result: Readonly<Record<string, unknown>>): AuditOutcome {
  const status = STATUSES.find((known) => known === result.status) ?? 'pass';
  return { decision: 'allowed', rule: null, status, ...runOf(result) };
}

/** Returns the log's outcome of a call that failed. `admitted`: the policy let it run; `args` may name the run it was about. */
function errorOutcome(
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

type CallEnd = { result: Readonly<Record<string, unknown>> } | { error: CodeloopError };

/** One call's way past the policy of its project and into the audit log. */
export class GuardedCall {
  readonly #guards: PolicyGuards;
  readonly #name: string;
  readonly #given: unknown;
  readonly #context: CallContext;
  readonly #started = performance.now();
  #governed: Promise<Governed | undefined> | undefined;
  #admission: Admission | undefined;
  /** True from when the tool's own code began. */
  #begun = false;
  #recorded: Promise<void> | undefined;

  constructor(guards: PolicyGuards, name: string, given: unknown, context: CallContext) {
    this.#guards = guards;
    this.#name = name;
    this.#given = given;
    this.#context = context;
  }

  /** Before the arguments are validated. Throws POLICY_DENIED, POLICY_INVALID. */
  async admit(tool: Tool): Promise<void> {
    const governed = await this.#find();
    if (!governed) return;
    this.#admission = await admitByAll(governed.guards, {
      tool: tool.name,
      arguments: record(this.#given),
      required: requiredOf(tool),
      door: this.#context.door,
      who: identityOf(this.#context),
      connection: this.#context.connection,
    });
  }

  /**
   * Counts the call by its validated arguments and runs `work`. What `work` throws gives the count back, unless the caller
   * itself cancelled what had begun: cancelling must not be a way round a limit. Throws POLICY_DENIED, RATE_LIMITED, and
   * AUDIT_UNWRITABLE before anything ran.
   */
  async run<Result>(input: Readonly<Record<string, unknown>>, work: () => Promise<Result>): Promise<Result> {
    this.#context.signal.throwIfAborted();
    await this.#checkLog();
    const reservation = await this.#admission?.reserve(input);
    this.#begun = true;
    try {
      const result = await work();
      await reservation?.commit();
      return result;
    } catch (error) {
      await (this.#context.signal.aborted ? reservation?.commit() : reservation?.rollback());
      throw error;
    }
  }

  /** Writes the line of the call; of several only the first is written, and all wait for it. Throws AUDIT_UNWRITABLE. */
  record(end: CallEnd): Promise<void> {
    this.#recorded ??= this.#record(end);
    return this.#recorded;
  }

  async #record(end: CallEnd): Promise<void> {
    try {
      const governed = await this.#find();
      const redact = governed && (await this.#guards.redactorFor(governed.dir));
      if (!redact) return;
      const outcome =
        'result' in end ? resultOutcome(end.result) : errorOutcome(end.error, this.#begun, record(this.#given));
      const { door, client } = this.#context;
      const who = identityOf(this.#context);
      const duration_ms = Math.round((performance.now() - this.#started) * 10) / 10;
      await governed.guards[0].record(
        { door, client, who, tool: this.#name, arguments: this.#given ?? {}, duration_ms, ...outcome },
        redact,
      );
    } catch (thrown) {
      throw this.#unwritable(thrown);
    }
  }

  /** A call that could not be logged does not run. */
  async #checkLog(): Promise<void> {
    const governed = await this.#find();
    try {
      governed?.guards[0].checkLog();
    } catch (thrown) {
      throw this.#unwritable(thrown);
    }
  }

  #unwritable(thrown: unknown): CodeloopError {
    const { code, message } = toCodeloopError(thrown);
    const reason = isErrno(thrown) ? thrown.code : `${code}: ${message}`;
    return new CodeloopError('AUDIT_UNWRITABLE', { tool: this.#name, reason }, { cause: thrown });
  }

  /** Looked up once per call: a file that appears meanwhile counts from the next. */
  #find(): Promise<Governed | undefined> {
    this.#governed ??= this.#guards.find(field(this.#given, 'project_dir'), this.#context.roots);
    return this.#governed;
  }
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
