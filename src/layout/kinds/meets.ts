import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, bottom, right } from '../boxes.js';
import { type AtWidth, type FoundAcross, quoted, runs } from '../found.js';
import { coversOf, isPopup, isStack, isTold, isTransformed, isUnderLayer } from '../intent.js';
import { isControl, isInked, isPainted, isVisible, isWithin, type PageModel, type Placed } from '../page-model.js';

/** Least that two things share when they are in each other's way, and what of each lies outside the other, CSS px. */
const SHARED = 6;
const OUTSIDE = 6;
/** Share of the window's width from which a picture is a ground for texts, and from which it is one for everything. */
const GROUND = 0.5;
const WHOLE = 0.95;
/** Pictures and controls that are looked at of one page; a page of more is a wall of them. */
const MOST = 300;

interface Meeting {
  element: Placed;
  other: Placed;
  both: Rect;
  what: string;
}

/**
 * Texts and pictures that run into a picture or a control in some windows and stand clear of it in wider ones: a menu that reaches the
 * logo, two pictures of a row. What lies on a picture everywhere is put there, and so is what lies in it whole.
 */
export function meets(widths: readonly AtWidth[]): FoundAcross[] {
  const found = new Map<string, { meeting: Meeting; widths: number[] }>();
  for (const { width, model } of widths)
    for (const meeting of meetingsOf(model)) {
      const key = `${meeting.element.el.selector}\n${meeting.other.el.selector}`;
      const known = found.get(key) ?? { meeting, widths: [] };
      found.set(key, known);
      if (known.widths.at(-1) !== width) known.widths.push(width);
    }
  if (found.size === 0) return [];
  const sampled = widths.map(({ width }) => width);
  const places = widths.map(({ width, model }) => ({ width, at: placesOf(model) }));
  return [...found.values()].flatMap(({ meeting, widths: met }) => {
    const { element, other, both, what } = meeting;
    const narrowest = Math.min(...met);
    const clear = places.some(({ width, at }) => {
      const [a, b] = [at.get(element.el.selector), at.get(other.el.selector)];
      return width > narrowest && a !== undefined && b !== undefined && intersection(a, b) === undefined;
    });
    if (!clear) return [];
    return runs(met, sampled).map((run) => ({
      kind: 'text_overlap' as const,
      certainty: 'likely' as const,
      widths: run,
      element,
      other,
      by_px: Math.round(Math.min(both.width, both.height)),
      what,
    }));
  });
}

function placesOf(model: PageModel): Map<string, Rect> {
  return new Map(model.all.flatMap(({ el, shown }) => (shown ? [[el.selector, shown] as const] : [])));
}

function meetingsOf(model: PageModel): Meeting[] {
  const solids = model.all.filter((one) => isSolid(one, model));
  if (solids.length > MOST) return [];
  const out: Meeting[] = [];
  for (const line of model.lines) {
    const { owner, core, shown } = line;
    if (!shown || !isInked(line) || !isTold(owner) || isPopup(owner)) continue;
    const seen = intersection(core, shown);
    for (const solid of seen ? solids : []) {
      const both = seen && sharedBy(seen, solid);
      if (!both || solid.el.rect.width > model.width * GROUND || !standApart(owner, solid) || hasGround(owner, solid))
        continue;
      if (area(both) > area(seen) * 0.95 || isHidden(model, owner, both)) continue;
      out.push({ element: owner, other: solid, both, what: `${quoted(line.text)} runs into ${nameOf(solid)}` });
    }
  }
  for (const [at, a] of solids.entries())
    for (const b of solids.slice(at + 1)) {
      if (a.el.tag !== 'img' && b.el.tag !== 'img') continue;
      const both = a.shown && sharedBy(a.shown, b);
      if (!both || !standApart(a, b) || area(both) > Math.min(area(a.shown), area(b.shown)) * 0.9) continue;
      out.push({ element: b, other: a, both, what: `runs into ${nameOf(a)}` });
    }
  return out;
}

const nameOf = ({ el }: Placed): string => (el.tag === 'img' ? 'a picture' : 'a control');

/** A picture, or a control with a ground, of some size and narrower than the window. */
function isSolid(one: Placed, { width }: PageModel): boolean {
  const { el, shown } = one;
  if (!shown || shown.width > width * WHOLE || Math.min(shown.width, shown.height) < 2 * SHARED) return false;
  if (!isVisible(one) || one.opacity < 0.5 || !isTold(one) || isPopup(one) || isTransformed(one)) return false;
  return el.tag === 'img' ? el.natural !== undefined : isControl(one) && isPainted(one);
}

/** What both share, where a part of the text or picture is seen beside the other. */
function sharedBy(rect: Rect, { shown }: Placed): Rect | undefined {
  const both = shown && intersection(rect, shown);
  if (!shown || !both || both.width < SHARED || both.height < Math.min(SHARED, rect.height * 0.5)) return undefined;
  const beside = Math.max(
    ...[shown.x - rect.x, right(rect) - right(shown)],
    ...[shown.y - rect.y, bottom(rect) - bottom(shown)],
  );
  return beside >= OUTSIDE ? both : undefined;
}

/** Neither is part of the other, of one stack of layers with it, or stays in the window while the other goes. */
function standApart(a: Placed, b: Placed): boolean {
  if (isWithin(a, b) || isWithin(b, a) || a.fixed || b.fixed || a.sticky || b.sticky || isStack(a, b)) return false;
  return !isUnderLayer(a, b) && !isUnderLayer(b, a);
}

function hasGround(owner: Placed, other: Placed): boolean {
  for (let at: Placed | undefined = owner; at && !isWithin(other, at); at = at.parent)
    if (alpha(at.el.styles['background-color']) > 0.5) return true;
  return false;
}

function isHidden(model: PageModel, placed: Placed, rect: Rect): boolean {
  return coversOf(model, placed, rect).some(({ shown }) => shown && area(intersection(shown, rect)) > area(rect) * 0.9);
}
