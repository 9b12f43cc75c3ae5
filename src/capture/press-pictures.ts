import type { Size } from '../core/vocabulary/geometry.js';
import { changedShareOutside, maskBoxes, maskChanges, SAMPLE_SIDE } from '../image/grey-changes.js';
import { greyThumbnail } from '../image/resize.js';
import { boxesAside, type PressEvents, selfDrawn } from './press-outcome.js';

/** Share of pixels from which a picture has changed: a word of text. */
const CHANGED = 0.0002;

/** Pictures around a press, and what was told meanwhile. */
interface PressPictures {
  before: Buffer;
  /** One after the other; more than one show what moves by itself. */
  after: readonly Buffer[];
  told: PressEvents;
  /** Time of the press, ms. */
  fromMs: number;
  /** CSS px, the unit of boxes. */
  viewport: Size;
}

/**
 * True when the page looks as before, but for what was pressed, what changes without the press, and what goes on moving from one of the later
 * pictures to the next. False where that cannot be told: something draws itself, and the press may have a part in it. Throws IMAGE_UNREADABLE.
 */
export async function looksTheSame({ before, after, told, fromMs, viewport }: PressPictures): Promise<boolean> {
  const [base, ...later] = await Promise.all([before, ...after].map((one) => greyThumbnail(one, SAMPLE_SIDE)));
  const last = later.at(-1);
  if (!base || !last) return true;
  const toMs = Number.POSITIVE_INFINITY;
  const movedWithin = new Uint8Array(base.data.length);
  for (const [index, one] of later.entries()) {
    const former = later[index - 1];
    if (former) maskChanges(movedWithin, former, one);
  }
  const drawn = selfDrawn(told, fromMs, toMs, (box) => {
    const inside = new Uint8Array(base.data.length);
    maskBoxes(inside, base, [box], viewport);
    return inside.some((one, at) => one === 1 && movedWithin[at] === 1);
  });
  if (drawn === undefined) return false;
  const mask = movedWithin.slice();
  maskBoxes(mask, base, [...boxesAside(told, fromMs, toMs), ...drawn], viewport);
  return changedShareOutside(base, last, mask) <= CHANGED;
}
