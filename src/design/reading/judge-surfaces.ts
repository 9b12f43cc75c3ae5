import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { channelDistance, clipRect, type PixelView } from '../../image/pixels.js';
import type { ElementNode, ElementTree } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import { ACTIVE, type Cells, isSameSquare, meanAt, type Pictured, piecesOf } from './cells.js';
import { type Finding, measured, type Offset } from './finding.js';
import { deviceRect } from './name-cause.js';
import type { Offsets } from './offsets.js';
import { COARSE } from './planes.js';
import type { LineRead } from './renderer.js';

/** CIEDE2000 from which a surface is of another colour. */
const OTHER_SURFACE = { same: 1.5, other: 2.5 };

/** Share of a surface that must be of another colour for it to be recoloured. */
const WHOLE = 0.6;
/** Squares of a shade beside a box from which it is a shadow. */
const SHADE = 6;
/** Device px about a box to which its shadow reaches. */
const SHADOW = 28;

/** What the surfaces of the app look like in the reference: those that have another colour, and shades about boxes that differ. */
export function judgeSurfaces(
  tree: ElementTree,
  { squared: { actual, reference, owner }, views, scale }: Pictured,
  offsetOf: (index: number) => Offset,
  skipped: (rect: Rect) => boolean,
  common: readonly Offset[],
  { same, lossy }: { same: boolean; lossy: boolean },
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

/** CSS px of the lower side of a surface that is too small to have plain squares: a badge, a line, a button with an icon. */
const SMALL = { least: 2, most: 64 };
/** Levels to which a pixel is of the surface's colour, and share of its box that must be. */
const ONE_COLOR = 6;
const SHARE = 0.45;
/** CIEDE2000 from which a small surface is of another colour. */
const OTHER_SMALL = { same: 1.5, other: 4, lossy: 6 };

/** Plain surfaces that are too small to be judged by squares: by the middle one of their pixels, which text or an icon on them leaves as it is. */
function judgeSmallSurfaces(
  nodes: readonly ElementNode[],
  views: { actual: PixelView; reference: PixelView },
  offsetOf: (index: number) => Offset,
  { same, lossy }: { same: boolean; lossy: boolean },
  scale: number,
): Finding[] {
  const limit = same ? OTHER_SMALL.same : lossy ? OTHER_SMALL.lossy : OTHER_SMALL.other;
  return nodes.flatMap((node): Finding[] => {
    if (!isSmall(node)) return [];
    const rect = deviceRect(node, scale);
    const { dx, dy } = offsetOf(node.index);
    const there = { ...rect, x: rect.x + Math.round(dx), y: rect.y + Math.round(dy) };
    const [a, b] = [middleColor(views.actual, rect), middleColor(views.reference, there)];
    if (!a || !b || Math.min(a.share, b.share) < SHARE || colorDistance(a.color, b.color) < limit) return [];
    const properties = [measured('background-color', hex(b.color), hex(a.color))];
    return [{ node, relation: 'self', kind: 'recolored', severity: 'major', properties, rect }];
  });
}

function isSmall({ element: { styles }, seen }: ElementNode): boolean {
  const lower = seen ? Math.min(seen.width, seen.height) : 0;
  const { 'background-color': color, 'background-image': image } = styles;
  return lower >= SMALL.least && lower < SMALL.most && color !== undefined && image === undefined;
}

/** The middle level of each channel in a rectangle (device px), as a pixel, and the share of it that has about this colour. */
function middleColor(view: PixelView, rect: Rect): { color: number; share: number } | undefined {
  const box = clipRect(rect, view);
  if (!box) return undefined;
  const counts = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  const each = (use: (pixel: number) => void) => {
    for (let y = box.y; y < box.y + box.height; y++)
      for (let x = box.x; x < box.x + box.width; x++) use(view.pixels[y * view.stride + x] ?? 0);
  };
  each((pixel) => {
    for (const [at, levels] of counts.entries()) {
      const level = (pixel >>> (8 * at)) & 255;
      levels[level] = (levels[level] ?? 0) + 1;
    }
  });
  const all = box.width * box.height;
  let color = 0;
  for (const [at, levels] of counts.entries()) {
    let [level, below] = [0, levels[0] ?? 0];
    while (below * 2 < all && level < 255) below += levels[++level] ?? 0;
    color |= level << (8 * at);
  }
  let near = 0;
  each((pixel) => {
    if (channelDistance(pixel, color >>> 0) <= ONE_COLOR) near++;
  });
  return { color: color >>> 0, share: near / all };
}

/** CIEDE2000 from which the ground about letters or an icon is another one; px to which they stand as what they lie on. */
const OTHER_ABOUT = { plain: 4, lossy: 8 };
const WITH_IT = 3;
/** Correlation from which they surely are what they are taken for. */
const SURELY = 0.85;

/**
 * Surfaces whose colour about what lies on them is another one: of a badge, a button with an icon or a row little more than that is to be
 * seen. Only of what nothing else tells another ground. All that lies on a surface of which that is known must agree.
 */
export function groundsAbout(
  lines: readonly LineRead[],
  offsets: Offsets,
  findings: readonly Finding[],
  { lossy, scaled }: { lossy: boolean; scaled: boolean },
  scale: number,
): Finding[] {
  const limit = lossy || scaled ? OTHER_ABOUT.lossy : OTHER_ABOUT.plain;
  const votes = new Map<ElementNode, { expected: number; actual: number; apart: number }[]>();
  for (const { colors, placed } of lines) {
    const { part, place } = placed;
    const surface = surfaceOf(part.node);
    if (!colors || !place || place.alike < SURELY || !surface?.seen) continue;
    const { dx, dy } = offsets.near(surface);
    if (Math.hypot(place.dx - dx, place.dy - dy) > WITH_IT) continue;
    const [actual, expected] = [colors.actual.ground, colors.reference.ground];
    const all = votes.get(surface) ?? [];
    all.push({ actual, expected, apart: colorDistance(actual, expected) });
    votes.set(surface, all);
  }
  return [...votes].flatMap(([node, all]): Finding[] => {
    const [first] = all;
    if (!first || !all.every(({ apart }) => apart >= limit)) return [];
    const isKnown = findings.some(
      (one) => one.node.index <= node.index && node.index < one.node.end && one.properties.some(isOfSurface),
    );
    if (isKnown) return [];
    const properties = [measured('background-color', hex(first.expected), hex(first.actual))];
    return [
      { node, relation: 'self', kind: 'recolored', severity: 'major', properties, rect: deviceRect(node, scale) },
    ];
  });
}

const isOfSurface = ({ property }: { property: string }) =>
  ['background-color', 'background-image', 'opacity', 'presence'].includes(property);

/** The nearest thing with a plain ground of its own that an element lies on. */
function surfaceOf(node: ElementNode): ElementNode | undefined {
  for (let at: ElementNode | undefined = node; at; at = at.parent) {
    const { styles } = at.element;
    if (styles['background-image'] !== undefined) return undefined;
    if (styles['background-color'] !== undefined) return at.parent ? at : undefined;
  }
  return undefined;
}
