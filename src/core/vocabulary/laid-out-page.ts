import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { Rect, Size } from './geometry.js';

/** One line of an element's own text, as it is set. */
export const TextLine = z.object({ rect: Rect, text: z.string() });
export type TextLine = z.infer<typeof TextLine>;

/** What a press on a control reaches. */
export const PressTest = z.object({
  /** At its middle, upper left, upper right, lower left and lower right corner. */
  reached: z.array(z.boolean()),
  /** Index of the element that a press reaches instead. */
  by: z.number().int().optional(),
});
export type PressTest = z.infer<typeof PressTest>;

/** Words of a field or button that need more room than there is; they are in no node of the document. CSS px. */
export const FieldWords = z.object({
  /** `figures`: a date or a number, of which a part reads as another one. */
  kind: z.enum(['choice', 'caption', 'value', 'placeholder', 'figures']),
  /** What it says; of what was typed nothing is kept. */
  text: z.string().optional(),
  /** Colour of a hint; other words have that of the field. */
  ink: z.string().optional(),
  /** They are set in lines, and it is the last ones that have no room: `wants` and `room` are heights. */
  rows: z.literal(true).optional(),
  /** Width of the words, and the room that there is for them, from `start` px inside the box. */
  wants: z.number(),
  room: z.number(),
  /** Width of the first of those lines, at most. */
  first: z.number().optional(),
  start: z.number(),
  /** Height of their letters, and of the inner box. */
  high: z.number(),
  tall: z.number(),
});
export type FieldWords = z.infer<typeof FieldWords>;

/** How a control takes part in the walk by Tab. */
export const Focus = z.object({
  /** Tab is to come to it: it is a control that is shown, enabled and no part of a group that arrow keys move in. */
  expected: z.boolean(),
  /** Tab can come to it at all; one that is taken out on purpose (`tabindex="-1"`) has `taken_out`. */
  focusable: z.boolean(),
  taken_out: z.boolean(),
  /** Tab came to it. */
  reached: z.boolean(),
  /** Pixels that change around it, or anywhere in the window, while it has the focus; absent: not looked at. */
  changed: z.number().int().optional(),
});
export type Focus = z.infer<typeof Focus>;

/** A move of the page while it loaded, as Layout Instability defines it. */
export const LayoutShift = z.object({
  /** The largest sum of a burst of moves: Cumulative Layout Shift. */
  score: z.number(),
  /** Index of the element that moved most, and the CSS px that it moved. */
  element: z.number().int().optional(),
  by_px: z.number().int().optional(),
});

/** One element with a box, in document order. Rectangles are CSS px of the page, scrolled to its top; texts are the page's, untrusted. */
export const LaidOutElement = z.object({
  tag: z.string(),
  selector: z.string(),
  /** Index into `elements`; absent for the top. */
  parent: z.number().int().optional(),
  rect: Rect,
  /** Rank in painting: what has a larger one is painted over what has a smaller one. */
  paint: z.number().int(),
  styles: z.record(z.string(), z.string()),
  /** Those attributes that judging needs. */
  attributes: z.record(z.string(), z.string()),
  role: z.string().optional(),
  name: z.string().optional(),
  lines: z.array(TextLine).optional(),
  pseudo: z
    .array(
      z.object({
        name: z.string(),
        text: z.string(),
        rect: Rect,
        styles: z.record(z.string(), z.string()),
        paint: z.number().int().optional(),
        lines: z.array(TextLine).optional(),
      }),
    )
    .optional(),
  /** Where its contents are larger than what of them is seen at once. */
  scroll: z
    .object({
      content: Size,
      seen: Size,
      /** How far it is scrolled, where it is. */
      at: z.object({ x: z.number(), y: z.number() }).optional(),
    })
    .optional(),
  /** Parts right in it that hold words and have no box. */
  folded: z.number().int().optional(),
  /** What a label is of: the type of the box to tick or list, and its index where it has a box. */
  labels: z.object({ type: z.string(), element: z.number().int().optional() }).optional(),
  press: PressTest.optional(),
  field: FieldWords.optional(),
  /** Pixels of an image's file; none: it did not load. */
  natural: Size.optional(),
  /** A letter of its own text of which no font has a shape. */
  missing: z.string().optional(),
  /** How it moves without end, where less motion is asked for. */
  moves: z.string().optional(),
  /** What Tab does about a control, where the page was walked through by keyboard. */
  focus: Focus.optional(),
});
export type LaidOutElement = z.infer<typeof LaidOutElement>;

/** How one page lies at one size of its window. */
export const LaidOutPage = z.object({
  /** Window, CSS px. */
  window: Size,
  /** What scrolling reaches, CSS px. */
  content: Size,
  elements: z.array(LaidOutElement),
  /** Elements, controls whose press was not tried, and elements whose roles and names were not read, because there are more than the limit. */
  omitted: z.object({ elements: z.number().int(), presses: z.number().int(), names: z.number().int().optional() }),
  /** How it moved by itself while it loaded; absent: not measured, or it did not. */
  shift: LayoutShift.optional(),
  /** The walk by Tab: how often Tab was pressed, whether every stop was come to, and the element that it did not leave again. */
  walk: z.object({ presses: z.number().int(), complete: z.boolean(), trap: z.number().int().optional() }).optional(),
});
export type LaidOutPage = z.infer<typeof LaidOutPage>;

/** `….layout.json.gz`: a page at one or several widths, as it was laid out. */
export const LayoutEvidence = z.object({ schema_version: z.literal(1), pages: z.array(LaidOutPage) });
export type LayoutEvidence = z.infer<typeof LayoutEvidence>;

/** Pages as the bytes of a `….layout.json.gz`: the same page at many widths packs to a tenth. */
export async function packLayout(pages: readonly LaidOutPage[]): Promise<Buffer> {
  const evidence: LayoutEvidence = { schema_version: 1, pages: [...pages] };
  return promisify(gzip)(JSON.stringify(evidence), { level: 4 });
}

/** Longest text that such a file unpacks to, in bytes: a page of a hundred thousand boxes at twenty widths. More is a bomb. */
const MAX_UNPACKED = 256 * 1024 * 1024;

/** The pages of such a file. Throws whatever zlib, JSON or the schema say about bytes that are none, or that unpack to too much. */
export async function unpackLayout(data: Buffer): Promise<LaidOutPage[]> {
  return LayoutEvidence.parse(
    JSON.parse((await promisify(gunzip)(data, { maxOutputLength: MAX_UNPACKED })).toString('utf8')),
  ).pages;
}
