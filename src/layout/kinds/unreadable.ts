import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, contrast, type Rgb, rgb } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { coversOf, isTold } from '../intent.js';
import { isDrawn, isInked, isWithin, type PageModel, type Placed } from '../page-model.js';

/** Contrast at which nobody sees that there is a text; 1 is none. */
const NONE = 1.1;
const HARDLY = 1.7;
const WHITE: Rgb = [255, 255, 255];
/** Styles by which a text is seen without a colour of its own. */
const DRAWN_OTHERWISE = ['text-shadow', '-webkit-text-stroke-width', 'mix-blend-mode'];

/** Text in the colour of what is behind it. */
export const unreadable: FindKind = (model) => below(model, NONE, 'plain');

/** Text that hardly differs from what is behind it: what it had a contrast for is gone with the colours it was made for. */
export const faint: FindKind = (model) => below(model, HARDLY, 'faint');

function below(model: PageModel, least: number, shows: 'plain' | 'faint'): Found[] {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, core, shown } = line;
    if (!shown || seen.has(owner) || !isInked(line) || !isTold(owner) || owner.opacity < 0.5) return [];
    const { styles } = owner.el;
    if (DRAWN_OTHERWISE.some((name) => styles[name] !== undefined)) return [];
    if (styles['background-clip']?.includes('text') || area(shown) < area(line.rect) * 0.5) return [];
    const ink = rgb(styles['-webkit-text-fill-color'] ?? styles.color);
    const ground = ink && groundOf(owner, core);
    if (!ink || !ground || contrast(ink, ground) >= least) return [];
    if (coversOf(model, owner, core).length > 0 || liesOnOthers(model, owner, core)) return [];
    seen.add(owner);
    return [
      {
        kind: 'unreadable',
        certainty: 'certain',
        element: owner,
        rect: shown,
        what: `${quoted(line.text)} has ${shows === 'plain' ? 'the colour of' : 'hardly another colour than'} what is behind it`,
        claim: { shows, rect: core },
      },
    ];
  });
}

/** The plain colour of the boxes around a text; undefined where a picture or a gradient is. */
function groundOf(owner: Placed, rect: Rect): Rgb | undefined {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { styles, pseudo = [] } = at.el;
    if (pseudo.some((one) => paints(one.styles) && intersection(one.rect, rect))) return undefined;
    // A box that the text sticks out of is not what lies behind it.
    if (area(intersection(at.el.rect, rect)) < area(rect) * 0.95) continue;
    if (styles['background-image'] !== undefined) return undefined;
    const color = styles['background-color'];
    if (alpha(color) > 0.98) return at.opacity > 0.98 ? rgb(color) : undefined;
    if (alpha(color) > 0.02) return undefined;
  }
  return WHITE;
}

/** Something else is painted there before the text, so that nobody can tell by styles what lies behind it. */
function liesOnOthers(model: PageModel, owner: Placed, rect: Rect): boolean {
  return model.all.some(
    (one) =>
      one.shown !== undefined &&
      one.el.paint <= owner.el.paint &&
      intersection(one.shown, rect) !== undefined &&
      (isDrawn(one) || paints(one.el.styles)) &&
      !isWithin(owner, one) &&
      !isWithin(one, owner),
  );
}

function paints(styles: Record<string, string>): boolean {
  return styles['background-image'] !== undefined || alpha(styles['background-color']) > 0.05;
}
