import { z } from 'zod';

/** A log entry that a defect must cause besides, or instead of, a visible difference. */
const LogSign = z.object({
  gate: z.literal('runtime_clean'),
  kind: z.enum(['page_error', 'http_error']),
  path: z.string().optional(),
});

/** One planted defect of the example, as `defects.json` declares it. */
export const Defect = z.object({
  id: z.string(),
  screen: z.string(),
  viewports: z.array(z.string()),
  /** Element of the healthy app: `[data-testid="…"]` or `#id`. */
  selector: z.string(),
  gate: z.enum(['design_compare_evidence', 'runtime_clean']),
  kind: z.string(),
  says: z.string(),
  also: z.array(LogSign).default([]),
  change: z.looseObject({ path: z.string().optional() }),
});
export type Defect = z.infer<typeof Defect>;

export const DefectFile = z.object({ defects: z.array(Defect) });

/** What the demo found of one defect at one viewport, or what it found that nobody planted. */
export interface Finding {
  defect: string;
  screen: string;
  viewport: string;
  expected: string;
  found: string;
  ok: boolean;
}
