import { z } from 'zod';

/** The environment that pictures were made in; pictures of different environments are not the same evidence. `id` is its short name. */
export const Environment = z.object({
  id: z.string(),
  os: z.string(),
  arch: z.string(),
  browser: z.string(),
  browser_version: z.string(),
  /** Digest of the names of the fonts the system offers. */
  fonts: z.string(),
});
export type Environment = z.infer<typeof Environment>;
