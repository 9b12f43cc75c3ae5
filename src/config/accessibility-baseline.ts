import { z } from 'zod';
import { parseSettings } from './parse-settings.js';

/** File in which a person lists the accepted violations, relative to the project. No tool writes it. */
export const ACCESSIBILITY_BASELINE_FILE = '.codeloop/accessibility.json';

/** One accepted violation: this rule, broken by this element, on these screens (without: on every screen). */
const AcceptedViolation = z.strictObject({
  rule: z.string().min(1),
  /** As codeloop names the element. */
  selector: z.string().min(1),
  screens: z.array(z.string().min(1)).min(1).optional(),
  reason: z.string().trim().min(1),
});
type AcceptedViolation = z.infer<typeof AcceptedViolation>;

/** `.codeloop/accessibility.json`. Unknown keys are refused. */
const AccessibilityBaseline = z.strictObject({
  $schema: z.string().optional(),
  accepted: z.array(AcceptedViolation),
});

/** The accepted violations written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with the place. */
export function parseAccessibilityBaseline(text: string): AcceptedViolation[] {
  return parseSettings(AccessibilityBaseline, text, ACCESSIBILITY_BASELINE_FILE).accepted;
}
