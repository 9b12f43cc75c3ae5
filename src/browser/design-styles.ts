import { DESIGN_STYLES } from '../core/vocabulary/design-styles.js';

/** The names, in the order in which they are asked for and answered. */
export const STYLE_NAMES: readonly string[] = Object.keys(DESIGN_STYLES);

const BORDER_PART = /^border-(top|right|bottom|left)-(?:color|style)$/;

/** Properties that say nothing unless another one has a value of its own. */
const ONLY_WITH: Readonly<Record<string, string>> = {
  'text-decoration-color': 'text-decoration-line',
  'text-decoration-style': 'text-decoration-line',
  'outline-color': 'outline-style',
  'outline-width': 'outline-style',
  'outline-offset': 'outline-style',
  'background-size': 'background-image',
  'background-position-x': 'background-image',
  'background-position-y': 'background-image',
  'background-repeat': 'background-image',
};

/**
 * Values (in the order of STYLE_NAMES) as a record, without those that say nothing: initial ones, colours of borders and outlines that
 * are not there, a fill colour of text that is the text's colour.
 */
export function tellingStyles(values: readonly string[]): Record<string, string> {
  const styles: Record<string, string> = {};
  for (const [index, name] of STYLE_NAMES.entries()) {
    const value = values[index] ?? '';
    if (value === '' || value === DESIGN_STYLES[name]) continue;
    if (name === '-webkit-text-fill-color' && value === styles.color) continue;
    const side = BORDER_PART.exec(name)?.[1];
    if (side !== undefined && styles[`border-${side}-width`] === undefined) continue;
    const needs = ONLY_WITH[name];
    if (needs !== undefined && styles[needs] === undefined) continue;
    styles[name] = value;
  }
  return styles;
}
