import { z } from 'zod';
import { StepAction } from './step.js';

/** One line of `logs/interaction_log.jsonl`: one step that was taken, or tried. Texts of the page are untrusted, secrets masked. */
export const InteractionLine = z.object({
  /** When the step began. */
  timestamp: z.string(),
  /** From then until it was done, ms. */
  duration_ms: z.number().nonnegative(),
  /** The recording that ran meanwhile. */
  recording_id: z.string().nullable(),
  page_id: z.string(),
  action: StepAction,
  /** Kind of target: `ref`, `role`, `text`, `label`, `placeholder`, `test_id`, `selector`, `point`, or `none`. */
  target_type: z.string(),
  success: z.boolean(),
  /** Whether the page was at rest after it: requests had ended, nothing changed or was about to. Absent where that was not waited for. */
  at_rest: z.boolean().optional(),
  /** What was done, or why it was not, in our words; after an error its code first. */
  detail: z.string(),
  /** The step as it was given, without secrets. */
  input_args: z.record(z.string(), z.unknown()),
  /** Console and page errors, failed requests and error answers since the last step. */
  console_errors: z.array(z.string()),
  /** Path of the picture taken by or after the step. */
  screenshot_ref: z.string().nullable(),
  /** File of the frame that shows the page after the step; known once the recording has been stopped. */
  frame: z.string().nullable(),
  /** Address after the step. */
  url: z.string().nullable(),
});
export type InteractionLine = z.infer<typeof InteractionLine>;
