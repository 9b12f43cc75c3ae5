import { z } from 'zod';
import { Rect } from './geometry.js';

/** How much a violation keeps people from using the page, mildest first; axe-core's names. */
export const Impact = z.enum(['minor', 'moderate', 'serious', 'critical']);
export type Impact = z.infer<typeof Impact>;

/** True when `impact` is as bad as `bar` or worse. */
export function reaches(impact: Impact, bar: Impact): boolean {
  return Impact.options.indexOf(impact) >= Impact.options.indexOf(bar);
}

/** One rule that a page breaks, with the elements that break it. All of `nodes` is written by the page: bounded, secrets masked, untrusted. */
export const AccessibilityViolation = z.object({
  rule: z.string(),
  impact: Impact,
  /** The rule's demand, and the address that explains it; axe-core's texts. */
  help: z.string(),
  help_url: z.string(),
  /** Number of elements before `nodes` was cut. */
  node_count: z.number().int().positive(),
  nodes: z.array(
    z.object({
      /** `#frame >> #host >>> button`: `>>` goes into a frame, `>>>` into a shadow root. */
      selector: z.string(),
      html: z.string(),
      summary: z.string(),
      /** Its box, CSS px of the page; of an element in a frame there is none. */
      rect: Rect.optional(),
    }),
  ),
});
export type AccessibilityViolation = z.infer<typeof AccessibilityViolation>;

/** `<screen>.<viewport>.axe.json`: what axe-core found on one page, its frames included. */
export const AccessibilityResult = z.object({
  schema_version: z.literal(1),
  /** Name and version of what examined the page. */
  engine: z.string(),
  url: z.string(),
  /** Where the page was scrolled to, and how large it was, CSS px. */
  page: Rect.optional(),
  /** Documents examined: the page and its frames. */
  frames: z.number().int().positive(),
  /** Rules that had something to look at, and how many of them could not tell. */
  rules_applied: z.number().int().positive(),
  undecided: z.array(z.string()),
  violations: z.array(AccessibilityViolation),
});
export type AccessibilityResult = z.infer<typeof AccessibilityResult>;
