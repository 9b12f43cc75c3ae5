import { channelDistance } from '../compare/color-distance.js';
import type { PixelView } from '../compare/pixel-view.js';
import { surroundingColor } from '../compare/surroundings.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { clipRect } from '../image/crop.js';
import { dominantColor, drawnRect } from './pixel-colors.js';
import { grown } from './rects.js';

/** A box as it is drawn, device px. */
export interface MeasuredBox {
  rect: Rect;
  /** Mean radius of its four corners; `undefined` when they are not alike. */
  radius: number | undefined;
}

/** Largest window that is searched, pixels. */
const MOST_PIXELS = 250_000;
/** Levels of 255 that at least make an edge. */
const LEAST_STEP = 24;
/** Largest corner that is looked at, pixels. */
const MOST_RADIUS = 48;
/** What a corner of radius 1 leaves empty of its square: 1 - pi / 4. */
const CUT_OFF = 1 - Math.PI / 4;
/** Corners that differ by more than this have no common radius, pixels. */
const UNLIKE = 2;

/**
 * The box drawn about a place, by its edges against the colour around it: looked for up to `reach` pixels beyond. `undefined` when it
 * does not stand alone there (something touches the rim of the window), or stands on a picture or a gradient.
 */
export function measureBox(view: PixelView, place: Rect, reach: number): MeasuredBox | undefined {
  const window = clipRect(grown(place, reach), view);
  if (!window || window.width * window.height > MOST_PIXELS) return undefined;
  const ground = surroundingColor(view, grown(place, reach - 3)) ?? surroundingColor(view, place);
  if (ground === undefined) return undefined;
  // An edge is where half of the step is: pictures that were scaled have soft ones, and shadows are no part of the box.
  const step = channelDistance(dominantColor(view, place)?.color ?? ground, ground) / 2;
  const rect = drawnRect(view, window, ground, Math.max(step, LEAST_STEP));
  if (!rect) return undefined;
  const touches =
    (rect.x <= window.x && window.x > 0) ||
    (rect.y <= window.y && window.y > 0) ||
    (rect.x + rect.width >= window.x + window.width && window.x + window.width < view.width) ||
    (rect.y + rect.height >= window.y + window.height && window.y + window.height < view.height);
  return touches ? undefined : { rect, radius: radiusOf(view, rect, ground) };
}

/** The radius whose corners leave as much empty as these do: exact for a circle's quarter, good to half a pixel in whole ones. */
function radiusOf(view: PixelView, rect: Rect, ground: number): number | undefined {
  const side = Math.min(MOST_RADIUS, Math.floor(rect.width / 2), Math.floor(rect.height / 2));
  const fill = dominantColor(view, rect)?.color;
  if (side < 2 || fill === undefined || channelDistance(fill, ground) < LEAST_STEP) return undefined;
  const right = rect.x + rect.width - 1;
  const bottom = rect.y + rect.height - 1;
  const radii = [
    [rect.x, rect.y, 1, 1],
    [right, rect.y, -1, 1],
    [right, bottom, -1, -1],
    [rect.x, bottom, 1, -1],
  ].map(([x = 0, y = 0, dx = 1, dy = 1]) => {
    let empty = 0;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const pixel = view.pixels[(y + dy * row) * view.stride + x + dx * column] ?? 0;
        const part = 1 - Math.min(1, channelDistance(pixel, ground) / channelDistance(fill, ground));
        // The empty part of a corner is one piece at its tip: a row ends where the box begins. Soft edges are box.
        if (part < 0.5) break;
        empty += 1;
      }
    }
    return Math.sqrt(empty / CUT_OFF);
  });
  const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
  return radii.every((radius) => Math.abs(radius - mean) <= UNLIKE) ? mean : undefined;
}
