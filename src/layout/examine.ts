import type { LaidOutPage } from '../core/vocabulary/laid-out-page.js';
import type { LayoutKind } from '../core/vocabulary/layout.js';
import type { AtWidth, FindKind, Found } from './found.js';
import { blank } from './kinds/blank-controls.js';
import { clipped, ellipsis } from './kinds/clipped.js';
import { covered } from './kinds/covered.js';
import { illegible } from './kinds/illegible.js';
import { outOfReach } from './kinds/out-of-reach.js';
import { beyondSides, outsideViewport } from './kinds/outside-viewport.js';
import { protrudes } from './kinds/protrudes.js';
import { shutAway } from './kinds/shut-away.js';
import { crushed, imageDistorted, notShown, shifts, targetSize, uneven } from './kinds/sizes.js';
import { textOverlap } from './kinds/text-overlap.js';
import { leftoverText, missingGlyph, unreadable } from './kinds/unreadable.js';
import { unseenWords } from './kinds/unseen-words.js';
import { modelOf, type PageModel } from './page-model.js';

/** The cheapest repair of each kind, as a task. */
export const REPAIRS: Readonly<Record<LayoutKind, string>> = {
  outside_viewport:
    'Let it fit the window: max-width: 100% on it, flex-wrap on its row, overflow-x: auto on a table or code around it, or overflow-wrap: anywhere for a long word.',
  text_overlap:
    'Give both room: take out the fixed height, the negative margin or the absolute position that lets one lie over the other.',
  covered:
    'Move what lies over it, give the page room for it (padding or scroll-margin below a fixed bar), or a z-index that puts it on top.',
  clipped:
    'Let the box grow with its text (min-height or min-width instead of a fixed size), let the text wrap, or end it with text-overflow: ellipsis.',
  protrudes:
    'Let the box grow with its contents: min-height instead of height, display: flow-root around floats, flex-wrap, or smaller contents.',
  target_size: 'Give it 24 x 24 px by padding, or keep 24 px between the middles of neighbours (WCAG 2.2, 2.5.8).',
  unreadable: 'Give the text a colour that differs from its ground, or set the ground on the box that it lies in.',
  leftover_text:
    'Fill in the value before it is shown, or show nothing until it is there; for broken letters, serve and read the text as UTF-8.',
  image_distorted:
    'Keep its proportions: height: auto, object-fit: cover or contain, or a file of the size that is shown.',
  wrapped: 'Let the row fit, or wrap evenly: smaller gaps, a grid with equal columns, or an earlier breakpoint.',
  small_range:
    'Make both breakpoints meet: max-width: 767.98px beside min-width: 768px, with the same number in all of the style sheets.',
  unreachable: 'Let the box grow (height: auto), or fold its contents up behind a switch from this width on.',
  missing_glyph: 'Load a font that has these letters, or take an image or another letter for the sign.',
  ellipsis: 'Nothing, where the whole text is to be had elsewhere; else let it wrap.',
  uneven: 'Let the row set one size: align-items: stretch, or a grid with equal columns.',
  vanishes:
    'Draw it with a colour of its own here: currentColor or a system colour for icons, and a border (it may be transparent) where a ground or a shadow marked the place.',
  moves: 'Stop it under @media (prefers-reduced-motion: reduce).',
  crowded: 'Let what is fixed scroll with the page in low windows: position: static under @media (max-height: 400px).',
  not_printed: 'Let the box grow on paper: @media print { height: auto; overflow: visible }, up to html and body.',
  no_focus: 'Give :focus-visible an outline, or leave the browser its own: take outline: none out.',
  not_tabbable: 'Make it a button or a link, or give it tabindex="0" and its keys.',
  focus_trap: 'Let Tab go on: do not call preventDefault on it, and give the focus back only in a modal dialog.',
  shifts: 'Keep the room before it loads: width and height on images, min-height on what comes late.',
};

/** What a page at one width shows. */
const ON_A_PAGE: readonly FindKind[] = [
  outsideViewport,
  textOverlap,
  covered,
  outOfReach,
  shutAway,
  beyondSides,
  clipped,
  protrudes,
  leftoverText,
  imageDistorted,
  notShown,
  crushed,
  targetSize,
  unreadable,
  illegible,
  unseenWords,
  missingGlyph,
  blank,
  ellipsis,
  uneven,
  shifts,
];

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

/** Returns the name of a finding, the same at every width. */
export function keyOf({ kind, element, other }: Pick<Found, 'kind' | 'element' | 'other'>): string {
  return [kind, element.el.selector, other?.el.selector ?? ''].join('\n');
}

/** An element that sticks out of the window sticks out of its box and is cut off as well: it is told once. */
function withoutEchoes(found: readonly Found[]): Found[] {
  const outside = new Set(found.filter(({ kind }) => kind === 'outside_viewport').map(({ element }) => element));
  return found.filter(({ kind, element }) => !((kind === 'protrudes' || kind === 'clipped') && outside.has(element)));
}
