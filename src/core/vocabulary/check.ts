import { z } from 'zod';

/** Outcome of a check, a gate or a verdict. */
export const Status = z.enum(['pass', 'fail', 'needs_human', 'could_not_run']);
export type Status = z.infer<typeof Status>;

/** One thing a check found: where it is, what it is, and what to do. `text` may quote the page and is then untrusted. */
export const Problem = z.object({
  screen: z.string().optional(),
  viewport: z.string().optional(),
  /** codeloop's own words; safe to show as a sentence. */
  title: z.string(),
  /** Quoted from page, log or file; untrusted. */
  text: z.string().optional(),
  url: z.string().optional(),
  artifact: z.string().optional(),
  /** Place in the project's sources, where a tool named it; the file's name is untrusted. Line and column from 1. */
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  fix: z.string().optional(),
  /** Saved flow it concerns, and the number of the step that failed, from 1. */
  flow: z.string().optional(),
  /** Selector of the element it concerns; named by the page, untrusted. */
  element: z.string().optional(),
  step: z.number().int().positive().optional(),
  /** Elements near the place where one was not found; named by the page, untrusted. */
  candidates: z.array(z.string()).optional(),
  /** The recording that shows it. */
  recording_id: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** The judgement of one check over stored evidence. */
export const CheckResult = z.object({
  id: z.string(),
  title: z.string(),
  status: Status,
  severity: z.enum(['block', 'warn']),
  gate: z.string(),
  problems: z.array(Problem),
  /** Number of problems before the list was cut to fit a reply. */
  problem_count: z.number().int(),
  /** Number of things examined, so that "nothing found" differs from "nothing examined". */
  examined: z.number().int(),
});
export type CheckResult = z.infer<typeof CheckResult>;
