import type { FindKind, Found } from '../found.js';
import { isTold } from '../intent.js';
import { isVisible } from '../page-model.js';

/** Texts with a letter that is drawn as the box for what has no shape. */
export const missingGlyph: FindKind = (model) =>
  model.all.flatMap((element): Found[] => {
    const { missing, lines } = element.el;
    if (missing === undefined || !isVisible(element) || !isTold(element)) return [];
    const rect = (lines?.find(({ text }) => text.includes(missing)) ?? lines?.[0])?.rect ?? element.el.rect;
    const code = `U+${(missing.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return [
      {
        kind: 'missing_glyph',
        // A letter of a living script may only be missing on this machine.
        certainty: /[\p{Co}\p{Cn}]/u.test(missing) ? 'certain' : 'likely',
        element,
        // What is missing is missing everywhere.
        cause: code,
        rect,
        what: `shows a box for ${code}, of which no font has a shape`,
        claim: { shows: 'ink', rect },
      },
    ];
  });
