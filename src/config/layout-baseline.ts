import { z } from 'zod';
import { LayoutKind } from '../core/vocabulary/layout.js';
import { parseSettings } from './parse-settings.js';

/** Where a person writes down the layouts that are meant as they are, relative to the project. No tool writes it. */
export const LAYOUT_BASELINE_FILE = '.codeloop/layout.json';

/** One accepted finding: this kind, at this element, on these screens (without: on every screen), in these widths (without: in all). */
const AcceptedLayout = z.strictObject({
  kind: LayoutKind,
  /** As codeloop names the element. */
  selector: z.string().min(1),
  screens: z.array(z.string().min(1)).min(1).optional(),
  /** Viewport that it is accepted at. */
  viewport: z.string().min(1).optional(),
  /** Narrowest and widest window that it is accepted in, CSS px. */
  from_width: z.number().int().positive().optional(),
  to_width: z.number().int().positive().optional(),
  reason: z.string().trim().min(1),
});
export type AcceptedLayout = z.infer<typeof AcceptedLayout>;

/** `.codeloop/layout.json`. Unknown keys are refused. */
const LayoutBaseline = z.strictObject({ $schema: z.string().optional(), accepted: z.array(AcceptedLayout) });

/** The accepted findings written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with the place. */
export function parseLayoutBaseline(text: string): AcceptedLayout[] {
  return parseSettings(LayoutBaseline, text, LAYOUT_BASELINE_FILE).accepted;
}
