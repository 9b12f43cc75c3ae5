import type { Rect } from '../core/vocabulary/geometry.js';

/** Red, green and blue, 0-255. */
export type Rgb = readonly [number, number, number];

export const right = ({ x, width }: Rect): number => x + width;
export const bottom = ({ y, height }: Rect): number => y + height;
export const area = (rect: Rect | undefined): number => (rect ? rect.width * rect.height : 0);

/** The number of a CSS length in px; 0 for none and for words. */
export function px(value: string | undefined): number {
  return value === undefined ? 0 : Number.parseFloat(value) || 0;
}

/** Px that a corner of a box is rounded by: a radius takes half of the shorter side at most. */
export function radius(value: string | undefined, { width, height }: Rect): number {
  const asked = (value ?? '').includes('%') ? (px(value) / 100) * width : px(value);
  return Math.min(asked, width / 2, height / 2);
}

export const middleOf = ({ x, y, width, height }: Rect) => ({ x: x + width / 2, y: y + height / 2 });

/** Where a press near a corner is tried, as the page does it, CSS px: `at` counts as `reached` does. */
export const cornerOf = ({ x, y, width, height }: Rect, at: number) => {
  const [inX, inY] = [Math.min(3, width / 4), Math.min(3, height / 4)];
  return { x: at % 2 === 1 ? x + inX : x + width - inX, y: at < 3 ? y + inY : y + height - inY };
};

/** A place in a box that lies outside of its round corner. */
export function isBesideCurve(
  { rect, styles }: { rect: Rect; styles: Record<string, string> },
  { x, y }: { x: number; y: number },
): boolean {
  const atLeft = x < rect.x + rect.width / 2;
  const atTop = y < rect.y + rect.height / 2;
  const by = radius(styles[`border-${atTop ? 'top' : 'bottom'}-${atLeft ? 'left' : 'right'}-radius`], rect);
  const inX = by - (atLeft ? x - rect.x : right(rect) - x);
  const inY = by - (atTop ? y - rect.y : bottom(rect) - y);
  return inX > 0 && inY > 0 && Math.hypot(inX, inY) > by;
}

/** Opacity of a computed colour, 0-1. */
export function alpha(color: string | undefined): number {
  if (color === undefined || color === 'transparent') return 0;
  const parts = channels(color);
  return parts === undefined || parts.length < 4 ? 1 : (parts[3] ?? 1);
}

/** Channels of a computed colour; undefined for what is not written as `rgb()`. */
export function rgb(color: string | undefined): Rgb | undefined {
  const parts = color === undefined ? undefined : channels(color);
  return parts && [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

/** A page has few colours and asks for each of them thousands of times. */
const read = new Map<string, number[] | undefined>();
const MOST_COLOURS = 5000;

function channels(color: string): number[] | undefined {
  if (read.has(color)) return read.get(color);
  if (read.size > MOST_COLOURS) read.clear();
  const parts = parseChannels(color);
  read.set(color, parts);
  return parts;
}

function parseChannels(color: string): number[] | undefined {
  return /^rgba?\(([^)]+)\)/
    .exec(color)?.[1]
    ?.split(/[ ,/]+/)
    .map(Number);
}

/** Contrast of two colours, 1-21, as WCAG defines it. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(color: Rgb): number {
  const [r = 0, g = 0, b = 0] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Radius of the blur in a filter, CSS px; 0 without. */
export const radiusOf = (filter: string | undefined): number => px(/blur\(([^)]*)\)/.exec(filter ?? '')?.[1]);

/** What one style makes of the plane that it moves: the four of its matrix. */
function flat(transform = ''): readonly [number, number, number, number] {
  const [name, listed] = /^(matrix(?:3d)?)\(([^)]*)\)/.exec(transform)?.slice(1) ?? [];
  const values = listed?.split(',').map(Number) ?? [];
  const [a = 1, b = 0] = values;
  const [c = 0, d = 1] = values.slice(name === 'matrix3d' ? 4 : 2);
  return [a, b, c, d];
}

/** Something with styles in what it lies in. */
interface Styled {
  el: { styles: Record<string, string> };
  parent: Styled | undefined;
}

/** Where the ways to the right and down of an element's plane go, by all styles that turn, scale or slant it: the columns of a matrix. */
export function planeOf(owner: Styled): [a: number, b: number, c: number, d: number] {
  let [a, b, c, d] = [1, 0, 0, 1];
  for (let at: Styled | undefined = owner; at; at = at.parent) {
    const { transform, scale = '', rotate = '' } = at.el.styles;
    if (transform === undefined && scale === '' && rotate === '') continue;
    const [x = 1, y = x] = scale === '' ? [] : scale.split(' ').map(Number);
    const turn = (Number(/^(-?[\d.e-]+)deg$/.exec(rotate)?.[1] ?? 0) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    for (const [p, q, r, s] of [flat(transform), [x, 0, 0, y] as const, [cos, sin, -sin, cos] as const])
      [a, b, c, d] = [p * a + r * b, q * a + s * b, p * c + r * d, q * c + s * d];
  }
  return [a, b, c, d];
}
