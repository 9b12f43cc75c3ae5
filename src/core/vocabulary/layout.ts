import { z } from 'zod';
import { Rect } from './geometry.js';
import { StoredArtifact } from './screenshot.js';

/** What may be wrong with a layout. */
export const LayoutKind = z.enum([
  'outside_viewport',
  'text_overlap',
  'covered',
  'clipped',
  'protrudes',
  'target_size',
  'unreadable',
  'leftover_text',
  'image_distorted',
  'wrapped',
  'small_range',
  'unreachable',
]);
export type LayoutKind = z.infer<typeof LayoutKind>;

/** `certain`: measured, and seen in the pixels where it claims to be visible; `likely`: it may be meant so. */
export const Certainty = z.enum(['certain', 'likely']);
export type Certainty = z.infer<typeof Certainty>;

/**
 * One thing that is wrong with a screen's layout, at all the widths where it is. Selectors, names and quoted texts are the page's and
 * untrusted.
 */
export const LayoutFinding = z.object({
  screen: z.string(),
  kind: LayoutKind,
  certainty: Certainty,
  /** Narrowest and widest window in which it was found, CSS px. */
  from_width: z.number().int().positive(),
  to_width: z.number().int().positive(),
  /** The photographed viewport that shows it, where one does. */
  viewport: z.string().optional(),
  element: z.object({
    selector: z.string(),
    role: z.string().optional(),
    name: z.string().optional(),
    /** `file:line` in the project's sources, where that is known. */
    source: z.string().optional(),
  }),
  /** What it collides with, is cut off by or sticks out of. */
  other: z.object({ selector: z.string() }).optional(),
  /** CSS px of the page at `width`. */
  rect: Rect,
  /** The width that `rect`, `by_px` and the picture are of. */
  width: z.number().int().positive(),
  by_px: z.number().int().optional(),
  /** One sentence about the element: what is wrong, by how much. */
  what: z.string(),
  /** The cheapest repair. */
  repair: z.string(),
  tile: StoredArtifact.optional(),
  /** Other elements with the same fault by the same cause. */
  siblings: z.array(z.string()),
  /** False when the last green run had it too. */
  new: z.boolean(),
});
export type LayoutFinding = z.infer<typeof LayoutFinding>;

/** `layout.json`: what was found in a run's layouts, and what was looked at. */
export const LayoutReport = z.object({
  schema_version: z.literal(1),
  findings: z.array(LayoutFinding),
  screens: z.array(
    z.object({
      screen: z.string(),
      /** Widths at which the page was laid out, CSS px. */
      widths: z.array(z.number().int()),
      /** Why it was judged in part or not at all; empty: whole. */
      limits: z.array(z.string()),
      /** The cells it was judged by: `<viewport>#<version>`. */
      cells: z.array(z.string()),
    }),
  ),
});
export type LayoutReport = z.infer<typeof LayoutReport>;
