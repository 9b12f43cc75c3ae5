import { posix } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import type { Bars } from '../core/vocabulary/bars.js';
import { parseAcceptance } from './acceptance.js';
import { ACCESSIBILITY_BASELINE_FILE, parseAccessibilityBaseline } from './accessibility-baseline.js';
import { LAYOUT_BASELINE_FILE, parseLayoutBaseline } from './layout-baseline.js';

/** Files that hold bars besides the settings, relative to the project. */
export const BAR_FILES: readonly string[] = [
  '.codeloop/policy.yaml',
  'codeloop.yaml',
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
];
/** Folders whose files each are bars. */
export const BAR_FOLDERS: readonly string[] = ['docs/acceptance', '.codeloop/flows'];

const FlowSteps = z.object({ steps: z.array(z.object({ action: z.string() })) });

/** The bars that files besides the settings set. `texts`: path relative to the project → its text. A file that cannot be read sets none. */
export function fileBars(texts: ReadonlyMap<string, string>): Bars {
  const bars: Bars = { 'accessibility.accepted': [], 'layout.accepted': [] };
  for (const [path, text] of texts) Object.assign(bars, barsOfFile(path, text));
  return bars;
}

function barsOfFile(path: string, text: string): Bars {
  if (path.endsWith('policy.yaml') || path === 'codeloop.yaml') return { policy: sha256(text) };
  try {
    if (path === ACCESSIBILITY_BASELINE_FILE)
      return {
        'accessibility.accepted': parseAccessibilityBaseline(text)
          .map(({ rule, selector, screens = ['every screen'] }) => `${rule} ${selector} on ${screens.join(', ')}`)
          .sort(),
      };
    if (path === LAYOUT_BASELINE_FILE)
      return {
        'layout.accepted': parseLayoutBaseline(text)
          .map(({ kind, selector, screens = ['every screen'] }) => `${kind} ${selector} on ${screens.join(', ')}`)
          .sort(),
      };
    if (path.startsWith('.codeloop/flows/')) {
      const { steps } = FlowSteps.parse(JSON.parse(text));
      const expected = steps.filter(({ action }) => action.startsWith('assert')).length;
      return { [`flows/${posix.basename(path, '.json')}`]: expected };
    }
    return Object.fromEntries(
      parseAcceptance(text, path).map(({ id, text: said, proof }) => [
        // Numbers of a check list move when a line is added above.
        `acceptance/${posix.basename(path)}#${path.endsWith('.md') ? said : id}`,
        `${said} [${Object.entries(proof ?? {})
          .flat()
          .join(' ')}]`,
      ]),
    );
  } catch (error) {
    // A file that is broken fails the check that reads it; as a bar it says nothing.
    if (error instanceof CodeloopError || error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
}
