import { z } from 'zod';
import { ReplayFinding } from './recording.js';
import { Artifact } from './screenshot.js';
import { Step } from './step.js';

/** The step at which the replay of a flow ended. */
export const FailedStep = z.object({
  /** From 1. */
  n: z.number().int().positive(),
  action: z.string(),
  /** Code of the error; none: an assertion that does not hold. */
  code: z.string().optional(),
  /** The reason, in codeloop's words; for an assertion what was seen instead. The page may have written it: untrusted. */
  why: z.string(),
  /** Elements near the place where the target was expected: role and name, written by the page. Untrusted. */
  candidates: z.array(z.string()),
});
export type FailedStep = z.infer<typeof FailedStep>;

/** `logs/<flow>.<viewport>.flow.json`: one saved flow, replayed at one viewport by a verification. */
export const FlowReplay = z.object({
  schema_version: z.literal(1),
  /** Name of the file, without `.json`. */
  flow: z.string(),
  file: z.string(),
  /** Digest of the file's bytes. */
  sha256: z.string(),
  viewport: z.string(),
  at: z.string(),
  /** Code state (tree) it was replayed on, and what differed from it afterwards. */
  tree: z.string(),
  stale: z.object({ reason: z.string(), files: z.array(z.string()) }).optional(),
  /** `fail`: the app did not do what the flow says. `could_not_run`: it could not be tried. */
  status: z.enum(['pass', 'fail', 'could_not_run']),
  steps_done: z.number().int(),
  step_count: z.number().int(),
  failed_step: FailedStep.optional(),
  /** Why it could not begin, or not be recorded to its end. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  recording_id: z.string().optional(),
  /** The page where it failed, or at its end. */
  screenshot: Artifact.optional(),
  /** Steps whose target was found by another way than the first: the flow holds, but should be updated. */
  found_otherwise: z.array(z.object({ n: z.number().int(), as: z.string() })).optional(),
  /** Problems that the recording shows. */
  findings: z.array(ReplayFinding),
});
export type FlowReplay = z.infer<typeof FlowReplay>;

/** `.codeloop/flows/<name>.json`: steps that can be taken again, at any viewport. Committed with the project. */
export const Flow = z.object({
  schema_version: z.literal(1),
  name: z.string().min(1),
  /** Start: a path of the app, or a whole address. */
  start: z.string().min(1),
  /** Names of the configured viewports it is meant for; all of them without. */
  viewports: z.array(z.string().min(1)).min(1).optional(),
  /** Replayed once in a run, at the first of its viewports: what it does cannot be done twice. */
  once: z.boolean().optional(),
  /** `{{unique}}` in a text is replaced by one that no replay had before. */
  steps: z.array(Step).min(1).max(200),
});
export type Flow = z.infer<typeof Flow>;
