import type { DomBoxes } from '../../core/vocabulary/dom-boxes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RawImage } from '../../image/pixels.js';
import { drawnRect, type PixelView, surroundingColor, viewOf } from '../../image/pixels.js';
import { type ElementNode, elementTree } from '../element-tree.js';
import { sharedArea } from '../rects.js';
import { surfaces } from './cells.js';
import { deviceRect, displaced } from './displaced.js';
import { type Edges, type Finding, measured, type Offset } from './finding.js';
import { foldFindings } from './fold-findings.js';
import { type BoxRead, boxFinding, isBox, isOtherSurface, movedBy, readBox } from './judge-box.js';
import { judgePicture } from './judge-picture.js';
import { judgeText, type Pictured } from './judge-text.js';
import { partsOf } from './parts.js';
import { type Placed, placeParts, searched } from './place-parts.js';
import { type LineRead, readLine, rendererOf } from './renderer.js';
import { judgeSurfaces, type Piece, unexplained } from './residue.js';

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
  const placed = placeParts(partsOf(tree, views.actual, scale), planes.actual, planes.reference);
  const lines = placed.map((one) =>
    readLine(one, { actual: planes.actual.plane, reference: planes.reference.plane }, views),
  );
  const renderer = rendererOf(
    lines.filter(({ placed: { part } }) => part.kind === 'text'),
    { lossy, scaled },
  );
  const { same } = renderer;
  const texts = lines.filter(({ placed: { part } }) => part.kind === 'text');
  const foundTexts = texts.filter(({ placed: { place } }) => place !== undefined);

  const own = new Map<ElementNode, Edges>();
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
    const box = readBox(node, pictured, offsets.near(node), { same, lossy: lossy || scaled });
    offsets.learn(node, box.edges);
    read.push(box);
    own.set(node, { ...own.get(node), ...box.edges });
  }
  for (const box of read) {
    const held = placed.filter(({ part }) => part.node.index >= box.node.index && part.node.index < box.node.end);
    const inside = held.some(({ place }) => place !== undefined);
    const alone = held.length > 0 && held.every(({ part }) => isExtra(part.node, findings));
    const finding = boxFinding(box, scale, inside, alone && isOtherSurface(box, views, offsets.near(box.node), scale));
    if (finding) findings.push(finding);
  }
  const offsetOf = (index: number) => {
    const node = tree.nodes[index];
    return node ? offsets.of(node) : { dx: 0, dy: 0 };
  };
  const cells = { actual: ours.cells, reference: theirs.cells };
  const squared = { ...cells, owner: surfaces(tree, cells.actual, scale) };
  for (const box of read) {
    const there = movedBy(deviceRect(box.node, scale), box.edges, offsets.near(box.node));
    explained.push(...rims(there, box.edges));
  }
  const pieces = unexplained(squared, explained, pictorialOf(tree.nodes, offsets, scale), offsetOf, {
    same,
    lossy,
  }).filter((piece) => counts(piece, same, scale));
  const missing = pieces.flatMap((piece) =>
    missingFinding(tight(piece, views.reference), tree.nodes, usualNear(placed, piece.rect), findings, scale),
  );
  const gaps = missing.map(({ rect }) => rect);
  findings.push(...missing);
  const texty = placed.map(({ part }) => part.rect);
  findings.push(
    ...judgeSurfaces(
      tree,
      squared,
      views,
      offsetOf,
      (rect) => [...texty, ...gaps].some((one) => sharedArea(one, rect) > 0.5 * rect.width * rect.height),
      offsets.common(),
      { same, lossy },
      scale,
    ),
  );
  const tolerance = (same ? OTHER_PLACE.same : OTHER_PLACE.other) * scale;
  findings.push(...displaced({ tree, own, findings, gaps, scale, tolerance, sameRenderer: same }));
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

function placeOf({ part, place }: Placed): Rect[] {
  return place ? [{ ...part.rect, x: part.rect.x + Math.round(place.dx), y: part.rect.y + Math.round(place.dy) }] : [];
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

/** Where elements are in the reference: by their own edges, what they hold, what holds them, or what is before them. */
class Offsets {
  readonly #own = new Map<ElementNode, Offset>();

  constructor(placed: readonly Placed[], nodes: readonly ElementNode[]) {
    let last: Offset = { dx: 0, dy: 0 };
    let at = 0;
    for (const node of nodes) {
      while (at < placed.length && (placed[at]?.part.node.index ?? 0) < node.index) at++;
      // The first part in it that was surely found tells where it is.
      for (let k = at; k < placed.length && (placed[k]?.part.node.index ?? node.end) < node.end; k++) {
        const { place, part } = placed[k] ?? {};
        if (!place || !part || place.alike < 0.85 || part.rect.width * part.rect.height < 60) continue;
        last = { dx: place.dx, dy: place.dy };
        break;
      }
      this.#own.set(node, last);
    }
  }

  near(node: ElementNode): Offset {
    return this.#own.get(node) ?? { dx: 0, dy: 0 };
  }

  /** A box's edges tell more exactly where its surface is. */
  learn(node: ElementNode, { left, top, right, bottom }: Edges): void {
    const near = this.near(node);
    this.#own.set(node, { dx: left ?? right ?? near.dx, dy: top ?? bottom ?? near.dy });
  }

  /** The offsets that most elements have. */
  common(): Offset[] {
    const counts = new Map<string, { offset: Offset; count: number }>();
    for (const { dx, dy } of this.#own.values()) {
      const offset = { dx: Math.round(dx), dy: Math.round(dy) };
      const known = counts.get(`${offset.dx} ${offset.dy}`) ?? { offset, count: 0 };
      known.count++;
      counts.set(`${offset.dx} ${offset.dy}`, known);
    }
    return [...counts.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, 5)
      .map(({ offset }) => offset);
  }

  of(node: ElementNode): Offset {
    return this.near(node);
  }
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

/** The four sides of a box in the reference, as thin rectangles. */
function rims({ x, y, width, height }: Rect, edges: Edges): Rect[] {
  const thin = 4;
  const rims: Rect[] = [];
  if (edges.left !== undefined) rims.push({ x: x - 2, y, width: thin, height });
  if (edges.right !== undefined) rims.push({ x: x + width - 2, y, width: thin, height });
  if (edges.top !== undefined) rims.push({ x, y: y - 2, width, height: thin });
  if (edges.bottom !== undefined) rims.push({ x, y: y + height - 2, width, height: thin });
  return rims;
}

/** A speck is something only where it is strong. */
function counts({ cells, contrast, rect }: Piece, same: boolean, scale: number): boolean {
  const large = Math.max(rect.width, rect.height) >= 8 * scale;
  return same
    ? cells >= 2 || contrast >= 24
    : (cells >= 3 && large && contrast >= 24) || (cells >= 2 && contrast >= 48);
}

function isExtra(node: ElementNode, findings: readonly Finding[]): boolean {
  return findings.some((one) => one.node === node && one.kind === 'added');
}

/** Device px above and below a place in which parts tell by how much it moved. */
const NEAR_PARTS = 220;

/** By how much most of what was found about a place of the reference stands elsewhere there. */
function usualNear(placed: readonly Placed[], { y, height }: Rect): Offset {
  const counts = new Map<string, { offset: Offset; count: number }>();
  for (const { part, place } of placed) {
    if (!place || Math.abs(part.rect.y + place.dy - y) > NEAR_PARTS + height) continue;
    const offset = { dx: Math.round(place.dx), dy: Math.round(place.dy) };
    const known = counts.get(`${offset.dx} ${offset.dy}`) ?? { offset, count: 0 };
    known.count++;
    counts.set(`${offset.dx} ${offset.dy}`, known);
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.offset ?? { dx: 0, dy: 0 };
}

/** A piece without the empty rest of its squares. */
function tight(piece: Piece, view: PixelView): Piece {
  const ground = surroundingColor(view, piece.rect);
  const drawn = ground === undefined ? undefined : drawnRect(view, piece.rect, ground, 8);
  return drawn ? { ...piece, rect: drawn } : piece;
}

/** Something that the app lacks: named by the smallest element about its place. */
function missingFinding(
  { rect }: Piece,
  nodes: readonly ElementNode[],
  { dx, dy }: Offset,
  findings: readonly Finding[],
  scale: number,
): Finding[] {
  let holder: ElementNode | undefined;
  const here = { ...rect, x: rect.x - dx, y: rect.y - dy };
  for (const node of nodes) {
    const box = node.seen && deviceRect(node, scale);
    if (!box || (node.children.length === 0 && node.element.text !== undefined)) continue;
    const inside =
      here.x >= box.x - 4 &&
      here.y >= box.y - 4 &&
      here.x + here.width <= box.x + box.width + 4 &&
      here.y + here.height <= box.y + box.height + 4;
    const area = (one: ElementNode | undefined) =>
      one?.seen ? one.seen.width * one.seen.height : Number.POSITIVE_INFINITY;
    if (inside && area(node) <= area(holder)) holder = node;
  }
  holder ??= nodes[0];
  if (!holder) return [];
  // What stands where a text is drawn differently is that text.
  if (
    findings.some(
      (one) =>
        one.kind === 'text' &&
        sharedArea(
          {
            ...one.rect,
            x: one.rect.x - 8,
            y: one.rect.y - 4,
            width: one.rect.width + 16,
            height: one.rect.height + 8,
          },
          here,
        ) >
          0.5 * here.width * here.height,
    )
  )
    return [];
  return [
    {
      node: holder,
      relation: 'container',
      kind: 'missing',
      severity: 'critical',
      properties: [measured('presence', 'present', 'missing')],
      rect: here,
    },
  ];
}
