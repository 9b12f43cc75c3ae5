import { z } from 'zod';

/** The kinds of proof of a criterion. */
export const PROOF_KINDS = ['flow', 'screen', 'test', 'check'] as const;

/** Exactly one thing that proves a criterion, by name: a saved flow, a screen, a test command, a check. */
export const Proof = z
  .strictObject({
    flow: z.string().trim().min(1).optional(),
    screen: z.string().trim().min(1).optional(),
    test: z.string().trim().min(1).optional(),
    check: z.string().trim().min(1).optional(),
  })
  .refine((proof) => Object.keys(proof).length === 1, 'a proof is exactly one of flow, screen, test, check');
export type Proof = z.infer<typeof Proof>;

/** One thing that the work has to fulfil; `text` is a person's. */
export interface Criterion {
  id: string;
  text: string;
  proof?: Proof | undefined;
}

/** The value of one bar. `null`: nothing. Lists hold what is allowed (errors, masks) or what is covered (viewports). */
export const BarValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
export type BarValue = z.infer<typeof BarValue>;

/**
 * All bars, which decide how strictly work is judged, by key: settings as `design.match_threshold`, screens as
 * `screens./cart`, references as `references/<path>`, criteria, flows, commands and the number of executed tests.
 */
export const Bars = z.record(z.string(), BarValue);
export type Bars = z.infer<typeof Bars>;

/** One bar that is lower than it was, or gone. */
export const Lowering = z.object({
  key: z.string(),
  before: BarValue,
  /** `null`: gone. */
  after: BarValue,
  /** What it is compared with, in codeloop's words: a commit, the last green gate, the shipped defaults. */
  against: z.string(),
  /** True where no program can say which of the two values is lower. */
  changed: z.boolean().optional(),
  /** What it keeps from being judged, in codeloop's words; there where the bar is asked for that reason alone. */
  hides: z.string().optional(),
});
export type Lowering = z.infer<typeof Lowering>;
