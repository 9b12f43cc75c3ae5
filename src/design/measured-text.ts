import { colorDistance } from '../compare/color-distance.js';
import type { PixelView } from '../compare/pixel-view.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { dominantColor, drawnRect, inkAmount, inkColor } from './pixel-colors.js';
import { grown } from './rects.js';

/** A text as it is drawn, device px. */
export interface MeasuredText {
  /** Around its ink. */
  rect: Rect;
  color: number;
  /** Pixels of ink. */
  ink: number;
}

/** Share of a text's box that its ground must fill for it to be told from the ink. */
const GROUND = 0.4;

/** The text drawn about a place. `undefined` when it stands on no plain ground, or when nothing is drawn. */
export function measureText(view: PixelView, place: Rect, reach: number): MeasuredText | undefined {
  const ground = dominantColor(view, place);
  if (!ground || ground.share < GROUND) return undefined;
  const rect = drawnRect(view, grown(place, reach), ground.color);
  const color = rect && inkColor(view, rect, ground.color);
  if (!rect || color === undefined) return undefined;
  return { rect, color, ink: inkAmount(view, rect, ground.color, color) };
}

/** Lengths of ink differ by rounding; more is another size. Pixels. */
const SAME_HEIGHT = 1;
/** Ratios of width and height of one text at two sizes are alike within this. */
const SAME_SHAPE = 0.08;
/** Ratio of ink from which a text is of another weight; hinting and anti-aliasing stay below. */
const OTHER_WEIGHT = 1.15;
/** CIEDE2000 from which the ink's colour is another one: cores of thin strokes are blended. */
const OTHER_COLOR = 4;

/** What two drawings of one text say: another colour, size or weight; each only where nothing else explains the ink. */
export function compareTexts(
  reference: MeasuredText,
  actual: MeasuredText,
): { color: boolean; size?: number; weight?: number } {
  const color = colorDistance(reference.color, actual.color) >= OTHER_COLOR;
  const heights = reference.rect.height / actual.rect.height;
  const widths = reference.rect.width / actual.rect.width;
  if (Math.abs(reference.rect.height - actual.rect.height) > SAME_HEIGHT)
    return Math.abs(widths / heights - 1) <= SAME_SHAPE ? { color, size: heights } : { color };
  const weight = reference.ink / actual.ink;
  const heavier = Math.max(weight, 1 / weight) >= OTHER_WEIGHT && Math.abs(widths - 1) <= 2 * SAME_SHAPE;
  return heavier ? { color, weight } : { color };
}
