import { z } from 'zod';
import { Pair } from './pair.js';

/** A pair whose reference is an accepted earlier picture. */
export const BaselinePair = Pair.extend({
  /** Folder name of the environment the baseline was made in. */
  environment: z.string(),
  /** False: made elsewhere, where only equal pixels say anything; a difference is `missing-reference` with a note. */
  same_environment: z.boolean(),
});
export type BaselinePair = z.infer<typeof BaselinePair>;

/** `visual_regression.json`: every configured cell that has a baseline, worst first, and those that have none. */
export const VisualRegression = z.object({
  pairs: z.array(BaselinePair),
  /** `visual.max_diff_ratio`: share of differing pixels that is let pass. */
  max_diff_ratio: z.number(),
  /** Photographed cells without a baseline in any environment. */
  new: z.array(z.object({ screen: z.string(), viewport: z.string() })),
  /** Digest of all baselines they were compared with, as `code_state.bars.baselines`. */
  baselines: z.string(),
});
export type VisualRegression = z.infer<typeof VisualRegression>;
