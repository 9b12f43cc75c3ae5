import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { lengthOf, px } from '../css-values.js';
import { type ElementNode, paintsBox } from '../element-tree.js';
import { type Axis, ENDS, inFlow, isBefore } from './ends.js';
import { type Finding, measured } from './finding.js';

/** Something that stands elsewhere by itself. */
export interface Cause {
  node: ElementNode;
  axis: Axis;
  /** Reference minus actual, device px. */
  by: number;
  before: ElementNode | undefined;
  container: ElementNode;
  /** What in it begins where it does, and was read: the element itself, or something within. */
  first: ElementNode;
  alone?: boolean;
}

export function deviceRect({ seen, element }: Pick<ElementNode, 'seen' | 'element'>, scale: number): Finding['rect'] {
  const { x, y, width, height } = seen ?? element.rect;
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** Where what moved is to be seen: a text that is no box of its own is its letters. */
function shownRect(node: ElementNode, scale: number): Finding['rect'] {
  const { text_rect: text, text: own } = node.element;
  if (own === undefined || text === undefined || paintsBox(node.element)) return deviceRect(node, scale);
  return { x: text.x * scale, y: text.y * scale, width: text.width * scale, height: text.height * scale };
}

/** Moves of one container along one axis by the same are one cause. */
export function folded(causes: readonly Cause[]): Cause[][] {
  const groups: Cause[][] = [];
  for (const cause of causes) {
    const group = groups.find(
      ([first]) =>
        first &&
        first.container === cause.container &&
        first.axis === cause.axis &&
        Math.abs(first.by - cause.by) < 1 &&
        !first.alone &&
        !cause.alone,
    );
    if (group) group.push(cause);
    else groups.push([cause]);
  }
  return groups;
}

/** CSS px by which a length that is none may seem to be less than that. */
const ROUNDING = 1.5;

/** How many things of a container stand behind another one along an axis: all but the first, of a grid all but its first row. */
export function behindOthers({ children }: ElementNode, axis: Axis): number {
  const held = children.filter((one) => inFlow(one) && one.seen !== undefined);
  return held.filter((one) => held.some((other) => other !== one && isBefore(other, one, axis))).length;
}

/** Returns true when what a row holds stands in the middle of its height. */
function isCentring({ element: { styles } }: ElementNode, axis: Axis): boolean {
  const isRow = styles.display?.includes('flex') === true && !styles['flex-direction']?.startsWith('column');
  return axis === 'y' && isRow && styles['align-items'] === 'center';
}

/** Lengths, CSS px, that designs are made of; and how near to one a length is read. */
const STEPS = [0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 128];
const READ_TO = 1;
/** How near to none what is left of an offset is read: text may stand a pixel higher or lower besides. */
const OFFSET_TO = 1.6;

const isRound = (length: number) => STEPS.some((step) => Math.abs(length - step) <= READ_TO);

/** A length of an element that may account for where something stands, CSS px, as it is in the app and as it then was in the reference. */
interface Length {
  of: ElementNode;
  name: string;
  now: number;
  was: number;
}

/** From the first thing that begins where a cause does up to what holds it. */
function chainOf({ first, container }: Cause): ElementNode[] {
  const chain: ElementNode[] = [];
  for (let at: ElementNode | undefined = first; at && at !== container; at = at.parent) chain.push(at);
  return chain;
}

/** By how much something that is positioned stands off its own place, where that is what it is off by; or what is before it is. */
function ownOffset(cause: Cause, scale: number): Length | undefined {
  const side = ENDS[cause.axis][0];
  const by = cause.by / scale;
  const lengths = [
    ...chainOf(cause).map((of) => ({ of, by })),
    ...(cause.before ? [{ of: cause.before, by: -by }] : []),
  ].flatMap(({ of, by }) => {
    const { position, [side]: offset } = of.element.styles;
    const now = position === 'relative' ? (lengthOf(offset ?? '0px') ?? 0) : 0;
    return Math.abs(now) > OFFSET_TO && Math.abs(now + by) <= OFFSET_TO ? [{ of, name: side, now, was: 0 }] : [];
  });
  return lengths[0];
}

/**
 * The length that something stands off by, where several may be it and that which is `told` comes to none that designs have: one that comes to none at
 * all, as what is extra does, else to a round one. Of the margin of what is before it, its own margins and paddings and those of what begins where
 * it does, and the padding of what holds it.
 */
function roundLength(cause: Cause, scale: number, told: RegionProperty | undefined): Length | undefined {
  const { before, container, axis, by } = cause;
  const [side, far] = ENDS[axis];
  const lengths = [
    ...chainOf(cause).flatMap((of) => [
      { of, name: `margin-${side}` },
      // The edge of a painted box is its own, whatever is in it.
      ...(paintsBox(of.element) ? [] : [{ of, name: `padding-${side}` }]),
    ]),
    ...(before ? [{ of: before, name: `margin-${far}` }] : [{ of: container, name: `padding-${side}` }]),
  ].flatMap((one) => {
    const now = lengthOf(one.of.element.styles[one.name] ?? '0px') ?? 0;
    return now > 0 ? [{ ...one, now, was: now + by / scale }] : [];
  });
  const none = lengths.find(({ was }) => Math.abs(was) <= READ_TO);
  const expected = told && lengthOf(told.expected);
  if (none) return { ...none, was: 0 };
  return expected !== undefined && isRound(expected) ? undefined : lengths.find(({ was }) => isRound(was));
}

/**
 * The border that makes a box larger by as much along both axes, of the colour of what is inside: else its own width was read. `grown`: device px by
 * which the box is larger in the reference.
 */
export function widerBorder(
  { element: { styles } }: ElementNode,
  grown: { x: number | undefined; y: number | undefined },
  scale: number,
): RegionProperty[] {
  const widths = ['top', 'right', 'bottom', 'left'].map(
    (side) => lengthOf(styles[`border-${side}-width`] ?? '0px') ?? 0,
  );
  const now = Math.min(...widths);
  if (grown.x === undefined || grown.y === undefined || now !== Math.max(...widths) || now === 0) return [];
  const was = Math.round(now + (grown.x + grown.y) / 4 / scale);
  const isOne = Math.abs(grown.x - grown.y) <= 2 * READ_TO * scale;
  return isOne && was >= 0 && was !== now ? [measured('border-width', px(was), px(now))] : [];
}

export function toldCause(group: readonly Cause[], scale: number): Finding {
  const [first] = group;
  if (!first) throw new Error('a group has a first cause');
  const { node, axis, before, container } = first;
  const by = first.by / scale;
  const [side, far] = ENDS[axis];
  const change = (of: ElementNode, name: string): RegionProperty | undefined => {
    const value = of.element.styles[name];
    const now = lengthOf(value ?? '0px') ?? 0;
    const then = Math.round((now + by) * 10) / 10;
    if (name.startsWith('margin')) return measured(name, px(then), px(now));
    // Less than none is only a matter of rounding.
    return then < -ROUNDING || (then < 0 && now === 0) ? undefined : measured(name, px(Math.max(0, then)), px(now));
  };
  const has = (of: ElementNode, name: string) => (lengthOf(of.element.styles[name] ?? '0px') ?? 0) > 0;
  const gap = axis === 'x' ? 'column-gap' : 'row-gap';
  const place = measured(axis, px(node.element.rect[axis] + by), px(node.element.rect[axis]));
  const listed = (...all: (RegionProperty | undefined)[]) => all.filter((one) => one !== undefined);
  // Which of the lengths it is the picture does not tell: those that are there come first.
  const own = (of: ElementNode) =>
    listed(
      has(of, `margin-${side}`) ? change(of, `margin-${side}`) : undefined,
      has(of, `padding-${side}`) && !paintsBox(of.element) ? change(of, `padding-${side}`) : undefined,
    );
  // Less than none a gap cannot be: then things stand in another order.
  const isGap = before !== undefined && has(container, gap) && group.length >= behindOthers(container, axis);
  const wider = isGap ? change(container, gap) : undefined;
  let [shown, properties]: [ElementNode, RegionProperty[]] = [node, []];
  if (first.alone) properties = [...own(node), ...listed(change(node, `margin-${side}`)), place];
  else if (wider) [shown, properties] = [container, [wider]];
  else if (before) {
    const mine = own(node);
    const later = mine.length > 0 || !has(before, `margin-${far}`);
    if (!later) shown = before;
    properties = later
      ? [...mine, ...listed(change(node, `margin-${side}`)), place]
      : [...listed(change(before, `margin-${far}`)), place];
  } else if (own(node).length > 0 && !(has(container, `padding-${side}`) && group.length > 1))
    properties = [...own(node), place];
  else if (isCentring(container, axis) && !has(container, `padding-${side}`)) {
    // What stands in the middle of a bar moves by half of what that is higher by.
    const size = ENDS[axis][2];
    const now = container.element.rect[size];
    [shown, properties] = [container, [measured(size, px(Math.round(now + 2 * by)), px(now)), place]];
  } else [shown, properties] = [container, listed(change(container, `padding-${side}`), place)];
  const [told] = properties;
  const likely = wider ? undefined : (ownOffset(first, scale) ?? roundLength(first, scale, told));
  if (likely) {
    const { of, name, was, now } = likely;
    shown = of;
    properties = [measured(name, px(Math.round(10 * was) / 10), px(now)), ...(of === container ? [] : [place])];
  }
  const unique = properties.filter(
    (one, at) => properties.findIndex(({ property }) => property === one.property) === at,
  );
  const rect = group
    .map((one) => shownRect(one.node, scale))
    .reduce((all, one) => {
      const [x, y] = [Math.min(all.x, one.x), Math.min(all.y, one.y)];
      return {
        x,
        y,
        width: Math.max(all.x + all.width, one.x + one.width) - x,
        height: Math.max(all.y + all.height, one.y + one.height) - y,
      };
    });
  return {
    node: shown,
    relation: 'self',
    kind: 'moved',
    severity: 'major',
    properties: unique,
    rect,
    ...(first.alone ? { alone: true } : {}),
  };
}
