import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { lengthOf, px } from '../css-values.js';
import { type ElementNode, type ElementTree, paintsBox } from '../element-tree.js';
import { type Axis, ENDS, Ends, endOf, inFlow, isBefore, pick, startOf } from './ends.js';
import { type Edges, type Finding, measured } from './finding.js';

/** What is known of places: own edges by element, and what differs besides, which may have moved things. */
export interface Displacements {
  tree: ElementTree;
  /** Edges that were read of an element itself. */
  own: ReadonlyMap<ElementNode, Edges>;
  /** Findings so far: what is larger, missing or extra explains what moved about it. */
  findings: readonly Finding[];
  /** Places in the app, device px, where the reference has something that the app lacks. */
  gaps: readonly { x: number; y: number; width: number; height: number }[];
  scale: number;
  /** Device px from which a place is another one. */
  tolerance: number;
  sameRenderer: boolean;
}

interface Cause {
  node: ElementNode;
  axis: Axis;
  /** Reference minus actual, device px. */
  by: number;
  before: ElementNode | undefined;
  container: ElementNode;
  alone?: boolean;
}

/**
 * What moved by itself: of each run of things along an axis, the one whose distance to what is before it, or to the padding of what holds it,
 * differs. What only follows is not told.
 */
export function displaced(facts: Displacements): Finding[] {
  const { scale } = facts;
  const causes = (['y', 'x'] as const).flatMap((axis) => causesAlong(axis, facts));
  const sizes = (['y', 'x'] as const).flatMap((axis) => resized(axis, facts, causes));
  return [...folded(causes).map((group) => told(group, scale)), ...sizes];
}

function causesAlong(axis: Axis, facts: Displacements): Cause[] {
  const ends = new Ends(axis, facts);
  const found: Cause[] = [];
  // What is inside comes first: what holds it then follows from it.
  for (const container of [...facts.tree.nodes].reverse()) {
    const held = container.children.filter((child) => ends.start(child) !== undefined);
    for (const node of held) {
      const before = inFlow(node)
        ? pick(
            container.children.filter(
              (one) => one !== node && inFlow(one) && ends.end(one) !== undefined && isBefore(one, node, axis),
            ),
            (one) => endOf(one, axis),
          )
        : undefined;
      const base = before ? ends.end(before) : (facts.own.get(container)?.[ENDS[axis][0]] ?? ends.start(container));
      if (base === undefined) continue;
      const by = (ends.start(node) ?? 0) - base;
      if (
        Math.abs(by) < toleranceOf(node, before, axis, facts) ||
        isExplained(node, before, container, axis, by, facts)
      )
        continue;
      found.push({ node: only(node, ends), axis, by, before: before && only(before, ends), container });
    }
  }
  return withoutReturns(found, ends, facts);
}

/** Letters of another renderer are a little wider, and stand a little higher or lower in their line. */
function toleranceOf(
  node: ElementNode,
  before: ElementNode | undefined,
  axis: Axis,
  { tolerance, sameRenderer, scale }: Displacements,
): number {
  if (sameRenderer) return tolerance;
  const box = (one: ElementNode | undefined) => one === undefined || paintsBox(one.element);
  if (axis === 'y') return tolerance + (box(node) && box(before) ? 0 : 0.5 * scale);
  // Where it begins at the left, how wide its letters are does not matter.
  const { styles, rect, text_rect: text } = node.element;
  const begins = before === undefined && (styles['text-align'] ?? 'start') === 'start';
  return tolerance + (begins ? 0 : 0.006 * (text ?? rect).width * scale);
}

/** Down to what is seen: a mere wrapper of one thing is where that is. */
function only(node: ElementNode, ends: Ends): ElementNode {
  let at = node;
  for (;;) {
    if (paintsBox(at.element) || at.element.text !== undefined) return at;
    const [one, ...others] = at.children.filter((child) => ends.start(child) !== undefined);
    if (!one || others.length > 0) return at;
    at = one;
  }
}

/** What is back at its place behind something that moved was not moved itself: that stands elsewhere alone. */
function withoutReturns(causes: readonly Cause[], ends: Ends, facts: Displacements): Cause[] {
  const gone = new Set<Cause>();
  const within = (above: ElementNode, below: ElementNode) => above.index <= below.index && below.index < above.end;
  for (const after of causes) {
    const { before } = after;
    if (!before || gone.has(after)) continue;
    const moved = causes.find(
      (one) =>
        one !== after &&
        !gone.has(one) &&
        Math.abs(one.by + after.by) < facts.tolerance &&
        (within(before, one.node) || within(one.node, before)),
    );
    if (!moved) continue;
    moved.alone = true;
    // Of something and what holds it, the one that the rest does not follow.
    if (within(moved.node, before)) moved.node = only(ends.firstOf(moved.node), ends);
    gone.add(after);
  }
  for (const cause of causes) {
    if (cause.before || cause.alone) continue;
    // Beside others that stayed, with nothing behind that follows.
    cause.alone = facts.own.get(cause.container)?.[ENDS[cause.axis][0]] === undefined;
  }
  return causes.filter((one) => !gone.has(one));
}

/** Times that a move goes into the size of something that is missing, at most. */
const MOVES = 2.3;

/** Something larger, missing or extra beside it accounts for a move; so does its own content. */
function isExplained(
  node: ElementNode,
  before: ElementNode | undefined,
  container: ElementNode,
  axis: Axis,
  by: number,
  facts: Displacements,
): boolean {
  const within = (above: ElementNode, below: ElementNode) => above.index <= below.index && below.index < above.end;
  for (const { node: one, grew, kind } of facts.findings) {
    if (!grew || !within(container, one)) continue;
    const size = Math.abs(grew[axis]) + facts.tolerance;
    if (kind === 'added') {
      const between = before ? endOf(before, axis) - 1 <= startOf(one, axis) : true;
      if (between && startOf(one, axis) < endOf(node, axis)) return true;
    }
    if (Math.abs(by) <= size) return true;
  }
  const scale = facts.scale;
  const [from, to] = [before ? endOf(before, axis) : startOf(container, axis), startOf(node, axis)];
  const long = axis === 'x' ? 'width' : 'height';
  const [across, wide] = axis === 'x' ? (['y', 'height'] as const) : (['x', 'width'] as const);
  return facts.gaps.some((gap) => {
    const [start, end] = [gap[axis] / scale, (gap[axis] + gap[long]) / scale];
    const beside =
      gap[across] / scale < endOf(container, across) && (gap[across] + gap[wide]) / scale > startOf(container, across);
    // What is missing moves what follows by its own size, or by half of it where things are centred.
    return beside && MOVES * Math.abs(by) >= gap[long] && start < to + Math.abs(by) / scale + 4 && end > from - 4;
  });
}

/** Boxes whose size differs, where neither what is in them nor what holds them says why. */
function resized(axis: Axis, facts: Displacements, causes: readonly Cause[]): Finding[] {
  const [low, high, size] = ENDS[axis];
  const by = (node: ElementNode | undefined) => {
    const own = node && facts.own.get(node);
    return own?.[low] === undefined || own[high] === undefined ? undefined : own[high] - own[low];
  };
  const found: Finding[] = [];
  for (const node of facts.tree.nodes) {
    const grown = by(node);
    // Roundings of many lines add up in a long box.
    const tolerance =
      facts.tolerance + (facts.sameRenderer ? 0 : 0.4 * facts.scale + 0.004 * node.element.rect[size] * facts.scale);
    if (grown === undefined || Math.abs(grown) < tolerance || !paintsBox(node.element)) continue;
    const inside = (one: ElementNode) => node.index <= one.index && one.index < node.end;
    const known =
      facts.findings.some((one) => inside(one.node) && one.grew !== undefined) ||
      facts.findings.some((one) => one.node === node && one.kind === 'added');
    if (
      known ||
      found.some((one) => inside(one.node)) ||
      causes.some((one) => one.axis === axis && inside(one.node) && one.node !== node)
    )
      continue;
    let above = node.parent;
    while (above && by(above) === undefined) above = above.parent;
    const held = by(above);
    if (held !== undefined && Math.abs(held - grown) < facts.tolerance) continue;
    // Siblings that are as much larger share its cause: one of them is told.
    if (
      node.parent?.children.some((one) => one.index < node.index && Math.abs((by(one) ?? 0) - grown) < facts.tolerance)
    )
      continue;
    if (
      facts.gaps.some(
        (gap) =>
          gap.x / facts.scale < endOf(node, 'x') &&
          (gap.x + gap.width) / facts.scale > startOf(node, 'x') &&
          gap.y / facts.scale < endOf(node, 'y') + 4 &&
          (gap.y + gap.height) / facts.scale > startOf(node, 'y') - 4,
      )
    )
      continue;
    const rect = deviceRect(node, facts.scale);
    const now = node.element.rect[size];
    const properties = [
      measured(size, px(now + grown / facts.scale), px(now)),
      ...paddings(node, axis, grown / facts.scale),
    ];
    found.push({ node, relation: 'self', kind: 'resized', severity: 'major', properties, rect });
  }
  return found;
}

/** The paddings that may be larger by so much. */
function paddings({ element }: ElementNode, axis: Axis, by: number): RegionProperty[] {
  const [low, high] = ENDS[axis];
  return [low, high].flatMap((side) => {
    const now = lengthOf(element.styles[`padding-${side}`] ?? '0px') ?? 0;
    return now > 0 && now + by >= 0 ? [measured(`padding-${side}`, px(now + by), px(now))] : [];
  });
}

export function deviceRect({ seen, element }: ElementNode, scale: number): Finding['rect'] {
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
function folded(causes: readonly Cause[]): Cause[][] {
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

function told(group: readonly Cause[], scale: number): Finding {
  const [first] = group;
  if (!first) throw new Error('a group has a first cause');
  const { node, axis, before, container } = first;
  const by = first.by / scale;
  const [side, far] = ENDS[axis];
  const change = (of: ElementNode, name: string): RegionProperty | undefined => {
    const value = of.element.styles[name];
    const now = lengthOf(value ?? '0px') ?? 0;
    return now + by < -0.5 && !name.startsWith('margin')
      ? undefined
      : measured(name, px(Math.round((now + by) * 10) / 10), px(now));
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
  let [shown, properties]: [ElementNode, RegionProperty[]] = [node, []];
  if (first.alone) properties = [...own(node), place];
  else if (before && has(container, gap) && group.length >= container.children.length - 1)
    [shown, properties] = [container, listed(change(container, gap))];
  else if (before) {
    const mine = own(node);
    const later = mine.length > 0 || !has(before, `margin-${far}`);
    if (!later) shown = before;
    properties = later
      ? [...mine, ...listed(change(node, `margin-${side}`)), place]
      : [...listed(change(before, `margin-${far}`)), place];
  } else if (own(node).length > 0 && !(has(container, `padding-${side}`) && group.length > 1))
    properties = [...own(node), place];
  else [shown, properties] = [container, listed(change(container, `padding-${side}`), place)];
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
  return { node: shown, relation: 'self', kind: 'moved', severity: 'major', properties: unique, rect };
}
