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
