import { plainText } from './terminal.js';

/** Most characters of one cell of a table. */
const MAX_CELL = 70;

/**
 * A value in few words, or undefined for what has none: scalars as they are, lists of words joined or counted, sizes as
 * `375 x 812`, rectangles as `10,20 80 x 32`, files as their path, elements as their selector, errors as their message.
 */
export function compact(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'object') return plainText(String(value));
  if (Array.isArray(value)) {
    const words = value.every((item) => typeof item === 'string') ? plainText(value.join(', ')) : '';
    return words !== '' && words.length <= MAX_CELL ? words : String(value.length);
  }
  const field = (name: string): unknown => Reflect.get(value, name);
  const [width, height] = [field('width'), field('height')];
  if (typeof field('path') === 'string') return plainText(String(field('path')));
  if (typeof field('selector') === 'string') return plainText(String(field('selector')));
  if (typeof field('code') === 'string' && typeof field('message') === 'string')
    return plainText(`${field('code')}: ${field('message')}`);
  if (typeof width !== 'number' || typeof height !== 'number') return undefined;
  const corner = typeof field('x') === 'number' ? `${field('x')},${field('y')} ` : '';
  return `${corner}${width} x ${height}`;
}

/** The same, short enough for a cell; empty for what has no words. */
export function cellText(value: unknown): string {
  const text = compact(value) ?? '';
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}
