import { z } from 'zod';

/** A file of a run. `path` is relative to the project folder, with `/`; sizes of pictures in device pixels. */
export const Artifact = z.object({
  path: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  bytes: z.number().int().nonnegative().optional(),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
  state: z.enum(['complete', 'finishing', 'incomplete']).optional(),
});
export type Artifact = z.infer<typeof Artifact>;

/** An artefact that is finished: its digest and length are known. */
export const StoredArtifact = Artifact.extend({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type StoredArtifact = z.infer<typeof StoredArtifact>;
