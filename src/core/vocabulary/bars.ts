import { z } from 'zod';

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
});
export type Lowering = z.infer<typeof Lowering>;
