import { z } from 'zod';

/** What a recording shows that should not be. Times are ms since its first picture. */
export const ReplayFinding = z.object({
  kind: z.enum([
    'crash',
    'page_error',
    'console_error',
    'error_page',
    'failed_request',
    'blank_page',
    'dead_click',
    'failed_step',
    'frozen',
    'static_video',
  ]),
  /** `error`: the recording does not count as good. `warning`: worth a look. */
  severity: z.enum(['error', 'warning']),
  at_ms: z.number().nonnegative(),
  until_ms: z.number().nonnegative().optional(),
  /** Number of the step it belongs to, from 1. */
  step: z.number().int().positive().optional(),
  /** In our words. */
  text: z.string(),
  /** What the app said. Untrusted. */
  said: z.string().optional(),
  /** How often it was said; the first time is told. */
  times: z.number().int().positive(),
  /** Number of the key frame that shows it, from 1. */
  frame: z.number().int().positive().optional(),
});
export type ReplayFinding = z.infer<typeof ReplayFinding>;

/** One expected step of a flow, and what of the recording speaks for or against it. */
export const FlowMatch = z.object({
  expected: z.string(),
  status: z.enum(['matched', 'contradicted', 'not_seen']),
  /** What matched, in our words: `step 3`, `navigation`, `text`, `absence`. */
  matched_by: z.string().optional(),
  at_ms: z.number().nonnegative().optional(),
  /** Of a text that shows it: until when it was to be seen, where it went. */
  until_ms: z.number().nonnegative().optional(),
  /** Number of the key frame that shows it, from 1; absent when none does. */
  frame: z.number().int().positive().optional(),
  /** Why it is contradicted, in our words. */
  why: z.string().optional(),
});
export type FlowMatch = z.infer<typeof FlowMatch>;
