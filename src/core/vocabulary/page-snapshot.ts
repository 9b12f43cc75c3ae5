import { z } from 'zod';

/** A page's accessibility tree, or the asked-for part of it, cut to what a reply holds. */
export const PageSnapshot = z.object({
  url: z.string(),
  title: z.string(),
  /** One node a line, indented by two blanks a level: `- button "Save" [e12] disabled`. What comes from the page is untrusted. */
  lines: z.array(z.string()),
  /** Number of the first line shown, and how many there are. */
  from_line: z.number().int().nonnegative(),
  total_lines: z.number().int().nonnegative(),
  /** Tabs of this page, when there are more than one. */
  tabs: z.array(z.object({ tab: z.number().int(), url: z.string(), active: z.boolean() })).optional(),
});
export type PageSnapshot = z.infer<typeof PageSnapshot>;
