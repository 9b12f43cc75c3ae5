import type { Window } from './policy.js';

/** A call as the policy sees it. */
export interface PolicyCall {
  tool: string;
  arguments: Readonly<Record<string, unknown>>;
  /** Arguments that the tool's schema requires. */
  required: readonly string[];
  /** The terminal counts every limit by project: its process ends with the call. */
  door: 'mcp' | 'cli';
}

/** What an allowed call adds to one counter. */
export type Increment =
  | { kind: 'aligned'; key: string; window: Window; amount: number }
  | { kind: 'sliding'; key: string; windowMs: number; shared: boolean };

/** A call that may not run, with everything the caller needs to act on it. */
export interface Refusal {
  outcome: 'deny' | 'limit';
  tool: string;
  rule: string;
  /** What did not hold, in codeloop's words. */
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
  /** What this call would have added. */
  asked?: number;
  /** Milliseconds until there is room for this call; absent when waiting cannot help. */
  retry_after_ms?: number;
}

/** What the policy says. `increments` are to be written before the call runs, all or none. */
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
