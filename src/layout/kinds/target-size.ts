import type { Rect } from '../../core/vocabulary/geometry.js';
import { bottom, right } from '../boxes.js';
import type { FindKind, Found } from '../found.js';
import { isTold } from '../intent.js';
import { blockOf, isControl, isInline, isVisible, isWithin, type Placed } from '../page-model.js';

/** CSS px that a target measures, or keeps free around its middle: WCAG 2.2, success criterion 2.5.8. */
const LEAST = 24;
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
    return { placed, rect, small: Math.min(rect.width, rect.height) < LEAST };
  });
  return targets.flatMap((target): Found[] => {
    const { placed, rect, small } = target;
    if (!small || isInSentence(placed) || isNative(placed)) return [];
    const near = targets.find((other) => isTooNear(target, other));
    if (!near) return [];
    return [
      {
        kind: 'target_size',
        certainty: 'likely',
        element: placed,
        other: near.placed,
        rect,
        by_px: Math.round(LEAST - Math.min(rect.width, rect.height)),
        what: `is a target of ${Math.round(rect.width)} x ${Math.round(rect.height)} px with another within ${LEAST} px`,
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
  if (gap < LEAST / 2) return true;
  const [otherX, otherY] = middle(rect);
  return other.small && Math.hypot(x - otherX, y - otherY) < LEAST;
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
