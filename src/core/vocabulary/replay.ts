import { z } from 'zod';

/** A problem that a recording shows. Times are ms since its first picture. */
export const ReplayFinding = z.object({
  kind: z.enum([
    'crash',
    'page_error',
    'console_error',
    'error_page',
    'failed_request',
    'blank_page',
    'dead_click',
    'sent_twice',
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
  /** In codeloop's words. */
  text: z.string(),
  /** The app's own message. Untrusted. */
  said: z.string().optional(),
  /** How often it occurred; time and place are those of the first. */
  times: z.number().int().positive(),
  /** Number of the key frame that shows it, from 1. */
  frame: z.number().int().positive().optional(),
});
export type ReplayFinding = z.infer<typeof ReplayFinding>;

/** One expected step of a flow, and the evidence for or against it in the recording. */
export const FlowMatch = z.object({
  expected: z.string(),
  status: z.enum(['matched', 'contradicted', 'not_seen']),
  /** What matched, in codeloop's words: `step 3`, `navigation`, `text`, `absence`. */
  matched_by: z.string().optional(),
  at_ms: z.number().nonnegative().optional(),
  /** For a text that shows it: the time at which the text disappeared, where it did. */
  until_ms: z.number().nonnegative().optional(),
  /** Number of the key frame that shows it, from 1; absent when none does. */
  frame: z.number().int().positive().optional(),
  /** Why it is contradicted, in codeloop's words. */
  why: z.string().optional(),
});
export type FlowMatch = z.infer<typeof FlowMatch>;
