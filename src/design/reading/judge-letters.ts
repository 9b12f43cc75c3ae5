import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { lengthOf, px } from '../css-values.js';
import { measured } from './finding.js';
import type { Part } from './parts.js';
import type { GlyphsRead } from './read-glyphs.js';
import type { Renderer } from './renderer.js';

/** Correlation of single letters from which they are of one typeface. */
export const SAME_LETTERS = 0.92;
/** Correlation and share of pieces from which a line has the letters that were followed. */
const FOLLOWED = { alike: 0.8, share: 0.65 };
/** Device px by which a step may stray, and the share of all of them; and share by which a line is longer or shorter. */
const STRAYS = { px: 2.5, share: 0.3 };
const LONGER = 0.02;
/** Natural logarithm of how much more ink another weight has; and correlation of letters that are of one weight. */
const OTHER_WEIGHT = 0.17;
const ONE_WEIGHT = 0.95;
/** Correlation from which not even another weight is thinkable. */
const SAME_GLYPHS = 0.97;
/** How far height and width of larger letters may be apart, share. */
const ONE_SIZE = 0.25;

/** Returns true when all letters of a line stand where they should. */
export function isUnchanged({ size, alike, share, drift }: GlyphsRead): boolean {
  return size === 1 && alike >= ONE_WEIGHT && share === 1 && Math.abs(drift) < 2;
}

/** Size, weight or spacing of letters that are the same ones; nothing where they are not, or stand where they should. */
export function letterProperties(
  { node: { element }, rect }: Part,
  { size, alike, share, drift, over, uneven, ink }: GlyphsRead,
  height: number,
  words: { actual: number; reference: number; width: number; ink: number },
  lines: number,
  renderer: Renderer,
): RegionProperty[] {
  const { styles, text = '' } = element;
  const spacing = (by: number) =>
    measured(
      'letter-spacing',
      lines === 1 ? px((lengthOf(styles['letter-spacing'] ?? '0px') ?? 0) + by) : 'another',
      styles['letter-spacing'] ?? 'normal',
    );
  const letters = text.replace(/\s/g, '').length;
  const family = measured('font-family', 'another typeface', styles['font-family'] ?? '');
  // Letters that stand so far apart that each is a word, in one picture only.
  const apart = letters >= 5 && words.actual >= 0.6 * letters && words.reference <= 0.5 * words.actual;
  if (lines === 1 && apart && alike < SAME_LETTERS)
    return [spacing(Math.round(((words.width - rect.width) / letters) * 10) / 10), family];
  if (alike < FOLLOWED.alike || share < FOLLOWED.share || over === 0) return [];
  const steps = Math.abs((size - 1) * over + drift);
  if (uneven > Math.max(STRAYS.px, STRAYS.share * steps)) return [];
  const wide = size + drift / over;
  if (steps < 2 || Math.abs(wide - 1) < LONGER) return [];
  const fontSize = lengthOf(styles['font-size']);
  const tall = Math.abs(height - 1) * rect.height >= 0.9;
  const plainly = alike >= ONE_WEIGHT && Math.abs(drift) <= 0.25 * steps;
  const isSize =
    size !== 1 && (plainly || Math.abs(wide / height - 1) > ONE_SIZE || (tall && (height - 1) * (wide - 1) > 0));
  if (isSize && fontSize !== undefined)
    return [measured('font-size', px(Math.round(fontSize * wide * 10) / 10), px(fontSize))];
  const moreSpace = spacing(Math.round((((wide - 1) * rect.width) / Math.max(1, text.length - 1)) * 10) / 10);
  // Bolder letters are wider, too; letters that stand closer together have more ink on the same width.
  const heavier = [ink, words.ink].map((one) => Math.log(one / renderer.ink)).filter((one) => one * (wide - 1) > 0);
  const most = heavier.sort((x, y) => Math.abs(y) - Math.abs(x))[0] ?? 0;
  const weight = measured(
    'font-weight',
    `${Math.round(100 * Math.exp(most)) / 100} times the ink`,
    styles['font-weight'] ?? '400',
  );
  if (alike < SAME_GLYPHS && Math.abs(most) >= OTHER_WEIGHT) return [weight];
  // Letters of a like typeface fit as well as those that only stand further apart.
  return alike < ONE_WEIGHT ? [moreSpace, family] : [moreSpace];
}
