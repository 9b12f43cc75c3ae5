import { px } from '../boxes.js';
import type { FindKind, Found } from '../found.js';
import { isTold } from '../intent.js';
import { isVisible, type Placed } from '../page-model.js';

/** Quotient of the two ratios of sides that one begins to see, and that is surely a mistake. */
const SEEN = 1.06;
const SURE = 1.15;
/** Px that the picture is too wide or too high: less is not seen, more surely is. */
const SEEN_PX = 3;
const SURE_PX = 8;
/** Enlarged so much a picture blurs. */
const BLURS = 2;

/** Pictures that are squeezed out of their ratio, or enlarged until they blur. */
export const imageDistorted: FindKind = (model) =>
  model.all.flatMap((image): Found[] => {
    const { el, shown } = image;
    if (el.tag !== 'img' || !el.natural || !shown || !isVisible(image) || !isTold(image)) return [];
    const { width, height } = innerSize(image);
    const { natural } = el;
    // Of lines and specks nobody sees it.
    if (Math.min(natural.width, natural.height) < 12 || Math.min(width, height) < 16) return [];
    const base = {
      kind: 'image_distorted' as const,
      element: image,
      rect: shown,
      claim: { shows: 'ink' as const, rect: shown },
    };
    const file = `its file has ${natural.width} x ${natural.height}`;
    if (el.styles['object-fit'] === undefined) {
      const ratio = natural.width / natural.height;
      const wide = width / height > ratio;
      const by = wide ? width / height / ratio : (ratio * height) / width;
      const lost = wide ? width - height * ratio : height - width / ratio;
      if (by > SEEN && lost >= SEEN_PX)
        return [
          {
            ...base,
            certainty: by >= SURE && lost >= SURE_PX && !isBackdrop(image) ? 'certain' : 'likely',
            by_px: Math.round(lost),
            what: `is squeezed: ${Math.round(width)} x ${Math.round(height)} px, ${file}`,
          },
        ];
    }
    const isDrawing = /\.svg\b|^data:image\/svg/.test(el.attributes.src ?? '');
    if (isDrawing || width < 64 || width <= natural.width * BLURS) return [];
    return [
      {
        ...base,
        certainty: 'likely',
        what: `is enlarged ${(width / natural.width).toFixed(1)} times and blurs: ${file}`,
      },
    ];
  });

/** Behind other things on purpose: nobody looks at its proportions. */
function isBackdrop({ el, opacity }: Placed): boolean {
  return opacity < 0.6 || el.styles.position === 'absolute';
}

function innerSize({ el: { rect, styles } }: Placed): { width: number; height: number } {
  const frame = (sides: readonly string[]) =>
    sides.reduce((sum, side) => sum + px(styles[`padding-${side}`]) + px(styles[`border-${side}-width`]), 0);
  return { width: rect.width - frame(['left', 'right']), height: rect.height - frame(['top', 'bottom']) };
}
