import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { PixelView } from '../../image/pixels.js';
import type { ElementNode, ElementTree } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import { type Cells, isSameSquare, meanAt } from './cells.js';
import { type Finding, measured, type Offset } from './finding.js';
import { deviceRect } from './name-cause.js';
import { COARSE } from './planes.js';
import { judgeSmallSurfaces } from './small-surfaces.js';

/** Levels within a square from which it shows something; more where the pictures are not of one renderer. */
const ACTIVE = { same: 8, other: 18 };
/** Levels from which something stands out of a picture. */
const IN_PICTURE = 72;
/** CIEDE2000 from which a surface is of another colour. */
const OTHER_SURFACE = { same: 1.5, other: 2.5 };

/** Both pictures in squares. */
export interface Squared {
  actual: Cells;
  reference: Cells;
  /** Index of the element whose surface each square of the app shows; -1 for none. */
  owner: Int32Array;
}

/** A connected piece of the reference, device px there. */
export interface Piece {
  rect: Rect;
  /** Squares in it, and levels within the strongest. */
  cells: number;
  contrast: number;
}

/**
 * What the reference shows and nothing of the app accounts for. `explained`: rectangles of the reference, device px, that the app's parts are
 * found at; `elsewhere`: those of the app that were found somewhere else; `pictorial`: those that show a picture, of which two renderers scale the details differently; `offsetOf`: where the surface of an element is in the reference; `localOf`: where most of what is at a height is.
 */
export function unexplained(
  { actual, reference, owner }: Squared,
  explained: readonly Rect[],
  pictorial: readonly Rect[],
  offsetOf: (index: number) => Offset,
  localOf: (y: number) => Offset,
  elsewhere: readonly Rect[],
  { same, lossy }: { same: boolean; lossy: boolean },
): Piece[] {
  const limit = same ? ACTIVE.same : ACTIVE.other;
  const known = new Uint8Array(reference.columns * reference.rows);
  const mark = (left: number, top: number, right: number, bottom: number) => {
    for (let row = Math.max(0, top); row <= Math.min(reference.rows - 1, bottom); row++)
      known.fill(
        1,
        row * reference.columns + Math.max(0, left),
        row * reference.columns + Math.min(reference.columns - 1, right) + 1,
      );
  };
  // Compression leaves something in all of a block (8 x 8, ITU-T T.81) in which something is.
  const rim = lossy ? 9 : 3;
  for (const { x, y, width, height } of explained)
    mark(
      Math.floor((x - rim) / COARSE),
      Math.floor((y - rim) / COARSE),
      Math.floor((x + width + rim - 1) / COARSE),
      Math.floor((y + height + rim - 1) / COARSE),
    );
  // What the app shows half as strongly accounts for it, too; what stands elsewhere in the reference does so there.
  const left = new Uint8Array(actual.columns * actual.rows);
  for (const { x, y, width, height } of elsewhere)
    for (
      let row = Math.max(0, Math.ceil(y / COARSE));
      row < Math.min(actual.rows, Math.floor((y + height) / COARSE));
      row++
    )
      left.fill(
        1,
        row * actual.columns + Math.max(0, Math.ceil(x / COARSE)),
        row * actual.columns + Math.max(0, Math.min(actual.columns, Math.floor((x + width) / COARSE))),
      );
  for (let row = 0; row < actual.rows; row++) {
    const local = localOf(row * COARSE);
    for (let column = 0; column < actual.columns; column++) {
      const at = row * actual.columns + column;
      if ((actual.activity[at] ?? 0) < limit / 2 || left[at] === 1) continue;
      const by = lossy ? 2 : 1;
      const own = offsetOf(owner[at] ?? -1);
      for (const { dx, dy } of own.dx === local.dx && own.dy === local.dy ? [own] : [own, local]) {
        const [x, y] = [Math.round(column + dx / COARSE), Math.round(row + dy / COARSE)];
        mark(x - by, y - by, x + by, y + by);
      }
    }
  }
  const least = new Uint8Array(known.length).fill(limit);
  if (!same)
    for (const { x, y, width, height } of pictorial)
      for (
        let row = Math.max(0, Math.floor(y / COARSE));
        row < Math.min(reference.rows, Math.ceil((y + height) / COARSE));
        row++
      )
        least.fill(
          IN_PICTURE,
          row * reference.columns + Math.max(0, Math.floor(x / COARSE)),
          row * reference.columns + Math.min(reference.columns, Math.ceil((x + width) / COARSE)),
        );
  const rest = new Uint8Array(known.length);
  for (let at = 0; at < known.length; at++)
    if (known[at] === 0 && (reference.activity[at] ?? 0) >= (least[at] ?? limit)) rest[at] = 1;
  return piecesOf(rest, reference, 2);
}

/** Connected squares, up to `gap` squares apart. */
function piecesOf(marked: Uint8Array, { columns, rows, activity }: Cells, gap: number): Piece[] {
  const pieces: Piece[] = [];
  const seen = new Uint8Array(marked.length);
  for (let start = 0; start < marked.length; start++) {
    if (marked[start] !== 1 || seen[start] === 1) continue;
    const stack = [start];
    seen[start] = 1;
    let [x0, y0, x1, y1, cells, contrast] = [columns, rows, 0, 0, 0, 0];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
      cells++;
      contrast = Math.max(contrast, activity[at] ?? 0);
      for (let row = Math.max(0, y - gap); row <= Math.min(rows - 1, y + gap); row++)
        for (let column = Math.max(0, x - gap); column <= Math.min(columns - 1, x + gap); column++) {
          const next = row * columns + column;
          if (marked[next] === 1 && seen[next] === 0) {
            seen[next] = 1;
            stack.push(next);
          }
        }
    }
    pieces.push({
      rect: { x: x0 * COARSE, y: y0 * COARSE, width: (x1 + 1 - x0) * COARSE, height: (y1 + 1 - y0) * COARSE },
      cells,
      contrast,
    });
  }
  return pieces;
}

/** Share of a surface that must be of another colour for it to be recoloured. */
const WHOLE = 0.6;
/** Squares of a shade beside a box from which it is a shadow. */
const SHADE = 6;
/** Device px about a box to which its shadow reaches. */
const SHADOW = 28;

/** What the surfaces of the app look like in the reference: those that have another colour, and shades about boxes that differ. */
export function judgeSurfaces(
  tree: ElementTree,
  { actual, reference, owner }: Squared,
  views: { actual: PixelView; reference: PixelView },
  offsetOf: (index: number) => Offset,
  skipped: (rect: Rect) => boolean,
  common: readonly Offset[],
  { same, lossy }: { same: boolean; lossy: boolean },
  scale: number,
): Finding[] {
  const limit = same ? OTHER_SURFACE.same : OTHER_SURFACE.other;
  const least = SHADE;
  const flat = same ? ACTIVE.same : ACTIVE.other / 2;
  const surfaces = new Map<number, { count: number; other: number[]; colors: Map<string, number> }>();
  let last: [number, number, number] = [-1, -1, 0];
  for (let row = 0; row < actual.rows; row++)
    for (let column = 0; column < actual.columns; column++) {
      const at = row * actual.columns + column;
      const index = owner[at] ?? -1;
      if (
        index < 0 ||
        (actual.activity[at] ?? 0) >= flat ||
        (!same && isBesideEdge(actual, column, row, lossy ? 2 : 1))
      )
        continue;
      const { dx, dy } = offsetOf(index);
      const [x, y] = [column * COARSE + Math.round(dx), row * COARSE + Math.round(dy)];
      const there = Math.round(y / COARSE) * reference.columns + Math.round(x / COARSE);
      if (
        (reference.activity[there] ?? 255) >= flat ||
        (!same && isBesideEdge(reference, Math.round(x / COARSE), Math.round(y / COARSE), lossy ? 2 : 1))
      )
        continue;
      const isEqual = isSameSquare(views, { x: column * COARSE, y: row * COARSE }, { x, y });
      const a = isEqual ? 0 : meanAt(views.actual, column * COARSE, row * COARSE);
      const b = isEqual ? 0 : meanAt(views.reference, x, y);
      if (a === undefined || b === undefined) continue;
      let one = surfaces.get(index);
      if (!one) {
        one = { count: 0, other: [], colors: new Map<string, number>() };
        surfaces.set(index, one);
      }
      one.count++;
      if (a === b) continue;
      if (a !== last[0] || b !== last[1]) last = [a, b, colorDistance(a, b)];
      if (last[2] < limit) continue;
      // Beside what moved, a surface may be where it is in the reference all the same.
      if (common.some((by) => isThere(views.reference, a, column * COARSE + by.dx, row * COARSE + by.dy, limit)))
        continue;
      one.other.push(at);
      const key = `${b} ${a}`;
      one.colors.set(key, (one.colors.get(key) ?? 0) + 1);
    }
  const findings: Finding[] = [];
  const shade = new Uint8Array(owner.length);
  for (const [index, { count, other, colors }] of surfaces) {
    const node = tree.nodes[index];
    if (!node) continue;
    if (count >= 2 && other.length >= WHOLE * count) {
      const [colorsMost] = [...colors].sort((a, b) => b[1] - a[1])[0] ?? ['0 0'];
      const [expected = 0, now = 0] = colorsMost.split(' ').map(Number);
      const property = node.element.styles['background-image'] === undefined ? 'background-color' : 'background-image';
      findings.push({
        node,
        relation: 'self',
        kind: 'recolored',
        severity: 'major',
        properties: [measured(property, hex(expected), hex(now))],
        rect: deviceRect(node, scale),
      });
    } else for (const at of other) shade[at] = 1;
  }
  findings.push(
    ...judgeSmallSurfaces(
      tree.nodes.filter(({ index }) => (surfaces.get(index)?.count ?? 0) < 2),
      views,
      offsetOf,
      { same, lossy },
      scale,
    ),
  );
  for (const piece of piecesOf(shade, actual, 1)) {
    if (lossy || piece.cells < least || skipped(piece.rect)) continue;
    const box = shadowed(tree, piece.rect, scale);
    if (box) {
      const now = box.element.styles['box-shadow'];
      const other = now === undefined ? 'a shadow' : 'another shadow';
      if (findings.some(({ node, properties }) => node === box && properties[0]?.property === 'box-shadow')) continue;
      findings.push({
        node: box,
        relation: 'self',
        kind: 'unknown',
        severity: 'major',
        properties: [measured('box-shadow', other, now ?? 'none')],
        rect: deviceRect(box, scale),
      });
    } else if (piece.cells >= 3 * least) {
      const node =
        tree.nodes[
          owner[
            Math.floor((piece.rect.y + piece.rect.height / 2) / COARSE) * actual.columns +
              Math.floor((piece.rect.x + piece.rect.width / 2) / COARSE)
          ] ?? -1
        ];
      if (node)
        findings.push({
          node,
          relation: 'container',
          kind: 'recolored',
          severity: 'major',
          properties: [],
          rect: piece.rect,
        });
    }
  }
  return findings;
}

/** Beside an edge scaling and compression leave what is in no surface. */
function isBesideEdge({ columns, rows, activity }: Cells, column: number, row: number, by: number): boolean {
  for (let y = Math.max(0, row - by); y <= Math.min(rows - 1, row + by); y++)
    for (let x = Math.max(0, column - by); x <= Math.min(columns - 1, column + by); x++)
      if ((activity[y * columns + x] ?? 0) >= ACTIVE.other) return true;
  return false;
}

function isThere(view: PixelView, color: number, x: number, y: number, limit: number): boolean {
  const there = meanAt(view, Math.round(x), Math.round(y));
  return there !== undefined && (there === color || colorDistance(there, color) < limit);
}

/** The box beside or about which a shade lies: the one with a shadow, else the largest that it hugs. */
function shadowed(tree: ElementTree, shade: Rect, scale: number): ElementNode | undefined {
  const near = tree.nodes.filter((node) => {
    if (!node.seen || !node.parent || node.element.tag === 'body' || node.seen.width < 16 || node.seen.height < 8)
      return false;
    const { x, y, width, height } = deviceRect(node, scale);
    const about =
      shade.x >= x - SHADOW &&
      shade.y >= y - SHADOW &&
      shade.x + shade.width <= x + width + SHADOW &&
      shade.y + shade.height <= y + height + SHADOW;
    const beside =
      shade.y >= y + height - 8 ||
      shade.y + shade.height <= y + 8 ||
      shade.x >= x + width - 8 ||
      shade.x + shade.width <= x + 8;
    const about2 = shade.width >= 0.6 * width || shade.height >= 0.6 * height;
    return about && (beside || (shade.x <= x && shade.x + shade.width >= x + width)) && about2;
  });
  const own = near.filter(({ element }) => element.styles['box-shadow'] !== undefined);
  const [best] = (
    own.length > 0
      ? own
      : near.filter(
          ({ element }) =>
            element.styles['background-color'] !== undefined || element.styles['border-top-width'] !== undefined,
        )
  ).sort((a, b) => (b.seen?.width ?? 0) * (b.seen?.height ?? 0) - (a.seen?.width ?? 0) * (a.seen?.height ?? 0));
  return best;
}
