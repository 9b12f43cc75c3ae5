import { z } from 'zod';

/**
 * The code that evidence was made from: `tree` is a content hash of the working tree (tracked and untracked, not ignored),
 * `bars` are hashes of what decides how strictly work is judged. Commit and branch are recorded, not compared.
 */
export const CodeState = z.object({
  tree: z.string(),
  method: z.enum(['git', 'files']),
  commit: z.string().optional(),
  branch: z.string().optional(),
  dirty: z.boolean(),
  bars: z.object({
    config: z.string(),
    policy: z.string(),
    designs: z.string(),
    baselines: z.string(),
    acceptance: z.string(),
  }),
  /** Digest of served build output, where there is such a folder. */
  build_output: z.string().optional(),
});
export type CodeState = z.infer<typeof CodeState>;
