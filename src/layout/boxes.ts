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
