import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { lengthOf, px } from '../css-values.js';
import { type ElementNode, type ElementTree, paintsBox } from '../element-tree.js';
import {
  type Axis,
  ENDS,
  Ends,
  endOf,
  inFlow,
  isBefore,
  isCentred,
  isFollowed,
  LETTERS_HIGHER,
  lettersHigher,
  sizeBy,
  startOf,
  stepsAlong,
} from './ends.js';
import { type Edges, type Finding, measured } from './finding.js';
import { behindOthers, type Cause, deviceRect, folded, toldCause, widerBorder } from './name-cause.js';

/** What is known of places: own edges by element, and what differs besides, which may have moved things. */
export interface Displacements {
  tree: ElementTree;
  /** Edges that were read of an element itself; and those of its own text. */
  own: ReadonlyMap<ElementNode, Edges>;
  texts: ReadonlyMap<ElementNode, Edges>;
  /** Findings so far: what is larger, missing or extra explains what moved about it. */
  findings: readonly Finding[];
  /** Places in the app, device px, where the reference has something that the app lacks. */
  gaps: readonly { x: number; y: number; width: number; height: number }[];
  scale: number;
  /** Device px from which a place is another one. */
  tolerance: number;
  sameRenderer: boolean;
}

/** The same, and by how much letters stand higher or lower on this page, device px. */
interface Facts extends Displacements {
  letters: number;
}

/**
 * What moved by itself: of each run of things along an axis, the one whose distance to what is before it, or to the padding of what holds it,
 * differs. What only follows is not told.
 */
export function displaced(read: Displacements): Finding[] {
  const { scale } = read;
  const facts = {
    ...read,
    findings: [...read.findings, ...ownFields(read)],
    letters: lettersHigher(read, scale, read.sameRenderer),
  };
  const causes = (['y', 'x'] as const).flatMap((axis) => causesAlong(axis, facts));
  const sizes = (['y', 'x'] as const).flatMap((axis) => resized(axis, facts, causes));
  return [...folded(causes).map((group) => toldCause(group, scale)), ...sizes];
}

/** Share of its width by which a field is wider in another browser, which gives it its width. */
const FIELD_WIDER = 0.06;

/** Fields of another width by another renderer: not told, but what stands beside them follows. */
function ownFields({ tree, own, texts, scale, sameRenderer }: Displacements): Finding[] {
  if (sameRenderer) return [];
  return tree.nodes.flatMap((node) => {
    // Where one of its ends was not found, what is written in it tells where that is.
    const written = texts.get(node);
    const { left = written?.left, right = written?.right } = own.get(node) ?? {};
    if (!FIELDS.has(node.element.tag)) return [];
    const most = FIELD_WIDER * node.element.rect.width * scale;
    const wider = left === undefined || right === undefined ? most : Math.abs(right - left);
    if (wider > most) return [];
    const rect = deviceRect(node, scale);
    const grew = { x: 2 * wider, y: 0 };
    return [{ node, relation: 'self', kind: 'unknown', severity: 'minor', properties: [], rect, grew }];
  });
}

/** Tags of fields, to which each browser gives a width of its own. */
export const FIELDS = new Set(['input', 'select', 'textarea']);

function causesAlong(axis: Axis, facts: Facts): Cause[] {
  const ends = new Ends(axis, facts);
  const [found, near]: [Cause[], Cause[]] = [[], []];
  // What is inside comes first: what holds it then follows from it.
  for (const { node, before, container, by } of stepsAlong(ends)) {
    if (before === undefined && isCentred(container, axis, by, facts)) continue;
    const isNear = Math.abs(by) < toleranceOf(node, before, axis, facts);
    if (Math.abs(by) < 1 || (!isNear && isExplained(node, before, container, axis, by, facts))) continue;
    const mover = moverOf(only(node, ends), by, ends, facts.tolerance);
    const cause = { axis, by, before: before && only(before, ends), container, first: ends.firstOf(node) };
    (isNear ? near : found).push(mover ? { ...cause, node: mover, alone: true } : { ...cause, node: only(node, ends) });
  }
  return withoutReturns(found, near, ends, facts);
}

/** Share of what holds a box that it fills from which its letters do not make it as wide as it is. */
const FULL_WIDTH = 0.7;

/** Letters of another renderer are a little wider, and stand a little higher or lower in their line. */
function toleranceOf(
  node: ElementNode,
  before: ElementNode | undefined,
  axis: Axis,
  { tolerance, sameRenderer, scale, own, letters: higher }: Facts,
): number {
  if (sameRenderer) return tolerance;
  const box = (one: ElementNode | undefined) => one === undefined || paintsBox(one.element);
  // Roundings of lines add up in what is before it.
  const long = 0.001 * (before?.element.rect.height ?? 0) * scale;
  // Two that stand beside each other may stray both ways.
  const letters = before === undefined ? higher : LETTERS_HIGHER * scale;
  if (axis === 'y') return tolerance + (box(node) && box(before) ? 0 : letters) + Math.min(2 * scale, long);
  // Where it begins at the left, how wide its letters are does not matter; nor for a box as wide as what holds it.
  const { styles, rect, text_rect: text } = node.element;
  const holder = node.parent?.element.rect.width ?? 0;
  const begins =
    before === undefined &&
    (STARTS.has(styles['text-align'] ?? 'start') || (box(node) && rect.width >= FULL_WIDTH * holder));
  // Of a box whose sides were both read it is known how much wider it is.
  const { left, right } = own.get(node) ?? {};
  const wider = box(node) && left !== undefined && right !== undefined ? Math.abs(right - left) : undefined;
  const wide = 0.006 * (text ?? rect).width * scale;
  return tolerance + (begins ? 0 : Math.min(wide, wider ?? wide));
}

/** Alignments of text that begins where its box does, or stays in the middle of it however wide its letters are. */
const STARTS = new Set(['start', 'left', 'center', '-webkit-center']);

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

/** Of a mere wrapper that begins elsewhere the first thing in it, where what comes after that is where it was: it moved alone. */
function moverOf(node: ElementNode, by: number, ends: Ends, tolerance: number): ElementNode | undefined {
  if (paintsBox(node.element) || node.element.text !== undefined) return undefined;
  const first = ends.firstOf(node);
  const others = node.children.filter(
    (child) => inFlow(child) && !(child.index <= first.index && first.index < child.end),
  );
  const stayed = others.flatMap((child) => ends.start(child) ?? []);
  if (first === node || stayed.length === 0 || stayed.length < others.length) return undefined;
  return stayed.every((place) => Math.abs(place - by) >= tolerance && Math.abs(place) < tolerance)
    ? only(first, ends)
    : undefined;
}

/** Share of a move by which what is before it must have moved the other way, to be what moved. */
const GOES_BACK = 0.7;

/**
 * What is back at its place behind something that moved was not moved itself: that stands elsewhere alone. So does what is `near` enough to
 * its place to be left out, where something behind it is further from it than that and nothing else moved.
 */
function withoutReturns(told: readonly Cause[], near: readonly Cause[], ends: Ends, facts: Displacements): Cause[] {
  const causes = [...told];
  const gone = new Set<Cause>();
  const within = (above: ElementNode, below: ElementNode) => above.index <= below.index && below.index < above.end;
  for (const after of told) {
    const { before } = after;
    if (!before || gone.has(after)) continue;
    const isBack = (one: Cause) =>
      one !== after &&
      !gone.has(one) &&
      Math.abs(one.by + after.by) < facts.tolerance &&
      (within(before, one.node) || within(one.node, before));
    let moved = causes.find(isBack);
    if (!moved) {
      moved = near.find((one) => isBack(one) && -one.by * Math.sign(after.by) >= GOES_BACK * Math.abs(after.by));
      if (moved) causes.push(moved);
    }
    if (!moved) continue;
    moved.alone = true;
    // Of something and what holds it, the one that the rest does not follow.
    if (within(moved.node, before)) moved.node = only(ends.firstOf(moved.node), ends);
    gone.add(after);
  }
  for (const cause of causes) {
    const { axis, container, node, by } = cause;
    if (cause.alone || isGap(cause, causes)) continue;
    const low = ENDS[axis][0];
    const [held, text] = [facts.own.get(container)?.[low], facts.texts.get(container)?.[low]];
    // Beside others that stayed, or before a text that did, with nothing behind that follows.
    const start = (ends.start(node) ?? 0) - by;
    const behind = container.children.filter(
      (one) => one.index >= node.end && inFlow(one) && isBefore(node, one, axis) && ends.start(one) !== undefined,
    );
    const end = facts.own.get(container)?.[ENDS[axis][1]];
    // What holds it is as high as before: then more before it is less behind it, which no one length makes.
    const isHeld = held !== undefined && end !== undefined && Math.abs(end - held) < facts.tolerance;
    // Above or below what begins where it did.
    const isApart =
      axis === 'x' &&
      container.children.some(
        (one) => !within(one, node) && inFlow(one) && Math.abs((ends.start(one) ?? by) - (held ?? 0)) < facts.tolerance,
      );
    if (!cause.before)
      cause.alone =
        held === undefined ||
        isApart ||
        (text !== undefined && Math.abs(text - held) < facts.tolerance) ||
        (axis === 'y' && behind.length === 0 && isHeld) ||
        (axis === 'y' && behind.length > 0 && !isFollowed(node, container, start, by, ends));
    else cause.alone = !isFollowed(node, container, start, by, ends);
  }
  return causes.filter((one) => !gone.has(one));
}

/** Returns true when all things of a container that sets a gap are as much further from what is before them. */
function isGap({ container, axis, by, before }: Cause, causes: readonly Cause[]): boolean {
  const gap = lengthOf(container.element.styles[axis === 'x' ? 'column-gap' : 'row-gap'] ?? '0px') ?? 0;
  const alike = causes.filter(
    (one) => one.container === container && one.axis === axis && one.before && Math.abs(one.by - by) < 1,
  );
  return gap > 0 && before !== undefined && alike.length >= behindOthers(container, axis);
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
  const size = ENDS[axis][2];
  const ends = new Ends(axis, facts);
  const by = (node: ElementNode | undefined) => node && sizeBy(node, axis, facts.own);
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
      ...widerBorder(node, { x: sizeBy(node, 'x', facts.own), y: sizeBy(node, 'y', facts.own) }, facts.scale),
      ...paddings(node, axis, grown, ends, facts),
    ];
    found.push({ node, relation: 'self', kind: 'resized', severity: 'major', properties, rect });
  }
  return found;
}

/** The paddings that make a box larger by so much: those on the side of what it holds that moved away, of both where that stays in the middle. */
function paddings(node: ElementNode, axis: Axis, by: number, ends: Ends, facts: Displacements): RegionProperty[] {
  const [low, high] = ENDS[axis];
  const base = facts.own.get(node)?.[low];
  const inside = [
    facts.texts.get(node)?.[low],
    ...node.children.filter((child) => inFlow(child)).map((child) => ends.start(child)),
  ].find((one) => one !== undefined);
  const before = base === undefined || inside === undefined ? undefined : inside - base;
  const isShare = (share: number) => before !== undefined && Math.abs(before - share * by) < facts.tolerance;
  const share = isShare(0.5)
    ? { [low]: 0.5, [high]: 0.5 }
    : isShare(1)
      ? { [low]: 1 }
      : isShare(0)
        ? { [high]: 1 }
        : {};
  return [low, high].flatMap((side) => {
    const now = lengthOf(node.element.styles[`padding-${side}`] ?? '0px') ?? 0;
    const then = Math.round(10 * (now + ((share[side] ?? 0) * by) / facts.scale)) / 10;
    return now > 0 && share[side] !== undefined && then >= 0 ? [measured(`padding-${side}`, px(then), px(now))] : [];
  });
}
