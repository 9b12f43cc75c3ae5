import { z } from 'zod';
import { Step } from './step.js';

/** `.codeloop/flows/<name>.json`: steps that can be taken again, at any viewport. Committed with the project. */
export const Flow = z.object({
  schema_version: z.literal(1),
  name: z.string().min(1),
  /** Where it begins: a path of the app, or a whole address. */
  start: z.string().min(1),
  /** Names of the configured viewports it is meant for; all of them without. */
  viewports: z.array(z.string().min(1)).min(1).optional(),
  steps: z.array(Step).min(1).max(200),
});
export type Flow = z.infer<typeof Flow>;
