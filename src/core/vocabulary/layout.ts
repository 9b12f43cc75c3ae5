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
  'missing_glyph',
  'ellipsis',
  'uneven',
  'vanishes',
  'moves',
  'crowded',
  'not_printed',
  'no_focus',
  'not_tabbable',
  'focus_trap',
  'shifts',
]);
export type LayoutKind = z.infer<typeof LayoutKind>;

/**
 * What people set up, or use, that the viewports do not show: text twice as large, the spacing of WCAG 1.4.12, a window of 320 x 256 px
 * (WCAG 1.4.10), forced colours, the dark scheme, less motion, the other direction of writing, texts 40 % longer, paper, and the keyboard.
 */
export const LayoutCondition = z.enum([
  'text_200',
  'text_spacing',
  'reflow',
  'forced_colors',
  'dark',
  'reduced_motion',
  'rtl',
  'long_text',
  'print',
  'keyboard',
]);
export type LayoutCondition = z.infer<typeof LayoutCondition>;

/** What each condition is called in a sentence. */
export const CONDITION_WORDS: Readonly<Record<LayoutCondition, string>> = {
  text_200: 'with text at 200 %',
  text_spacing: 'with the text spacing of WCAG 1.4.12',
  reflow: 'in a window of 320 x 256 px',
  forced_colors: 'with forced colours',
  dark: 'in the dark scheme',
  reduced_motion: 'where less motion is asked for',
  rtl: 'written from right to left',
  long_text: 'with texts 40 % longer',
  print: 'on paper',
  keyboard: 'by keyboard',
};

/**
 * `certain`: measured, and seen in the pixels where it claims to be visible; `likely`: it may be meant so; `listed`: worth knowing, and
 * no fault by itself.
 */
export const Certainty = z.enum(['certain', 'likely', 'listed']);
export type Certainty = z.infer<typeof Certainty>;

/**
 * One thing that is wrong with a screen's layout, at all the widths where it is. Selectors, names and quoted texts are the page's and
 * untrusted.
 */
export const LayoutFinding = z.object({
  screen: z.string(),
  kind: LayoutKind,
  certainty: Certainty,
  /** It holds only so; absent: as the page is photographed. */
  condition: LayoutCondition.optional(),
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
  /**
   * Measured as `certain`, and only `likely` because a setting keeps its place out of the picture: it is under a mask, or below the window of
   * a screen of which no more is photographed.
   */
  hidden_by: z.enum(['mask', 'window']).optional(),
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
      /** The conditions it was judged under besides. */
      conditions: z.array(LayoutCondition).default([]),
      /** How much the page moved by itself while it loaded: the score of Cumulative Layout Shift at each viewport; 0.1 and less is good. */
      shifts: z.array(z.object({ viewport: z.string(), score: z.number() })).default([]),
    }),
  ),
});
export type LayoutReport = z.infer<typeof LayoutReport>;
