import { colorDistance } from '../../compare/color-distance.js';
import { sharedArea } from '../../core/rects.js';
import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RawImage } from '../../image/pixels.js';
import { clipRect } from '../../image/pixels.js';
import { type ElementNode, elementTree } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import type { Pictured } from './cells.js';
import { picturedBoth } from './cells.js';
import { displaced, FIELDS } from './displaced.js';
import { type Edges, extraFinding, type Finding, measured, type Offset, shifted } from './finding.js';
import { foldFindings } from './fold-findings.js';
import { findAgain, withPlace } from './found-again.js';
import { judgeBoxes } from './judge-box.js';
import { groundsAbout, judgeSurfaces } from './judge-surfaces.js';
import { judgeText } from './judge-text.js';
import { lackingFindings } from './lacking.js';
import { Offsets } from './offsets.js';
import { groundAt, groundOf, partsOf } from './parts.js';
import { type Placed, placeParts } from './place-parts.js';
import { alikeBetween } from './planes.js';
import { inkIn } from './read-text.js';
import { reflowed } from './reflow.js';
import { inkColors, type LineRead, type Renderer, readLines } from './renderer.js';

/** A pair to be read: both pictures at the scale of the app's, device px. */
export interface ReadingRequest {
  boxes: DomBoxes;
  actual: RawImage;
  reference: RawImage;
  /** Device px per CSS px. */
  scale: number;
  /** The reference was compressed with loss. */
  lossy?: boolean;
  /** The reference was scaled down. */
  scaled?: boolean;
  /** Device px of the actual picture in which nothing counts. */
  masks?: readonly Rect[];
}

/** What a reference that is only a picture says of the app. */
export interface Reading {
  /** One renderer drew both: single pixels prove something. */
  sameRenderer: boolean;
  /** Share of the app's text that the reference shows; a picture of something else has little of it. */
  found: number;
  findings: Finding[];
  /** What stands elsewhere in the reference, device px of the app's picture. */
  moved: Rect[];
  /** By how much its page is longer for roundings of lines alone, device px of the app's picture; see `roundedDown`. */
  rounded: number;
}

/** CSS px from which a place is another one: an offset of one pixel is a matter of rounding, one of two is seen. */
const OTHER_PLACE = { same: 1.5, other: 1.7 };

/**
 * Reads a picture by what the app shows: each line of text, box and picture of the app is looked for in it, and its properties are
 * compared; what is left over in the reference is missing in the app. Pure.
 */
export function readReference({
  boxes,
  actual,
  reference,
  scale,
  lossy = false,
  scaled = false,
  masks = [],
}: ReadingRequest): Reading {
  const tree = elementTree(boxes);
  const pictured = picturedBoth(tree, actual, reference, scale);
  const { views, planes } = pictured;
  const { placed, covered } = placeParts(partsOf(tree, views.actual, scale), tree.nodes, pictured);
  const brightness = { actual: planes.actual.plane, reference: planes.reference.plane };
  const { lines, renderer } = readLines(placed, brightness, views, { lossy, scaled });
  const { same } = renderer;
  const texts = lines.filter(({ placed: { part } }) => part.kind === 'text');
  const foundTexts = texts.filter(({ placed: { place } }) => place !== undefined);

  const own = new Map<ElementNode, Edges>();
  const ofTexts = new Map<ElementNode, Edges>();
  const explained: Rect[] = [];
  const taken = placed.flatMap((one) => placeOf(one));
  const findings: Finding[] = [];
  const offsets = new Offsets(placed, tree.nodes);
  for (const [node, group] of byNode(texts)) {
    const expected = offsets.near(node);
    const read = judgeText(
      group,
      renderer,
      pictured,
      expected,
      taken.filter((one) => !group.some(({ placed: p }) => placeOf(p).some((mine) => same2(mine, one)))),
    );
    own.set(node, read.edges);
    ofTexts.set(node, read.edges);
    explained.push(...read.places);
    if (read.finding) findings.push(read.finding);
  }
  for (const line of lines) {
    if (line.placed.part.kind !== 'picture') continue;
    const read = judgePicture(line, renderer, pictured, offsets.near(line.placed.part.node));
    const { node } = line.placed.part;
    own.set(node, { ...own.get(node), ...read.edges });
    if (FIELDS.has(node.element.tag)) ofTexts.set(node, read.edges);
    explained.push(...read.places);
    if (read.finding) findings.push(read.finding);
  }
  const drawn = { same, lossy };
  const boxesRead = judgeBoxes(tree.nodes, pictured, { placed, offsets, found: findings, ...drawn, scaled });
  findings.push(...boxesRead.findings);
  // Where in its line a label stands says nothing of the box about it, of which a side was read.
  for (const [node, edges] of boxesRead.edges) {
    const of = own.get(node) ?? {};
    const { left: _, right: __, ...upright } = of;
    // A page begins where it begins: the upper end of a bar that is its first thing is not to be seen.
    const isBar = node.parent?.parent !== undefined && node.element.rect.y < 0.5;
    const begins = isBar && edges.bottom !== undefined && edges.top === undefined;
    own.set(node, { ...(Object.keys(edges).length > 0 ? upright : of), ...(begins ? { top: 0 } : {}), ...edges });
  }
  // What is as wide as the page begins and ends with it, in both pictures.
  if (actual.width === reference.width)
    for (const node of tree.nodes)
      if (isAsWide(node, tree.boxes.size.width)) own.set(node, { left: 0, right: 0, ...own.get(node) });
  explained.push(...boxesRead.sides);
  const lacking = lackingFindings({
    tree,
    pictured,
    placed,
    offsets,
    explained,
    covered,
    findings,
    boxes: boxesRead.there,
    ...drawn,
  });
  const again = findAgain({ placed, findings, missing: lacking, pictured, same });
  const { missing } = again;
  findings.splice(0, findings.length, ...again.findings);
  for (const [node, edges] of again.edges) own.set(node, edges);
  const gaps = missing.map(({ rect }) => rect);
  findings.push(...missing);
  const texty = placed.map(({ part }) => part.rect);
  const known = [...texty, ...gaps, ...boxesRead.arrived];
  findings.push(
    ...judgeSurfaces(
      tree,
      pictured,
      (index) => offsets.at(index),
      (rect) => known.some((one) => sharedArea(one, rect) > 0.5 * rect.width * rect.height),
      offsets.common(),
      drawn,
    ),
  );
  if (!same) findings.push(...groundsAbout(lines, offsets, findings, { lossy, scaled }, scale));
  findings.push(
    ...reflowed({
      tree,
      placed: again.placed,
      lacking: missing,
      findings,
      views,
      offsetOf: (node) => offsets.near(node),
      scale,
      sameRenderer: same,
    }),
  );
  const tolerance = (same ? OTHER_PLACE.same : OTHER_PLACE.other) * scale;
  findings.push(...displaced({ tree, own, texts: ofTexts, findings, gaps, scale, tolerance, sameRenderer: same }));
  return {
    sameRenderer: same,
    moved: again.placed.flatMap(({ part, place }) =>
      place && Math.hypot(place.dx, place.dy) >= 0.75 ? [part.rect] : [],
    ),
    found: texts.length === 0 ? 1 : foundTexts.length / texts.length,
    rounded: same ? 0 : roundedDown(again.placed, scale),
    findings: foldFindings(findings, scale)
      .filter(({ rect }) => !masks.some((mask) => sharedArea(mask, rect) > 0.5 * rect.width * rect.height))
      .map((one) => withPlace(one, again.placed, scale)),
  };
}

/** Most CSS px by which one line stands lower or higher below the one above it because another renderer rounds its height; as a place is read. */
const LINE_ROUNDING = 1.5;

/**
 * By how much the last text stands lower in the reference, device px, where that came about line by line: each text stands no more than a rounding
 * further down (or up) than the one above it. 0 where one stands apart at once: that is a distance of its own.
 */
export function roundedDown(
  placed: readonly { part: Pick<Placed['part'], 'kind' | 'rect'>; place: { dy: number } | undefined }[],
  scale: number,
): number {
  const texts = placed
    .flatMap(({ part, place }) => (part.kind === 'text' && place ? [{ rect: part.rect, dy: place.dy }] : []))
    .sort((a, b) => a.rect.y + a.rect.height - (b.rect.y + b.rect.height));
  for (const [at, { rect, dy }] of texts.entries()) {
    const above = texts
      .slice(0, at)
      .findLast(
        (one) =>
          one.rect.y + one.rect.height <= rect.y + 1 &&
          one.rect.x < rect.x + rect.width &&
          rect.x < one.rect.x + one.rect.width,
      );
    if (above && Math.abs(dy - above.dy) > LINE_ROUNDING * scale) return 0;
  }
  return texts.at(-1)?.dy ?? 0;
}

/** Returns true when an element in the flow of a page reaches from one side of it to the other. */
function isAsWide({ element: { rect, text }, seen, children }: ElementNode, width: number): boolean {
  const ends = Math.abs(rect.x) < 0.5 && Math.abs(rect.x + rect.width - width) < 0.5;
  return ends && seen !== undefined && text === undefined && children.length > 0;
}

function same2(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function placeOf({ part, place }: Placed): Rect[] {
  return place ? [shifted(part.rect, place)] : [];
}

function byNode(lines: readonly LineRead[]): Map<ElementNode, LineRead[]> {
  const groups = new Map<ElementNode, LineRead[]>();
  for (const line of lines) {
    const { node } = line.placed.part;
    const group = groups.get(node);
    if (group) group.push(line);
    else groups.set(node, [line]);
  }
  return groups;
}

/** What is known of an icon or picture in the reference. */
interface PictureRead {
  finding: Finding | undefined;
  edges: Edges;
  places: Rect[];
}

/** Correlation from which it is the same picture; scaling and compression stay above. */
const SAME_PICTURE = { same: 0.97, other: 0.82 };
/** Correlation from which it has the same shape, compared to parts of a pixel; and device px of the smallest one that has a shape. */
const SAME_SHAPE = 0.82;
const LEAST_SHAPE = 8;
/** Share of the ink that the reference has at its place from which something else is there. */
const SOMETHING = 0.3;

const DRAWS_ITSELF = new Set(['canvas', 'video', 'iframe', 'embed', 'object']);

/** Judges an icon or picture. `expected`: where it would stand. */
function judgePicture(line: LineRead, renderer: Renderer, { views, planes }: Pictured, expected: Offset): PictureRead {
  const { placed, colors } = line;
  const { part, place } = placed;
  const { node, rect } = part;
  // A line of two pixels has no shape to be told by.
  if (!renderer.same && Math.min(rect.width, rect.height) < 3)
    return { finding: undefined, edges: {}, places: place ? [rect] : [] };
  const limit = renderer.same ? SAME_PICTURE.same : SAME_PICTURE.other;
  const patch = { plane: planes.actual.plane, ...rect };
  const isShape = Math.min(rect.width, rect.height) >= LEAST_SHAPE;
  const isOther =
    !renderer.same && isShape && place !== undefined && alikeBetween(patch, planes.reference.plane, place) < SAME_SHAPE;
  if (place && place.alike >= limit && !isOther && !(DRAWS_ITSELF.has(node.element.tag) && !renderer.same)) {
    const there = { ...rect, x: rect.x + Math.round(place.dx), y: rect.y + Math.round(place.dy) };
    const edges = { left: place.dx, right: place.dx, top: place.dy, bottom: place.dy };
    const seen = colors && inkColors(colors, line, renderer);
    // Icons of fonts are drawn as letters are, others are not.
    const plain = colors && inkColors(colors, line, { ink: 1, core: 1 });
    const apart =
      seen && plain
        ? Math.min(colorDistance(seen.actual, seen.reference), colorDistance(plain.actual, plain.reference))
        : 0;
    const limitColor = renderer.same
      ? renderer.otherColor
      : Math.max(renderer.lossy ? 14 : renderer.scaled ? 9 : 4, renderer.otherColor);
    if (!seen || !colors || apart < limitColor || colorDistance(colors.actual.ground, colors.reference.ground) >= 2)
      return { finding: undefined, edges, places: [there] };
    const properties = [measured('color', hex(seen.reference), hex(seen.actual))];
    return {
      finding: { node, relation: 'self', kind: 'recolored', severity: 'major', properties, rect },
      edges,
      places: [there],
    };
  }
  // What draws itself by a program, or is a page of its own, is drawn anew for each renderer.
  const drawsItself = !renderer.same && DRAWS_ITSELF.has(node.element.tag);
  const there = clipRect({ ...rect, x: rect.x + expected.dx, y: rect.y + expected.dy }, views.reference);
  if (!there) return { finding: undefined, edges: {}, places: [] };
  const ground = groundOf(views.reference, {
    x: there.x - 3,
    y: there.y - 3,
    width: there.width + 6,
    height: there.height + 6,
  });
  const amount = (sum: readonly number[]) => Math.hypot(...sum.map(Math.abs));
  const [a, b] = [
    amount(inkIn(views.actual, rect, part.ground).sum),
    amount(inkIn(views.reference, there, ground).sum),
  ];
  const plain = groundAt(ground, 0, 1);
  // On a picture nothing is empty.
  const gone = ground.plain && b < SOMETHING * a && plain !== undefined;
  if (gone)
    return {
      finding: extraFinding(node, rect),
      edges: {},
      places: [],
    };
  if (drawsItself) return { finding: undefined, edges: {}, places: [there] };
  const property = measured('picture', 'another picture', node.element.source ?? 'this one');
  return {
    finding: { node, relation: 'self', kind: 'unknown', severity: 'critical', properties: [property], rect },
    edges: {},
    places: [there],
  };
}
