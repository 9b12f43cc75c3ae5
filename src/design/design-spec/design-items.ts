import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Size } from '../../core/vocabulary/geometry.js';
import type { FigmaLayers } from '../../core/vocabulary/pair.js';

/** One styled thing of a screen: computed CSS, and the names of the tokens that values are bound to. Names and texts are untrusted. */
export interface DesignItem {
  name: string;
  kind: 'text' | 'box';
  /** CSS pixels. */
  size: Size;
  text?: string;
  styles: Readonly<Record<string, string>>;
  tokens: Readonly<Record<string, string>>;
}

/** One screen at one viewport, as drawn or as built. */
export interface DesignScreen {
  screen: string;
  viewport: string;
  /** CSS pixels. */
  size: Size;
  items: DesignItem[];
}

/** Parts of a page that are drawn as boxes of their own. */
const PAINTED = ['background-color', 'box-shadow', 'border-top-width', 'border-bottom-width', 'border-left-width'];

/** A Figma frame's layers as items. */
export function itemsOfLayers({ layers }: FigmaLayers): DesignItem[] {
  return layers.map(({ name, type, rect, text, styles, tokens }) => ({
    name,
    kind: type === 'TEXT' ? 'text' : 'box',
    size: { width: rect.width, height: rect.height },
    ...(text === undefined ? {} : { text }),
    styles,
    tokens,
  }));
}

/** A page's elements as items: each text, and each box that is seen. Values that are inherited unseen say nothing of a box. */
export function itemsOfPage({ elements }: DomBoxes): DesignItem[] {
  return elements.flatMap((element): DesignItem[] => {
    const { role, name, tag, rect, text, styles } = element;
    const common = {
      name: [role ?? tag, name].filter(Boolean).join(' '),
      size: { width: rect.width, height: rect.height },
      tokens: {},
    };
    const typed = Object.fromEntries(Object.entries(styles).filter(([property]) => TYPE.test(property)));
    const boxed = Object.fromEntries(Object.entries(styles).filter(([property]) => BOX.test(property)));
    return [
      ...(text === undefined ? [] : [{ ...common, kind: 'text' as const, text, styles: typed }]),
      ...(PAINTED.some((property) => styles[property] !== undefined)
        ? [{ ...common, kind: 'box' as const, styles: boxed }]
        : []),
    ];
  });
}

const TYPE = /^(?:color|font-(?:family|size|weight)|line-height|letter-spacing)$/;
const BOX = /^(?:background-color|box-shadow|border-.*|padding-.*|(?:row|column)-gap)$/;
