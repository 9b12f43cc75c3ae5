import { grown, sharedArea } from '../../core/rects.js';
import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RawImage } from '../../image/pixels.js';
import { viewOf } from '../../image/pixels.js';
import { type ElementNode, elementTree, isAncestor, isOpaque } from '../element-tree.js';
import { hasSurface, surfaces } from './cells.js';
import { displaced } from './displaced.js';
import { type Edges, extraFinding, type Finding, type Offset } from './finding.js';
import { foldFindings } from './fold-findings.js';
import { type BoxRead, boxFinding, isBox, isOtherSurface, movedBy, readBox } from './judge-box.js';
import { judgePicture } from './judge-picture.js';
import { judgeText, type Pictured } from './judge-text.js';
import { lackingFindings } from './lacking.js';
import { deviceRect } from './name-cause.js';
import { Offsets, usualOf } from './offsets.js';
import { type Part, partsOf } from './parts.js';
import { type Placed, placeParts, searched } from './place-parts.js';
import { reflowed } from './reflow.js';
import { type LineRead, readLines } from './renderer.js';
import { judgeSurfaces, unexplained } from './residue.js';

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
  const views = { actual: viewOf(actual), reference: viewOf(reference) };
  const [ours, theirs] = [searched(views.actual), searched(views.reference)];
  const planes = { actual: ours.search, reference: theirs.search };
  const pictured: Pictured = { views, planes, scale };
  const cells = { actual: ours.cells, reference: theirs.cells };
  const squared = { ...cells, owner: surfaces(tree, cells.actual, scale) };
  const parts = partsOf(tree, views.actual, scale);
  const covered = coveredParts(parts, tree.nodes, scale);
  const placed = placeParts(
    parts.filter((part) => !covered.has(part)),
    planes.actual,
    planes.reference,
  );
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
    explained.push(...read.places);
    if (read.finding) findings.push(read.finding);
  }
  const read: BoxRead[] = [];
  for (const node of tree.nodes) {
    if (!isBox(node)) continue;
    const box = readBox(node, pictured, offsets.likely(node), { same, lossy: lossy || scaled, blurred: lossy });
    offsets.learn(node, box.edges);
    read.push(box);
    own.set(node, { ...own.get(node), ...box.edges });
  }
  for (const one of twins(read, offsets, scale)) findings.push(extraFinding(one.node, deviceRect(one.node, scale)));
  for (const box of read) {
    const held = placed.filter(({ part }) => part.node.index >= box.node.index && part.node.index < box.node.end);
    const inside = held.some(({ place }) => place !== undefined);
    const alone = held.length > 0 && held.every(({ part }) => isExtra(part.node, findings));
    const other = (alone || box.lost.length > 0) && isOtherSurface(box, views, offsets.near(box.node), scale);
    const finding = boxFinding(box, scale, inside, alone && other, hasSurface(box.node) && !other);
    if (finding) findings.push(finding);
  }
  const offsetOf = (index: number) => {
    const node = tree.nodes[index];
    return node ? offsets.of(node) : { dx: 0, dy: 0 };
  };
  const arrived: Rect[] = [];
  for (const box of read) {
    const there = movedBy(deviceRect(box.node, scale), box.edges, offsets.near(box.node));
    explained.push(...rims(there, box.edges));
    const at = deviceRect(box.node, scale);
    if (Math.abs(there.x - at.x) >= 1 || Math.abs(there.y - at.y) >= 1) arrived.push(grown(there, 2));
  }
  const elsewhere = placed.flatMap(({ part, place }) =>
    place && place.alike >= SURELY && Math.hypot(place.dx, place.dy) >= ELSEWHERE ? [grown(part.rect, 2)] : [],
  );
  const pictorial = pictorialOf(tree.nodes, offsets, scale);
  const pieces = unexplained(squared, explained, pictorial, offsetOf, localOffsets(placed), elsewhere, { same, lossy });
  const missing = lackingFindings(pieces, {
    nodes: tree.nodes,
    placed,
    findings,
    covered: [...covered].map(({ rect, node }) => shifted(rect, offsets.near(node))),
    view: views.reference,
    size: actual,
    scale,
    same,
  });
  const gaps = missing.map(({ rect }) => rect);
  findings.push(...missing);
  const texty = placed.map(({ part }) => part.rect);
  findings.push(
    ...judgeSurfaces(
      tree,
      squared,
      views,
      offsetOf,
      (rect) => [...texty, ...gaps, ...arrived].some((one) => sharedArea(one, rect) > 0.5 * rect.width * rect.height),
      offsets.common(),
      { same, lossy },
      scale,
    ),
  );
  findings.push(
    ...reflowed({
      tree,
      placed,
      lacking: missing,
      views,
      offsetOf: (node) => offsets.of(node),
      scale,
      sameRenderer: same,
    }),
  );
  const tolerance = (same ? OTHER_PLACE.same : OTHER_PLACE.other) * scale;
  findings.push(...displaced({ tree, own, texts: ofTexts, findings, gaps, scale, tolerance, sameRenderer: same }));
  return {
    sameRenderer: same,
    moved: placed.flatMap(({ part, place }) => (place && Math.hypot(place.dx, place.dy) >= 0.75 ? [part.rect] : [])),
    found: texts.length === 0 ? 1 : foundTexts.length / texts.length,
    findings: foldFindings(findings, scale).filter(
      ({ rect }) => !masks.some((mask) => sharedArea(mask, rect) > 0.5 * rect.width * rect.height),
    ),
  };
}

function same2(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function shifted(rect: Rect, { dx, dy }: Offset): Rect {
  return { ...rect, x: rect.x + Math.round(dx), y: rect.y + Math.round(dy) };
}

/** Share of a part over which something else is painted from which it is not to be read: a text sooner than an icon with a badge. */
const COVERED = { text: 0.2, picture: 0.6 };

/** Parts that lie under something that is painted later. */
function coveredParts(parts: readonly Part[], nodes: readonly ElementNode[], scale: number): Set<Part> {
  const order = ({ element: { paint_order: order } }: ElementNode) => order ?? Number.NEGATIVE_INFINITY;
  const over = nodes.flatMap((node) =>
    node.seen && node.parent && isOpaque(node.element) ? [{ node, rect: deviceRect(node, scale) }] : [],
  );
  return new Set(
    parts.filter((part) => {
      const { node, kind } = part;
      const rect = wholeOf(part, scale);
      return over.some(
        (top) =>
          order(top.node) > order(node) &&
          sharedArea(top.rect, rect) >= COVERED[kind] * rect.width * rect.height &&
          top.node !== node &&
          !isAncestor(top.node, node) &&
          !isAncestor(node, top.node),
      );
    }),
  );
}

/** Em up to which a text is one line. */
const ONE_LINE = 1.9;

/** Of a line that lies partly under something only the rest is ink: its box tells where all of it is. */
function wholeOf({ node: { element }, rect, em, kind }: Part, scale: number): Rect {
  const { text_rect: text } = element;
  if (kind !== 'text' || !text || text.height * scale > ONE_LINE * em) return rect;
  return { x: text.x * scale, y: text.y * scale, width: text.width * scale, height: text.height * scale };
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

/** Device px of a band of the page, and how far parts above and below it tell where it is. */
const BAND = 64;

/** By how much most of what is at a height of the app's picture stands elsewhere in the reference. */
function localOffsets(placed: readonly Placed[]): (y: number) => Offset {
  const bands: Offset[][] = [];
  for (const { part, place } of placed) {
    if (!place || place.alike < SURELY) continue;
    const band = Math.floor((part.rect.y + part.rect.height / 2) / BAND);
    for (const near of [band - 1, band, band + 1]) bands[near] = [...(bands[near] ?? []), place];
  }
  const usual = bands.map((band) => usualOf(band));
  return (y) => usual[Math.floor(y / BAND)] ?? { dx: 0, dy: 0 };
}

/** Where the reference shows the pictures of the page. */
function pictorialOf(nodes: readonly ElementNode[], offsets: Offsets, scale: number): Rect[] {
  return nodes.flatMap((node) => {
    const { element, seen } = node;
    const shows = element.styles['background-image']?.includes('url(') || DRAWN.has(element.tag);
    if (!seen || !shows) return [];
    const { dx, dy } = offsets.of(node);
    const rect = deviceRect(node, scale);
    return [{ ...rect, x: rect.x + dx - 4, y: rect.y + dy - 4, width: rect.width + 8, height: rect.height + 8 }];
  });
}

const DRAWN = new Set(['img', 'canvas', 'video', 'iframe', 'embed', 'object']);

/** The four sides of a box in the reference, as thin rectangles; one that is covered in the app stands there, too. */
function rims({ x, y, width, height }: Rect, edges: Edges): Rect[] {
  if (Object.keys(edges).length === 0) return [];
  const thin = 4;
  return [
    { x: x - 2, y, width: thin, height },
    { x: x + width - 2, y, width: thin, height },
    { x, y: y - 2, width, height: thin },
    { x, y: y + height - 2, width, height: thin },
  ];
}

/** Correlation from which a part surely stands elsewhere, and device px from there. */
const SURELY = 0.85;
const ELSEWHERE = 4;

/** CSS px to which two places are one. */
const ONE_PLACE = 1.5;

/** Of boxes that were found at one place of the reference, and stand beside each other in the app, the later one. */
function twins(read: readonly BoxRead[], offsets: Offsets, scale: number): BoxRead[] {
  const there = read.map((box) => ({
    box,
    rect: movedBy(deviceRect(box.node, scale), box.edges, offsets.near(box.node)),
  }));
  const isOne = (a: Rect, b: Rect) =>
    (['x', 'y', 'width', 'height'] as const).every((side) => Math.abs(a[side] - b[side]) <= ONE_PLACE * scale);
  return there.flatMap(({ box, rect }, at) => {
    if (box.lost.length > 0 || box.seen < 3) return [];
    const twin = there
      .slice(Math.max(0, at - NEIGHBOURS), at)
      .some(
        (one) =>
          one.box.lost.length === 0 &&
          one.box.seen >= 3 &&
          isOne(one.rect, rect) &&
          sharedArea(deviceRect(one.box.node, scale), deviceRect(box.node, scale)) === 0,
      );
    return twin ? [box] : [];
  });
}

/** Boxes before one among which its twin is looked for. */
const NEIGHBOURS = 12;

function isExtra(node: ElementNode, findings: readonly Finding[]): boolean {
  return findings.some((one) => one.node === node && one.kind === 'added');
}
