import { z } from 'zod';
import { CheckResult, Problem, Status } from './check.js';

export const Stage = z.enum(['section', 'integration', 'release']);
export type Stage = z.infer<typeof Stage>;

export const Recommendation = z.enum(['ready_for_review', 'continue_fixing', 'blocked']);
export type Recommendation = z.infer<typeof Recommendation>;

/** One gate judged: `weight` counts towards the score, `blocks` gates have none but must hold. */
export const GateResult = z.object({
  id: z.string(),
  title: z.string(),
  status: Status,
  weight: z.union([z.number(), z.literal('blocks')]),
  reason: z.string(),
  problems: z.array(Problem),
});
export type GateResult = z.infer<typeof GateResult>;

/** The judgement over all gates of a stage (contract section 7). */
export const GateVerdict = z.object({
  stage: Stage,
  passed: z.boolean(),
  recommendation: Recommendation,
  confidence_score: z.number().min(0).max(100),
  threshold: z.number(),
  failing_gates: z.array(GateResult),
  passing_gates: z.array(GateResult),
  not_applicable: z.array(z.object({ id: z.string(), reason: z.string() })),
  checks: z.array(CheckResult),
});
export type GateVerdict = z.infer<typeof GateVerdict>;
