import { area, right } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { isTold } from '../intent.js';
import { clipInside, isInked, isInline, isVisible, type Placed } from '../page-model.js';

/** Text hidden behind dots, CSS px: less is the dots themselves. */
const LEAST = 8;

/** Texts of which dots stand for a part: by design, and worth knowing, since the rest may be what people need. */
export const ellipsis: FindKind = (model) => {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, rect } = line;
    const clip = isInline(owner) ? owner.clip : clipInside(owner);
    const box = clip.byX;
    if (!box || seen.has(box) || box.el.styles['text-overflow'] === undefined || area(box.el.rect) <= 4) return [];
    const hidden = right(rect) - clip.right;
    if (hidden < LEAST || rect.x >= clip.right || !isInked(line) || !isVisible(owner) || !isTold(owner)) return [];
    seen.add(box);
    return [
      {
        kind: 'ellipsis',
        certainty: 'listed',
        element: owner,
        rect: box.el.rect,
        by_px: Math.round(hidden),
        what: `${quoted(line.text)} ends in dots: ${Math.round(hidden)} px of it are hidden`,
      },
    ];
  });
};
