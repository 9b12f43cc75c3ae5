import { z } from 'zod';
import { FigmaSource } from './figma-source.js';
import { Pair } from './pair.js';

/** References and screenshots that found no counterpart; nothing is left out in silence. */
export const Unmatched = z.object({
  references: z.array(z.object({ path: z.string(), reason: z.string(), nearest: z.string().optional() })),
  screenshots: z.array(z.object({ screen: z.string(), viewport: z.string() })),
});
export type Unmatched = z.infer<typeof Unmatched>;

/** `design_compare_summary.json`: every pair of a run, worst first, with what found no counterpart. */
export const DesignCompare = z.object({
  pairs: z.array(Pair),
  /** Lowest score of the pairs that could be compared; absent when none could. */
  min_score: z.number().optional(),
  design_match_threshold: z.number(),
  worst: z.object({ screen: z.string(), viewport: z.string() }).optional(),
  unmatched: Unmatched,
  /** The Figma file that references are from. */
  figma: FigmaSource.optional(),
});
export type DesignCompare = z.infer<typeof DesignCompare>;
