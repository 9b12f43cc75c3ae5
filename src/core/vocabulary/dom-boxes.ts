import { z } from 'zod';
import { Rect, Size } from './geometry.js';

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

/** A `::before`, `::after` or `::marker` that is drawn, with its generated text. Same units as the element's. */
const PseudoBox = z.object({
  name: z.string(),
  text: z.string().optional(),
  rect: Rect,
  styles: z.record(z.string(), z.string()),
});

/**
 * One visible element of a page when it was photographed. `rect` is in CSS pixels of the *picture* (page coordinates for
 * full pages, so multiply by `device_scale_factor` for device pixels). `parent` is an index into `elements`.
 */
export const DomElement = z.object({
  selector: z.string(),
  tag: z.string(),
  rect: Rect,
  parent: z.number().int().optional(),
  role: z.string().optional(),
  name: z.string().optional(),
  test_id: z.string().optional(),
  /** Own text of the element, cut at 200 characters. Untrusted. */
  text: z.string().optional(),
  /** Union of the boxes of its own text, same units as `rect`: tighter than `rect` for a block, several lines together. */
  text_rect: Rect.optional(),
  /** Content besides text: the address of its picture or frame (without query), or the shape of a drawing. Untrusted. */
  source: z.string().optional(),
  pseudo: z.array(PseudoBox).optional(),
  /** Painting order: an element with a larger number is painted over one with a smaller. */
  paint_order: z.number().int().optional(),
  styles: z.record(z.string(), z.string()),
});
export type DomElement = z.infer<typeof DomElement>;

/** Boxes and computed styles stored beside each screenshot (`.dom.json`). */
export const DomBoxes = z.object({
  schema_version: z.literal(1),
  url: z.string(),
  title: z.string(),
  device_scale_factor: z.number(),
  /** CSS pixels of the picture. */
  size: Size,
  elements: z.array(DomElement),
  /** True when the page had more elements than the cap; the first in document order are kept. */
  truncated: z.boolean(),
});
export type DomBoxes = z.infer<typeof DomBoxes>;
