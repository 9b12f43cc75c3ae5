import type { Rect } from '../../core/vocabulary/geometry.js';
import { area } from '../boxes.js';
import type { Found } from '../found.js';
import { look, type Pixels } from '../found.js';
import { isTold } from '../intent.js';
import { isControl, isDrawn, isVisible, isWithin, type PageModel, type Placed } from '../page-model.js';

/** Sides of what is looked at: specks and whole sections tell nothing. CSS px. */
const LEAST = 8;
const MOST = 400;
/** What is taken in around it, so that its own edge counts. */
const EDGE = 3;

/** A page as it was photographed. */
export interface Seen {
  model: PageModel;
  pixels: Pixels;
}

/**
 * Controls, and pictures and icons, that the plain picture shows and this one does not: nothing but one colour is where they are. Both
 * pictures are of the same width; what lies elsewhere in one of them is left alone where its size differs.
 */
export function vanishes(plain: Seen, here: Seen): Found[] {
  const before = new Map(plain.model.all.map((placed) => [placed.el.selector, placed]));
  const gone: { placed: Placed; rect: Rect }[] = [];
  for (const placed of here.model.all) {
    const was = before.get(placed.el.selector);
    if (!was || !isLookedAt(placed) || !isLookedAt(was) || !placed.shown || !was.shown) continue;
    if (Math.abs(area(placed.shown) - area(was.shown)) > area(was.shown) * 0.2) continue;
    if (!inPicture(was.shown, plain.pixels) || !inPicture(placed.shown, here.pixels)) continue;
    if (look({ shows: 'ink', rect: around(was.shown) }, plain.pixels) !== true) continue;
    if (look({ shows: 'plain', rect: around(placed.shown) }, here.pixels) !== true) continue;
    gone.push({ placed, rect: placed.shown });
  }
  // A control that is gone with its icon is told once.
  return gone
    .filter(({ placed }) => !gone.some((one) => one.placed !== placed && isWithin(placed, one.placed)))
    .map(({ placed, rect }) => ({
      kind: 'vanishes',
      certainty: 'certain',
      element: placed,
      rect,
      what: 'is not to be seen here: what was drawn at its place is gone',
    }));
}

function isLookedAt(placed: Placed): boolean {
  const { width, height } = placed.el.rect;
  if (!isControl(placed) && !isDrawn(placed)) return false;
  if (width < LEAST || height < LEAST || width > MOST || height > MOST) return false;
  return isVisible(placed) && isTold(placed) && placed.opacity > 0.5;
}

const around = ({ x, y, width, height }: Rect): Rect => ({
  ...{ x: x - EDGE, y: y - EDGE },
  ...{ width: width + 2 * EDGE, height: height + 2 * EDGE },
});

function inPicture({ x, y, width, height }: Rect, { origin, scale, ...size }: Pixels): boolean {
  const [right, bottom] = [origin.x + size.width / scale, origin.y + size.height / scale];
  return x >= origin.x && y >= origin.y && x + width <= right && y + height <= bottom;
}
