import { z } from 'zod';
import { BarValue } from '../core/vocabulary/bars.js';
import { parseSettings } from './parse-settings.js';

/** File of the lower bars that a person accepted, relative to the project. Only `codeloop bars accept` writes it. */
export const ACCEPTED_BARS_FILE = '.codeloop/bars.json';

/** A bar that a person let come down: to what, who, when and why. */
export const AcceptedBar = z.strictObject({
  key: z.string().min(1),
  after: BarValue,
  at: z.string(),
  by: z.string(),
  reason: z.string().trim().min(1),
});
export type AcceptedBar = z.infer<typeof AcceptedBar>;

/** `.codeloop/bars.json`. Unknown keys are refused. */
const AcceptedBars = z.strictObject({ $schema: z.string().optional(), accepted: z.array(AcceptedBar) });

/** The accepted bars written in `text`. Throws CONFIG_INVALID with the place. */
export function parseAcceptedBars(text: string): AcceptedBar[] {
  return parseSettings(AcceptedBars, text, ACCEPTED_BARS_FILE).accepted;
}
