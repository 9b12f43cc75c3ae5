import type { Rect } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/raw-image.js';
import { channelDistance } from './color-distance.js';
import type { Lines } from './line-place.js';
import { viewOf } from './pixel-view.js';
import { SAME_LEVELS } from './surroundings.js';

/** Share of the positions across that may hold something else: a dithered gradient, not a word. */
const OTHER_SHARE = 0.01;

/**
 * Whether lines of a picture only go on with what is before or after them: the sides of a card that got taller, a page's ground, a
 * gradient. Nothing was added there, something is larger.
 */
export function isContinued(image: RawImage, rect: Rect, lines: Lines): boolean {
  const other = contentAcross(image, rect, lines).filter((has) => has).length;
  return other <= OTHER_SHARE * (lines.axis === 'y' ? rect.width : rect.height);
}

/** The part of some lines that does not only go on with what is before or after them, from its first to its last column (or row). */
export function contentOf(image: RawImage, rect: Rect, lines: Lines): Rect {
  const has = contentAcross(image, rect, lines);
  const [first, last] = [has.indexOf(true), has.lastIndexOf(true)];
  if (first === -1) return rect;
  return lines.axis === 'y'
    ? { ...rect, x: rect.x + first, width: last + 1 - first }
    : { ...rect, y: rect.y + first, height: last + 1 - first };
}

/** Per position across the lines: whether they show something there that goes on neither from before nor from after them. */
function contentAcross(image: RawImage, rect: Rect, { axis }: Lines): boolean[] {
  const { pixels, stride, width, height } = viewOf(image);
  const down = axis === 'y';
  const [start, count, all] = down ? [rect.y, rect.height, height] : [rect.x, rect.width, width];
  const [across, extent] = down ? [rect.x, rect.width] : [rect.y, rect.height];
  const [lineStep, acrossStep] = down ? [stride, 1] : [1, stride];
  // From line to line: a gradient may end in quite another colour.
  const goesOn = (at: number, from: number, to: number) => {
    for (let line = from; line < to; line++) {
      const [one, next] = [pixels[line * lineStep + at] ?? 0, pixels[(line + 1) * lineStep + at] ?? 0];
      if (one !== next && channelDistance(one, next) > SAME_LEVELS) return false;
    }
    return true;
  };
  return Array.from({ length: extent }, (_, position) => {
    const at = (across + position) * acrossStep;
    const before = start > 0 && goesOn(at, start - 1, start + count - 1);
    const after = start + count < all && goesOn(at, start, start + count);
    return !before && !after;
  });
}
