import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { bottom, px, right } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { isPositioned, isTold, isTurnedAtAll } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  blockOf,
  isControl,
  isInline,
  isPainted,
  isVisible,
  isWithin,
  type PageModel,
  type Placed,
} from '../page-model.js';
import { isKept } from './shut-away.js';

/** Quotient of the two ratios of sides that one begins to see, and that is surely a mistake. */
const SEEN = 1.06;
const SURE = 1.15;
/** Px that the picture is too wide or too high: less is not seen, more surely is. */
const SEEN_PX = 3;
const SURE_PX = 8;
/** Enlarged so much a picture blurs. */
const BLURS = 2;

/** Sides of a picture that is one, and of one that only keeps a place or has none, CSS px. */
const PICTURE = 24;
const SPECK = 2;

/** Pictures of which nothing is to be seen: nothing loads their file, none is named, or they have no size. */
export const notShown: FindKind = (model) =>
  model.all.flatMap((image): Found[] => {
    const { el, parent, holder, opacity } = image;
    const { rect, natural, attributes, styles } = el;
    if (el.tag !== 'img' || !isTold(image) || opacity < 0.5 || styles.visibility !== undefined) return [];
    const later = attributes['data-src'];
    const [small, large] = [Math.min(rect.width, rect.height), Math.max(rect.width, rect.height)];
    const isHere = image.shown !== undefined && image.shown.x < model.width && right(image.shown) > 0;
    const said = { kind: 'vanishes' as const, element: image, rect };
    const isPlace = natural && Math.max(natural.width, natural.height) <= SPECK;
    if (later !== undefined && isHere && large >= PICTURE && (isPlace || (!natural && attributes.src === undefined)))
      return [
        {
          ...{ ...said, certainty: 'certain', cause: `waits in ${later}` },
          what: `is not loaded: its address waits in ${later}, also after the page was scrolled through`,
          repair: `Load it (loading="lazy" with src needs no script), or see why the script that reads ${later} does not run.`,
        },
      ];
    if (!natural && attributes.src === undefined && isHere && later === undefined && small >= PICTURE)
      return [
        {
          ...{ ...said, certainty: 'likely', what: 'shows no picture: it names no file (src)' },
          repair: 'Give it the address of its picture, or take it out where there is none.',
        },
      ];
    const isLarge = natural && Math.min(natural.width, natural.height) >= PICTURE;
    if (!isLarge || small >= SPECK || !parent || isPositioned(image) || parent.el.rect.width < PICTURE) return [];
    // What a box shuts away is told by that box.
    const { clip } = image;
    if (!holder || clip.right - clip.left < PICTURE || clip.bottom - clip.top < SPECK) return [];
    if (!isVisible(parent) || px(styles['transition-duration']) > 0 || styles['animation-name'] !== undefined)
      return [];
    return [
      {
        ...{ ...said, certainty: el.name ? 'certain' : 'likely' },
        what: `is ${Math.round(rect.width)} x ${Math.round(rect.height)} px: nothing of a picture of ${natural.width} x ${natural.height} px is seen`,
        repair: 'Give it a width and a height (width: 100%; height: auto), or take the style out that takes its size.',
      },
    ];
  });

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
    if (el.styles['object-fit'] === undefined && !isTurnedAtAll(image) && !keepsRatio(el.attributes.src)) {
      const ratio = natural.width / natural.height;
      const wide = width / height > ratio;
      const by = wide ? width / height / ratio : (ratio * height) / width;
      const lost = wide ? width - height * ratio : height - width / ratio;
      if (by > SEEN && lost >= SEEN_PX)
        return [
          {
            ...base,
            certainty: by >= SURE && lost >= SURE_PX && !isBackdrop(image, model) ? 'certain' : 'likely',
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

/** A drawing with a view box fits itself into its box and leaves the rest empty; of a file nobody knows here whether it has one, nearly all do. */
function keepsRatio(src = ''): boolean {
  if (!/^data:image\/svg/i.test(src)) return /\.svg\b/i.test(src);
  return (
    /viewBox/i.test(src) && !/preserveAspectRatio=["'\s]*none|preserveAspectRatio%3D(?:%22|%27|\s)*none/i.test(src)
  );
}

/** Share of the window from which a picture that was put somewhere by itself is a ground, as one under words is. */
const GROUND = 0.4;

/** Behind other things on purpose: nobody looks at its proportions. */
function isBackdrop({ el, opacity, shown }: Placed, { width, lines }: PageModel): boolean {
  if (opacity < 0.6) return true;
  if (el.styles.position !== 'absolute' || !shown) return false;
  return shown.width >= width * GROUND || lines.some(({ rect }) => intersection(rect, shown));
}

function innerSize({ el: { rect, styles } }: Placed): { width: number; height: number } {
  const frame = (sides: readonly string[]) =>
    sides.reduce((sum, side) => sum + px(styles[`padding-${side}`]) + px(styles[`border-${side}-width`]), 0);
  return { width: rect.width - frame(['left', 'right']), height: rect.height - frame(['top', 'bottom']) };
}

/** Equal up to rounding, and surely another size, CSS px. */
const EQUAL = 1;
const OTHER_SIZE = 6;
/** Like things from which on a single one stands out. */
const ROW = 3;

/** A row of like things, set to one size, of which one is of another: it lies at the same height, with the same tag and classes. */
export const uneven: FindKind = (model) =>
  model.all.flatMap((parent): Found[] => {
    if (parent.children.length < ROW) return [];
    return rowsOf(parent, model).flatMap((row) => oddOne(row) ?? []);
  });

function rowsOf(parent: Placed, { width }: PageModel): Placed[][] {
  const rows: Placed[][] = [];
  for (const one of parent.children) {
    const { rect, tag, styles, attributes } = one.el;
    if (!one.shown || !isVisible(one) || !isTold(one) || !(isPainted(one) || isControl(one) || tag === 'img')) continue;
    if (
      styles.position === 'absolute' ||
      styles.position === 'fixed' ||
      rect.width > width * 0.6 ||
      tag === 'td' ||
      tag === 'th'
    )
      continue;
    const row = rows.at(-1);
    const before = row?.at(-1);
    const alike = before?.el.tag === tag && before.el.attributes.class === attributes.class;
    const beside = before && Math.abs(before.el.rect.y - rect.y) <= EQUAL && rect.x >= right(before.el.rect) - EQUAL;
    if (row && alike && beside) row.push(one);
    else rows.push([one]);
  }
  return rows.filter((row) => row.length >= ROW);
}

function oddOne(row: readonly Placed[]): Found | undefined {
  for (const side of ['height', 'width'] as const) {
    const sizes = row.map(({ el }) => el.rect[side]).sort((a, b) => a - b);
    const common = sizes[Math.floor(sizes.length / 2)] ?? 0;
    const others = row.filter(({ el }) => Math.abs(el.rect[side] - common) > EQUAL);
    const [odd] = others;
    if (others.length !== 1 || !odd) continue;
    // The last column takes what rounding, or a row that is not full, leaves.
    if (side === 'width' && odd === row.at(-1)) continue;
    const by = Math.abs(odd.el.rect[side] - common);
    if (by < OTHER_SIZE) continue;
    return {
      kind: 'uneven',
      certainty: 'likely',
      element: odd,
      rect: odd.el.rect,
      by_px: Math.round(by),
      what: `is ${Math.round(odd.el.rect[side])} px in ${side}, the other ${row.length - 1} of its row are ${Math.round(common)} px`,
    };
  }
  return undefined;
}

/** Lines from which on a text is crushed, letters that each of them has at most, on average, and share of them that end within a word. */
const CRUSHED = 4;
const LETTERS = 2.5;
const WITHIN = 0.6;
/** Letters of a word that may be set upright on purpose. */
const UPRIGHT = 10;
/** Scripts that set spaces between their words, and break a line there. */
const SPACED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u;

/** Text in so narrow a column that its words break letter by letter. A single word may be set upright so on purpose. */
export const crushed: FindKind = (model) =>
  model.all.flatMap((element): Found[] => {
    const { lines = [], rect } = element.el;
    if (lines.length < CRUSHED || !element.shown || !isVisible(element) || !isTold(element)) return [];
    if (element.children.some(({ el }) => el.tag === 'br')) return [];
    const texts = lines.map(({ text }) => text);
    const whole = texts.join('').trim();
    const letters = [...whole].filter((sign) => SPACED.test(sign)).length;
    const broken = texts.slice(1).filter((text, at) => {
      return SPACED.test(texts[at]?.at(-1) ?? '') && SPACED.test(text[0] ?? '');
    }).length;
    if (letters < lines.length || letters > lines.length * LETTERS || broken < (lines.length - 1) * WITHIN) return [];
    const [first = rect] = lines.map((line) => line.rect);
    return [
      {
        kind: 'wrapped',
        certainty: letters > UPRIGHT || /\s/.test(whole) ? 'certain' : 'likely',
        element,
        rect,
        what: `${quoted(whole)} is broken within its words into ${lines.length} lines`,
        claim: { shows: 'ink', rect: first, words: wordsAt(model, first, [element]) },
      },
    ];
  });

/** CSS px that a target measures, or keeps free around its middle: WCAG 2.2, success criterion 2.5.8. */
const TARGET = 24;
/** Fields whose size the browser sets, unless the page does: an exception of the criterion. */
const NATIVE = new Set(['checkbox', 'radio', 'range', 'color', 'file']);

interface Target {
  placed: Placed;
  rect: Rect;
  small: boolean;
}

/** Targets too small to be hit, with others too near: without the criterion's exceptions for spacing, text and native fields. */
export const targetSize: FindKind = (model) => {
  const targets = model.all.filter(isTarget).map((placed): Target => {
    const rect = targetRect(placed);
    return { placed, rect, small: Math.min(rect.width, rect.height) < TARGET };
  });
  return targets.flatMap((target): Found[] => {
    const { placed, rect, small } = target;
    if (!small || isInSentence(placed) || isNative(placed) || isKept(placed)) return [];
    const near = targets.find((other) => isTooNear(target, other));
    if (!near) return [];
    return [
      {
        kind: 'target_size',
        certainty: 'likely',
        // Targets of one style are made larger by one rule.
        cause: `${placed.el.tag}.${placed.el.attributes.class ?? ''}`,
        element: placed,
        other: near.placed,
        rect,
        by_px: Math.round(TARGET - Math.min(rect.width, rect.height)),
        what: `is a target of ${Math.round(rect.width)} x ${Math.round(rect.height)} px with another within ${TARGET} px`,
      },
    ];
  });
};

function isTarget(placed: Placed): boolean {
  const { attributes, styles, rect } = placed.el;
  return (
    isControl(placed) &&
    isVisible(placed) &&
    placed.shown !== undefined &&
    isTold(placed) &&
    attributes.disabled === undefined &&
    styles['pointer-events'] !== 'none' &&
    rect.width > 1
  );
}

/** A press on a picture or box in an inline link counts too. */
function targetRect(placed: Placed): Rect {
  if (!isInline(placed)) return placed.el.rect;
  return placed.children.reduce((box, { el: { rect } }) => {
    const [x, y] = [Math.min(box.x, rect.x), Math.min(box.y, rect.y)];
    return { x, y, width: Math.max(right(box), right(rect)) - x, height: Math.max(bottom(box), bottom(rect)) - y };
  }, placed.el.rect);
}

/** A circle of 24 px around the middle of the small one meets another target, or the circle of another small one. */
function isTooNear(target: Target, other: Target): boolean {
  if (target === other || isWithin(other.placed, target.placed) || isWithin(target.placed, other.placed)) return false;
  const { href } = target.placed.el.attributes;
  if (href !== undefined && href === other.placed.el.attributes.href) return false;
  const [x, y] = middle(target.rect);
  const { rect } = other;
  const gap = Math.hypot(Math.max(rect.x - x, 0, x - right(rect)), Math.max(rect.y - y, 0, y - bottom(rect)));
  if (gap < TARGET / 2) return true;
  const [otherX, otherY] = middle(rect);
  return other.small && Math.hypot(x - otherX, y - otherY) < TARGET;
}

const middle = ({ x, y, width, height }: Rect): readonly [number, number] => [x + width / 2, y + height / 2];

/** A link within a sentence is as high as its line. */
function isInSentence(placed: Placed): boolean {
  if (!isInline(placed)) return false;
  const block = blockOf(placed);
  return (
    block.el.lines !== undefined ||
    block.children.some((one) => isInline(one) && !isControl(one) && one.el.lines !== undefined)
  );
}

function isNative({ el: { tag, attributes } }: Placed): boolean {
  return tag === 'input' && NATIVE.has(attributes.type ?? '');
}

/** Cumulative Layout Shift up to which people hardly notice it: web.dev/cls. */
const GOOD = 0.1;

/** What moved most while the page loaded, where the page moved more than people bear. */
export const shifts: FindKind = ({ page: { shift }, all }) => {
  const element = shift?.element === undefined ? undefined : all[shift.element];
  if (!shift || !element || shift.score <= GOOD) return [];
  const by = shift.by_px ?? 0;
  return [
    {
      kind: 'shifts',
      certainty: 'listed',
      element,
      rect: element.el.rect,
      by_px: by,
      what: `moved ${by} px while the page loaded; its Cumulative Layout Shift is ${shift.score}, and ${GOOD} is good`,
    },
  ];
};
