import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { channelDistance, clipRect, type PixelView } from '../../image/pixels.js';
import type { ElementNode } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import { type Finding, measured, type Offset } from './finding.js';
import { deviceRect } from './name-cause.js';

/** CSS px of the lower side of a surface that is too small to have plain squares: a badge, a line, a button with an icon. */
const SMALL = { least: 2, most: 64 };
/** Levels to which a pixel is of the surface's colour, and share of its box that must be. */
const ONE_COLOR = 6;
const SHARE = 0.45;
/** CIEDE2000 from which a small surface is of another colour. */
const OTHER = { same: 1.5, other: 4, lossy: 6 };

/** Plain surfaces that are too small to be judged by squares: by the middle one of their pixels, which text or an icon on them leaves as it is. */
export function judgeSmallSurfaces(
  nodes: readonly ElementNode[],
  views: { actual: PixelView; reference: PixelView },
  offsetOf: (index: number) => Offset,
  { same, lossy }: { same: boolean; lossy: boolean },
  scale: number,
): Finding[] {
  const limit = same ? OTHER.same : lossy ? OTHER.lossy : OTHER.other;
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
