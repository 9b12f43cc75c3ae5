import { z } from 'zod';

/** Outcome of a call: `allowed` ran; `denied`, `limited` and `policy_invalid` are the policy's; `rejected` never got as far. */
export const AuditDecision = z.enum(['allowed', 'denied', 'limited', 'policy_invalid', 'rejected']);
export type AuditDecision = z.infer<typeof AuditDecision>;

/** The dispatcher's record of one call. `arguments` are as given; the log masks secrets. */
export const AuditCall = z.object({
  door: z.enum(['mcp', 'cli', 'review']),
  client: z.object({ name: z.string(), version: z.string() }),
  /** Who called, as grants name it, and how that is known; lines of earlier versions have none. */
  who: z
    .object({ id: z.string(), known_by: z.enum(['token', 'terminal', 'environment', 'said_by_itself', 'door']) })
    .optional(),
  tool: z.string(),
  arguments: z.unknown(),
  decision: AuditDecision,
  /** The rule that refused, or null. */
  rule: z.string().nullable(),
  duration_ms: z.number().nonnegative(),
  /** The result's status, or `error`. */
  status: z.enum(['pass', 'fail', 'needs_human', 'could_not_run', 'error']),
  /** The error's code. */
  code: z.string().optional(),
  run_id: z.string().optional(),
});
export type AuditCall = z.infer<typeof AuditCall>;

const link = {
  /** 1, 2, 3 … through all files of the log. */
  seq: z.number().int().positive(),
  time: z.string(),
};
const seal = {
  /** `hash` of the line before; 64 zeros at the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of this line without its `hash`. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
};

/** One line of `.codeloop/audit.jsonl`: a call, a repair after a crash, or a gap that was noticed. */
export const AuditEntry = z.discriminatedUnion('kind', [
  z.object({ ...link, kind: z.literal('call'), ...AuditCall.shape, ...seal }),
  z.object({
    ...link,
    kind: z.literal('repair'),
    /**
     * The repair: a line that a crash had cut off, a missing line end, a ledger that did not know this log yet, or one
     * that did not know its last `lines`.
     */
    what: z.enum(['torn_line_removed', 'line_end_added', 'ledger_started', 'ledger_behind']),
    lines: z.number().int().positive().optional(),
    removed_bytes: z.number().int().nonnegative(),
    removed_sha256: z.string().optional(),
    removed_start: z.string().optional(),
    ...seal,
  }),
  z.object({
    ...link,
    kind: z.literal('gap'),
    reason: z.string(),
    found: z.object({ count: z.number().int(), head: z.string() }),
    expected: z.object({ count: z.number().int(), head: z.string() }).optional(),
    ...seal,
  }),
]);
export type AuditEntry = z.infer<typeof AuditEntry>;
