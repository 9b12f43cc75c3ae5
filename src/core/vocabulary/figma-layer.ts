import { z } from 'zod';
import { Rect } from './geometry.js';

/** The Figma file that references of a comparison came from, and whether they are known to be its newest version. */
export const FigmaSource = z.object({
  file_key: z.string(),
  version: z.string(),
  /** Time at which the frames of this version were fetched. */
  fetched_at: z.string(),
  /** True when Figma was asked for this comparison and named this very version. */
  confirmed: z.boolean(),
  /** Why it could not be confirmed, and how old the frames are. */
  note: z.string().optional(),
});
export type FigmaSource = z.infer<typeof FigmaSource>;

/**
 * One visible layer of a Figma frame in the words of CSS. `rect` is in CSS pixels of the frame; `parent` is an index into the
 * list; `styles` hold computed values as a browser writes them; `tokens` name the variable or style a value is bound to.
 * Names and texts come from the file and are untrusted.
 */
export const FigmaLayer = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  rect: Rect,
  parent: z.number().int().optional(),
  text: z.string().optional(),
  styles: z.record(z.string(), z.string()),
  tokens: z.record(z.string(), z.string()),
});
export type FigmaLayer = z.infer<typeof FigmaLayer>;

/** The layers of one frame, in the order in which they are painted, the frame itself first. */
export const FigmaLayers = z.object({
  schema_version: z.literal(1),
  node_id: z.string(),
  name: z.string(),
  layers: z.array(FigmaLayer),
  /** True when the frame had more layers than are kept. */
  truncated: z.boolean(),
});
export type FigmaLayers = z.infer<typeof FigmaLayers>;
