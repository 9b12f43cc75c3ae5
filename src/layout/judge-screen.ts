import type { Rect } from '../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../core/vocabulary/laid-out-page.js';
import type { Certainty, LayoutFinding, LayoutKind } from '../core/vocabulary/layout.js';
import { bottom, right } from './boxes.js';
import { type Examined, examinePage, keyOf, REPAIRS } from './examine.js';
import { confirm, type Found, runs } from './found.js';
import { examineAcross } from './kinds/across-widths.js';
import { hiddenIn, type Pixels } from './look.js';
import { isInline, isVisible, type PageModel, type Placed } from './page-model.js';

/** A page at one width, with what there is to see of it. */
export interface Laid {
  page: LaidOutPage;
  /** The viewport it was photographed at. */
  viewport?: string | undefined;
  /** The photograph, or pictures of parts; without one nothing is confirmed here. */
  pictures: readonly Pixels[];
  /** What stands open of another window, by selector: no page opened in this one shows it, and what it lies over is no fault. */
  carried?: ReadonlySet<string>;
  /** What a script gave its width when the page was opened, by selector: opened in this window the page may lay it out otherwise. */
  setBefore?: ReadonlySet<string>;
}

/** A finding of one screen with the evidence it is of. */
export type ScreenFinding = Omit<LayoutFinding, 'screen' | 'tile' | 'new'> & {
  /** The picture that shows it, where there is one. */
  picture?: Pixels;
  /** What makes one fault of several. */
  cause?: string;
};

/** A finding at one width. */
interface Seen {
  width: number;
  viewport: string | undefined;
  kind: LayoutKind;
  certainty: Certainty;
  /** True when a picture was looked at, or none is needed. */
  looked: boolean;
  /** A picture was looked at and does not show it. */
  refused: boolean;
  /** Why the photograph cannot tell. */
  hiddenBy?: ScreenFinding['hidden_by'];
  element: Placed;
  other: Placed | undefined;
  rect: Rect;
  by_px: number | undefined;
  what: string;
  repair: string | undefined;
  picture: Pixels | undefined;
  cause: string | undefined;
}

/**
 * Judges one screen by how it was laid out at its viewports and at the widths between: each fault once, with the range of widths in
 * which it holds and its siblings folded under it; worst first. `certain` is what the boxes tell and a picture of one of its widths bears
 * out. `examine`: another way to find the faults of a page.
 */
export function judgeScreen(
  laid: readonly Laid[],
  examine: (one: Laid) => Examined = ({ page }) => examinePage(page),
): ScreenFinding[] {
  const pages = laid
    .map((one) => ({ ...one, examined: examine(one) }))
    .sort((a, b) => a.examined.width - b.examined.width);
  const widths = [...new Set(pages.map(({ examined }) => examined.width))];
  const seen = pages.flatMap(({ examined, viewport, pictures, carried, setBefore }) =>
    examined.found
      .filter((found) => !carried || !isOf(found, carried))
      .map((found) =>
        seenAt(setBefore && isOf(found, setBefore) ? unsure(found) : found, examined.width, viewport, pictures),
      ),
  );
  const findings = [...grouped(seen).values()].flatMap((group) =>
    runs([...new Set(group.map(({ width }) => width))], widths).flatMap((run) => {
      const finding = toFinding(
        group.filter(({ width }) => run.includes(width)),
        run,
      );
      return finding ? [finding] : [];
    }),
  );
  // What is told of a pair at one width is not told again beside the others.
  const isTold = (one: ScreenFinding) =>
    one.kind === 'text_overlap' &&
    findings.some(
      (known) =>
        (known.kind === 'text_overlap' || known.kind === 'covered') &&
        known.element.selector === one.element.selector &&
        known.other?.selector === one.other?.selector &&
        known.from_width <= one.to_width &&
        one.from_width <= known.to_width,
    );
  const across = acrossFindings(pages).filter((one) => !isTold(one));
  return foldSiblings([...findings, ...across]).sort(byWeight);
}

/** The widths that no photograph shows, each with what is there of the window that the page was opened in: what stands open, and what has its width. */
export function carriedInto(between: readonly Laid[], photographed: readonly Laid[]) {
  const opened = [...photographed].sort((a, b) => a.page.window.width - b.page.window.width);
  const known = new Map(
    opened.flatMap((one) => {
      const resized = between.find(({ page }) => page.window.width === one.page.window.width);
      if (!resized) return [];
      const carried = carriedOver(resized.page, one.page);
      return [[one, { carried, setBefore: setAtOpening(resized.page, one.page) }] as const];
    }),
  );
  const none = { carried: new Set<string>(), setBefore: new Set<string>() };
  return between
    .filter(({ page }) => !opened.some((one) => one.page.window.width === page.window.width))
    .map((one) => {
      const near = opened.findLast(({ page }) => page.window.width < one.page.window.width) ?? opened[0];
      return { ...one, ...((near && known.get(near)) ?? none) };
    });
}

const unsure = (found: Found): Found => (found.certainty === 'certain' ? { ...found, certainty: 'likely' } : found);

/** Difference of widths that rounding does not explain, CSS px. */
const OTHER = 2;

/** What is of another width in a page whose window was made another than in the page opened there, in boxes of the same width. By selector. */
function setAtOpening(resized: LaidOutPage, opened: LaidOutPage): Set<string> {
  const fresh = new Map(examinePage(opened).model.all.map((placed) => [placed.el.selector, placed]));
  const differs = (placed: Placed) => {
    const there = fresh.get(placed.el.selector);
    return there && isVisible(there) && Math.abs(there.el.rect.width - placed.el.rect.width) > OTHER;
  };
  const all = examinePage(resized).model.all.filter(
    (placed) => placed.parent && isVisible(placed) && !isInline(placed) && differs(placed) && !differs(placed.parent),
  );
  return new Set(all.map(({ el }) => el.selector));
}

/**
 * What stands open in a page whose window was made another, though the page closes it when it is opened in that window: a drawer that was open
 * before. By selector.
 */
function carriedOver(resized: LaidOutPage, opened: LaidOutPage): Set<string> {
  const closed = new Map(examinePage(opened).model.all.map((placed) => [placed.el.selector, placed]));
  const { model } = examinePage(resized);
  const open = model.all.filter((placed) => {
    const { position } = placed.el.styles;
    if ((position !== 'fixed' && position !== 'absolute') || !isInWindow(placed, model)) return false;
    const there = closed.get(placed.el.selector);
    return !there || !isInWindow(there, model);
  });
  return new Set(open.map(({ el }) => el.selector));
}

function isInWindow(placed: Placed, { width }: PageModel): boolean {
  const { shown } = placed;
  return isVisible(placed) && shown !== undefined && shown.x < width - 1 && right(shown) > 1 && bottom(shown) > 1;
}

/** The element, or what it collides with, is one of these or lies in one. */
function isOf({ element, other }: Found, boxes: ReadonlySet<string>): boolean {
  for (let at: Placed | undefined = element; at; at = at.parent) if (boxes.has(at.el.selector)) return true;
  for (let at = other; at; at = at.parent) if (boxes.has(at.el.selector)) return true;
  return false;
}

/** A finding at a width, held against the pictures of it; where nothing has to be seen, the first that holds its place shows it. */
function seenAt(found: Found, width: number, viewport: string | undefined, pictures: readonly Pixels[]): Seen {
  const base = { width, viewport, kind: found.kind, element: found.element, other: found.other, rect: found.rect };
  const rest = { ...base, by_px: found.by_px, what: found.what, repair: found.repair, cause: found.cause };
  let hiddenBy: ScreenFinding['hidden_by'];
  const { asked } = found;
  for (const picture of pictures) {
    const confirmed = confirm(found, picture);
    if (!confirmed && !asked) return { ...rest, certainty: found.certainty, looked: true, refused: true, picture };
    if (found.claim && confirmed?.certainty === found.certainty)
      return { ...rest, certainty: found.certainty, looked: true, refused: false, picture };
    // What a part of the page does not show, another part may.
    const why = found.claim && hiddenIn(found.claim, picture);
    if (why === 'mask' || viewport !== undefined) hiddenBy ??= why;
  }
  if (asked) return { ...rest, certainty: found.certainty, looked: true, refused: true, picture: undefined };
  const looked = found.claim === undefined;
  const picture = looked ? pictures[0] : undefined;
  return { ...rest, certainty: found.certainty, looked, refused: false, hiddenBy, picture };
}

function grouped(seen: readonly Seen[]): Map<string, Seen[]> {
  const groups = new Map<string, Seen[]>();
  for (const one of seen) {
    const key = keyOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

/** One run of widths as one finding; nothing when the pictures that there are do not show it. */
function toFinding(group: readonly Seen[], run: readonly number[]): ScreenFinding | undefined {
  const left = group.filter(({ refused }) => !refused);
  if (left.length === 0 || (left.length < group.length && !left.some(({ looked }) => looked))) return undefined;
  const shown = left.toSorted((a, b) => worth(b) - worth(a))[0];
  if (!shown) return undefined;
  const sure = left.some(({ looked, certainty }) => looked && certainty === 'certain');
  const hidden = sure ? undefined : left.find(({ hiddenBy, certainty }) => hiddenBy && certainty === 'certain');
  return {
    kind: shown.kind,
    certainty: sure ? 'certain' : shown.certainty === 'listed' ? 'listed' : 'likely',
    from_width: run[0] ?? shown.width,
    to_width: run.at(-1) ?? shown.width,
    ...(shown.viewport === undefined ? {} : { viewport: shown.viewport }),
    element: elementOf(shown.element),
    ...(shown.other ? { other: { selector: shown.other.el.selector } } : {}),
    rect: shown.rect,
    width: shown.width,
    ...(shown.by_px === undefined ? {} : { by_px: shown.by_px }),
    what: shown.what,
    repair: shown.repair ?? REPAIRS[shown.kind],
    ...(hidden?.hiddenBy ? { hidden_by: hidden.hiddenBy } : {}),
    siblings: [],
    ...(shown.picture ? { picture: shown.picture } : {}),
    ...(shown.cause === undefined ? {} : { cause: shown.cause }),
  };
}

/** The evidence to show: confirmed, certain, of a viewport, with a picture, and then the worst. */
function worth({ looked, certainty, viewport, picture, by_px = 0 }: Seen): number {
  return (
    (looked ? 4e6 : 0) +
    (certainty === 'certain' ? 2e6 : 0) +
    (viewport === undefined ? 0 : 1e6) +
    (picture ? 5e5 : 0) +
    by_px
  );
}

function elementOf({ el }: Placed): ScreenFinding['element'] {
  // What has no name for assistive technology goes by its own words.
  const name =
    el.name ??
    el.lines
      ?.map(({ text }) => text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, MAX_NAME);
  return {
    selector: el.selector,
    ...(el.role === undefined ? {} : { role: el.role }),
    ...(name === undefined || name === '' ? {} : { name }),
  };
}

function acrossFindings(pages: readonly { examined: Examined; viewport?: string | undefined }[]): ScreenFinding[] {
  // One page for each width: what is compared is the width alone.
  const each = [...new Map(pages.map(({ examined }) => [examined.width, examined])).values()];
  if (each.length < 3) return [];
  return examineAcross(each).map(({ kind, certainty, widths, element, other, what, by_px }) => {
    const [from = 0] = widths;
    const viewport = pages.find((one) => one.viewport !== undefined && widths.includes(one.examined.width))?.viewport;
    return {
      kind,
      certainty,
      from_width: from,
      to_width: widths.at(-1) ?? from,
      ...(viewport === undefined ? {} : { viewport }),
      element: elementOf(element),
      ...(other ? { other: { selector: other.el.selector } } : {}),
      rect: element.el.rect,
      width: from,
      ...(by_px === undefined ? {} : { by_px }),
      what,
      repair: REPAIRS[kind],
      siblings: [],
    };
  });
}

/** The same fault of like elements, by the same cause and in the same widths, is one: the first of them tells it. */
export function foldSiblings(findings: readonly ScreenFinding[]): ScreenFinding[] {
  const folded = new Map<string, ScreenFinding>();
  for (const finding of findings) {
    const key = [
      ...[finding.kind, finding.certainty, finding.from_width, finding.to_width, finding.hidden_by ?? ''],
      finding.cause ?? `${general(finding.element.selector)} ${general(finding.other?.selector ?? '')}`,
    ].join('\n');
    const known = folded.get(key);
    if (!known) folded.set(key, { ...finding, siblings: [...finding.siblings] });
    else known.siblings.push(finding.element.selector);
  }
  return [...folded.values()];
}

/** A selector without the places among siblings and the names of single elements. */
function general(selector: string): string {
  return selector.replace(/:nth-of-type\(\d+\)/g, '').replace(/\[[^\]]*\]/g, '');
}

/** Characters of a name that is an element's own text. */
const MAX_NAME = 80;
const WEIGHTS: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, listed: 2 };

function byWeight(a: ScreenFinding, b: ScreenFinding): number {
  return WEIGHTS[a.certainty] - WEIGHTS[b.certainty] || a.from_width - b.from_width;
}
