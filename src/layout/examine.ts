import type { LaidOutPage } from '../core/vocabulary/laid-out-page.js';
import type { AtWidth, FoundAcross } from './across-widths.js';
import type { FindKind, Found } from './found.js';
import { clipped } from './kinds/clipped.js';
import { covered } from './kinds/covered.js';
import { ellipsis } from './kinds/ellipsis.js';
import { imageDistorted } from './kinds/image-distorted.js';
import { leftoverText } from './kinds/leftover-text.js';
import { missingGlyph } from './kinds/missing-glyph.js';
import { outsideViewport } from './kinds/outside-viewport.js';
import { protrudes } from './kinds/protrudes.js';
import { shifts } from './kinds/shifts.js';
import { smallRange } from './kinds/small-range.js';
import { targetSize } from './kinds/target-size.js';
import { textOverlap } from './kinds/text-overlap.js';
import { uneven } from './kinds/uneven.js';
import { unreachable } from './kinds/unreachable.js';
import { unreadable } from './kinds/unreadable.js';
import { wrapped } from './kinds/wrapped.js';
import { modelOf, type PageModel } from './page-model.js';

/** What a page at one width shows. */
const ON_A_PAGE: readonly FindKind[] = [
  outsideViewport,
  textOverlap,
  covered,
  clipped,
  protrudes,
  leftoverText,
  imageDistorted,
  targetSize,
  unreadable,
  missingGlyph,
  ellipsis,
  uneven,
  shifts,
];
/** What the comparison of widths shows. */
const ACROSS: readonly ((widths: readonly AtWidth[]) => FoundAcross[])[] = [unreachable, wrapped, smallRange];

/** A page at one width, worked out, with its faults as the boxes tell them: no picture was looked at. */
export interface Examined extends AtWidth {
  found: Found[];
}

/** The same page is asked for by who sweeps, who photographs and who judges. */
const examined = new WeakMap<LaidOutPage, Examined>();

/** Finds the faults of a page as it lies at one width; of the same page once. */
export function examinePage(page: LaidOutPage): Examined {
  const known = examined.get(page);
  if (known) return known;
  const fresh = examineAfresh(page);
  examined.set(page, fresh);
  return fresh;
}

function examineAfresh(page: LaidOutPage): Examined {
  const model: PageModel = modelOf(page);
  return { width: model.width, model, found: withoutEchoes(ON_A_PAGE.flatMap((find) => find(model))) };
}

/** Finds the faults that show only beside other widths, given by ascending width. */
export function examineAcross(widths: readonly AtWidth[]): FoundAcross[] {
  return ACROSS.flatMap((find) => find(widths));
}

/** Returns the name of a finding, the same at every width. */
export function keyOf({ kind, element, other }: Pick<Found, 'kind' | 'element' | 'other'>): string {
  return [kind, element.el.selector, other?.el.selector ?? ''].join('\n');
}

/** An element that sticks out of the window sticks out of its box and is cut off as well: it is told once. */
function withoutEchoes(found: readonly Found[]): Found[] {
  const outside = new Set(found.filter(({ kind }) => kind === 'outside_viewport').map(({ element }) => element));
  return found.filter(({ kind, element }) => !((kind === 'protrudes' || kind === 'clipped') && outside.has(element)));
}
