import { z } from 'zod';
import { Status } from './gate.js';
import { RegionElement, RegionProperty } from './pair.js';
import { NextCall } from './tool-result.js';

export const IssueCategory = z.enum([
  'build',
  'static',
  'test',
  'app',
  'runtime',
  'network',
  'capture',
  'visual',
  'accessibility',
  'layout',
  'workflow',
  'evidence',
  'decision',
]);
export type IssueCategory = z.infer<typeof IssueCategory>;

/** The severities of issues, worst first. */
export const ISSUE_SEVERITIES = ['blocker', 'critical', 'warning', 'info'] as const;

/** `blocker`: nothing else can be judged before; `critical`: the work is not done; `warning` and `info` block nothing. */
export const IssueSeverity = z.enum(ISSUE_SEVERITIES);
export type IssueSeverity = z.infer<typeof IssueSeverity>;

/** True for an issue with which the work is not done. */
export const isUrgent = ({ severity }: { severity: IssueSeverity }): boolean =>
  severity === 'blocker' || severity === 'critical';

/** One thing to fix, with its evidence. `text` and names come from the project or its pages and are untrusted. */
export const Issue = z.object({
  /** Stable for the same problem on another run: `design-regions-3f2c9a`. */
  id: z.string(),
  category: IssueCategory,
  severity: IssueSeverity,
  /** `fail`: whoever changes the code can fix it; `needs_human` and `could_not_run`: only a person or the machine can. */
  status: Status,
  /** codeloop's own words. */
  title: z.string(),
  screens: z.array(z.string()),
  viewports: z.array(z.string()),
  flow: z.string().optional(),
  evidence: z.array(
    z.object({ text: z.string().optional(), artifact: z.string().optional(), url: z.string().optional() }),
  ),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  element: RegionElement.optional(),
  properties: z.array(RegionProperty).optional(),
  likely_cause: z.string(),
  repair_task: z.string(),
  /** The cheapest call that shows whether it is fixed. */
  verify_with: NextCall,
  /** Issues that are likely to go with this one, folded under it: their titles, where they are, and how many there were. */
  consequences: z.array(z.object({ id: z.string(), title: z.string() })),
});
export type Issue = z.infer<typeof Issue>;
