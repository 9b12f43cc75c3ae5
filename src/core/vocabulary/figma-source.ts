import { z } from 'zod';

/** The Figma file that references of a comparison came from, and how sure it is that they are its newest version. */
export const FigmaSource = z.object({
  file_key: z.string(),
  version: z.string(),
  /** When the frames of this version were fetched. */
  fetched_at: z.string(),
  /** True when Figma was asked for this comparison and named this very version. */
  confirmed: z.boolean(),
  /** Why it could not be confirmed, and how old the frames are. */
  note: z.string().optional(),
});
export type FigmaSource = z.infer<typeof FigmaSource>;
