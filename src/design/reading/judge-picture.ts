import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { clipRect } from '../../image/pixels.js';
import { hex } from '../measured-properties.js';
import type { Pictured } from './cells.js';
import { type Edges, extraFinding, type Finding, measured, type Offset } from './finding.js';
import { groundAt, groundOf } from './parts.js';
import { alikeBetween } from './planes.js';
import { inkIn } from './read-text.js';
import { inkColors, type LineRead, type Renderer } from './renderer.js';

/** What is known of an icon or picture in the reference. */
export interface PictureRead {
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
export function judgePicture(
  line: LineRead,
  renderer: Renderer,
  { views, planes }: Pictured,
  expected: Offset,
): PictureRead {
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
