import { z } from 'zod';
import { Bars } from './bars.js';
import { Rect } from './geometry.js';
import { RegionKind, Severity } from './pair.js';

/** Outcome of a check, a gate or a verdict. */
export const Status = z.enum(['pass', 'fail', 'needs_human', 'could_not_run']);
export type Status = z.infer<typeof Status>;

/** One thing a check found: where it is, what it is, and what to do. `text` may quote the page and is then untrusted. */
export const Problem = z.object({
  screen: z.string().optional(),
  viewport: z.string().optional(),
  /** Other screens where the same shows, each with its viewports, joined with commas; empty: the whole screen. */
  also: z.record(z.string(), z.string()).optional(),
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
  /** Rule of accessibility that the element breaks, as axe-core names it. */
  rule: z.string().optional(),
  step: z.number().int().positive().optional(),
  /** Elements near the place where one was not found; named by the page, untrusted. */
  candidates: z.array(z.string()).optional(),
  /** The recording that shows it. */
  recording_id: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** The screens that a problem is about, each with the viewports that it names, if any; none for one that is about no screen. */
export function screensOf({
  screen,
  viewport,
  also = {},
}: Problem): { screen: string; viewport: string | undefined }[] {
  if (screen === undefined) return [];
  return [
    { screen, viewport },
    ...Object.entries(also).map(([name, there]) => ({ screen: name, viewport: there === '' ? undefined : there })),
  ];
}

/** Fields of a problem that shows on all of these screens at the same viewports, joined with commas; none: the whole screens. */
export function onScreens(
  [screen, ...others]: readonly string[],
  viewport?: string,
): Pick<Problem, 'screen' | 'viewport' | 'also'> {
  return {
    ...(screen === undefined ? {} : { screen }),
    ...(viewport === undefined ? {} : { viewport }),
    ...(others.length > 0 ? { also: Object.fromEntries(others.map((name) => [name, viewport ?? ''])) } : {}),
  };
}

/** Names with commas, of many the first ones and how many there are besides: `home, cart, about and 4 more`; empty: none. */
export function shortList(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${more}`;
}

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

/** Failures of a branch by gate, check, place and element: how many code states had them, and the tree of the last one. */
export const Iterations = z.record(z.string(), z.object({ count: z.number().int().positive(), tree: z.string() }));
export type Iterations = z.infer<typeof Iterations>;

/** A failure that came back repeatedly. Names of elements and files are untrusted. */
export const RepeatedFailure = z.object({
  gate: z.string(),
  check: z.string(),
  screen: z.string().optional(),
  viewport: z.string().optional(),
  element: z.string().optional(),
  file: z.string().optional(),
  /** Number of code states that had it since the last green verdict of the branch. */
  count: z.number().int().positive(),
});
export type RepeatedFailure = z.infer<typeof RepeatedFailure>;

/** The judgement over all gates of a stage (docs/gates.md). */
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
  /** The bars it was judged by; a later gate is compared with them. */
  bars: Bars.optional(),
  iterations: Iterations.optional(),
  /** Failures that came back `gates.max_iterations` times: a person must look at them. */
  repeated: z.array(RepeatedFailure).optional(),
});
export type GateVerdict = z.infer<typeof GateVerdict>;

/** What a verdict leaves although it may be green: what still differs, what only warns, and what nothing holds. */
export const Remaining = z.object({
  /** Visible differences that are still there, worst first. Selectors come from the page and are untrusted. */
  differences: z.array(
    z.object({
      against: z.enum(['design', 'baseline']),
      screen: z.string(),
      viewport: z.string(),
      kind: RegionKind,
      severity: Severity,
      rect: Rect,
      element: z.string().optional(),
      tile: z.string().optional(),
    }),
  ),
  difference_count: z.number().int(),
  /** Cells whose page looked otherwise in a newer picture, which does not count. */
  newer_pictures: z.array(z.object({ screen: z.string(), viewport: z.string() })),
  /** Checks that found something and block nothing. */
  warnings: z.array(z.object({ check: z.string(), count: z.number().int() })),
  /** What no evidence speaks for, in codeloop's own words. */
  unheld: z.array(z.string()),
  /** Photographed cells that have neither a design nor an accepted baseline. */
  unheld_cells: z.number().int(),
  /** Their screens, the first 20. */
  unheld_screens: z.array(z.string()),
  unheld_screen_count: z.number().int(),
});
export type Remaining = z.infer<typeof Remaining>;
