/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import type { Place } from './agenda-parts.js';
import { withAgenda } from './agenda-parts.js';

/**
 * Brings on in one frame what waits only for being near the screen: draws what the browser skips (`content-visibility: auto`), and has lazy
 * pictures load wherever they are; the attribute stays, for a framework that compares it when it hydrates.
 */
export function bringOn(): void {
  const agenda = agendaOf(window);
  const woken = agenda?.woken ?? new WeakSet<Element>();
  for (const root of agenda?.scene?.roots() ?? [document])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      if (element instanceof HTMLImageElement && element.loading === 'lazy') {
        // Loading begins at the first of these two.
        element.loading = 'eager';
        element.loading = 'lazy';
        woken.add(element);
      }
      if (getComputedStyle(element).getPropertyValue('content-visibility') === 'auto')
        agenda?.scene?.style(element, { contentVisibility: 'visible' });
    }
  if (agenda) agenda.woken = woken;
}

/**
 * Continues below the first screen what is painted behind every screen: fixed backgrounds, and fixed boxes over the whole screen that hold
 * nothing but paint. Pictures keep the size that they have on one screen and repeat, colours and gradients stretch. `height` in CSS px of
 * the page.
 */
export async function continueBackdrops({ height }: { height: number }): Promise<void> {
  const scene = agendaOf(window)?.scene;
  // A page may have removed its own root.
  if (!scene || document.documentElement === null) return;
  const [wide, high] = [document.documentElement.clientWidth, innerHeight];
  const layersOf = (value: string) => value.split(/,(?![^(]*\))/).map((one) => one.trim());
  /** A picture that fits one screen, in px, so that it does so on each. */
  const perScreen = async (style: CSSStyleDeclaration): Promise<Record<string, string>> => {
    const [sizes, images, repeats] = [style.backgroundSize, style.backgroundImage, style.backgroundRepeat].map(
      layersOf,
    );
    const address = /^url\("(.*)"\)$/.exec(images?.[0] ?? '')?.[1];
    if (images?.length !== 1 || address === undefined || !/cover|contain/.test(sizes?.[0] ?? '')) return {};
    const picture = new Image();
    picture.src = address;
    try {
      await picture.decode();
    } catch {
      // It has no size of its own, or is not there.
      return {};
    }
    const [x, y] = [wide / picture.naturalWidth, high / picture.naturalHeight];
    const factor = sizes?.[0] === 'cover' ? Math.max(x, y) : Math.min(x, y);
    const [width, tall] = [picture.naturalWidth * factor, picture.naturalHeight * factor];
    const [across = '50%', down = '50%'] = style.backgroundPosition.split(' ');
    const top = down.endsWith('%') ? ((high - tall) * Number.parseFloat(down)) / 100 : Number.parseFloat(down);
    const repeat = repeats?.[0] === 'no-repeat' ? 'repeat-y' : 'repeat';
    return {
      backgroundSize: `${width}px ${tall}px`,
      backgroundPosition: `${across} ${top}px`,
      backgroundRepeat: repeat,
    };
  };
  const covers = (style: CSSStyleDeclaration) =>
    style.position === 'fixed' &&
    style.display !== 'none' &&
    Number.parseFloat(style.width) >= wide - 1 &&
    Number.parseFloat(style.height) >= high - 1;
  const continued = async (
    style: CSSStyleDeclaration,
    empty: boolean,
    whole: boolean,
  ): Promise<Record<string, string> | undefined> => {
    const grown = { height: `${height}px`, maxHeight: 'none', bottom: 'auto' };
    if (covers(style) && empty) return { ...grown, backgroundAttachment: 'scroll', ...(await perScreen(style)) };
    if (!style.backgroundAttachment.includes('fixed')) return undefined;
    // Drawn for the screen that the page stands at; told to go along with its box it is drawn wherever that is.
    return { backgroundAttachment: 'scroll', ...(whole ? await perScreen(style) : {}) };
  };
  for (const root of scene.roots())
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const paint = element.childElementCount === 0 && (element.textContent ?? '').trim() === '';
      const empty = paint && !/^(?:canvas|video|iframe|svg|object|embed)$/.test(element.localName);
      const whole = element === document.body || element === document.documentElement;
      const styles = await continued(getComputedStyle(element), empty, whole);
      if (styles) scene.style(element, styles);
      for (const pseudo of ['::before', '::after']) {
        const drawn = getComputedStyle(element, pseudo);
        if (drawn.content === 'none' || drawn.content === 'normal') continue;
        const below = await continued(drawn, /^(?:""|'')$/.test(drawn.content), false);
        if (below) scene.style(element, below, pseudo);
      }
    }
}

/** A part of the page that scrolls by itself, CSS px. */
export interface Scroller {
  selector: string;
  /** Height of what is in it, and of what it shows; `sideways`: width. */
  total: number;
  shown: number;
  sideways?: boolean;
  /** It fills most of a screen that does not scroll itself, so that its content is the page's. */
  main: boolean;
}

/**
 * Parts that scroll by themselves and hide more than a line, in one frame: boxes, frames that show another page, a screen of the page that
 * moves on by a script alone; sideways only where that fills most of the screen. Text fields are none.
 */
export function findScrollers(): Scroller[] {
  const agenda = agendaOf(window);
  const scene = agenda?.scene;
  const found: (Scroller & { area: number; element: Element })[] = [];
  const root = document.documentElement;
  const known = agenda?.scroller?.deref();
  // A page that scrolls by a bar's height only is a shell all the same.
  const pageScrolls = root.scrollHeight > innerHeight * 1.25 && !/hidden|clip/.test(getComputedStyle(root).overflowY);
  const scrolls = (overflow: string) => /auto|scroll|overlay/.test(overflow);
  /** Words or pictures that lie wholly below what a box shows. */
  const holdsMore = (element: Element) => {
    const { bottom } = element.getBoundingClientRect();
    return Array.from(element.querySelectorAll('*')).some((one) => {
      if (!scene?.hasWords(one) && one.localName !== 'img') return false;
      const box = one.getBoundingClientRect();
      return box.top >= bottom - 1 && box.width > 8 && box.left < innerWidth && one.checkVisibility();
    });
  };
  const add = (element: Element, shown: number, total: number, mayBeMain: boolean, sideways = false) => {
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return;
    const [box, { x }] = [element.getBoundingClientRect(), scene?.cornerOf(element) ?? { x: 0 }];
    if (x + box.right <= 0 || x + box.left >= innerWidth) return;
    const [width, height] = [element.clientWidth, element.clientHeight];
    const large = width >= innerWidth / 2 && height >= innerHeight / 2;
    // A table or a line of code goes on a little; a row of pictures, or one that draws only what it is scrolled to, hides as much again as it shows.
    const row = total >= 2 * shown && height >= 100 && element.closest('pre,table') === null;
    if (sideways && !large && (!row || element.querySelector('pre,table') !== null)) return;
    const main = mayBeMain && (element === known || (!pageScrolls && known === undefined && large));
    const selector = scene?.nameOf(element) ?? element.localName;
    found.push({ selector, total, shown, main, element, area: width * height, ...(sideways ? { sideways } : {}) });
  };
  const framed = (scene?.frames() ?? []).flatMap(({ contentWindow: view }) =>
    view ? (agendaOf(view)?.scene?.roots() ?? [view.document]) : [],
  );
  for (const tree of [...(scene?.roots() ?? [document]), ...framed])
    for (const element of Array.from(tree.querySelectorAll('*'))) {
      if (element.localName === 'iframe') {
        const { contentDocument, contentWindow: view } = element as HTMLIFrameElement;
        const page = contentDocument?.scrollingElement;
        const overflow = page && view ? view.getComputedStyle(page).overflowY : 'hidden';
        if (page && view && !/hidden|clip/.test(overflow) && page.scrollHeight - view.innerHeight >= 24)
          add(element, view.innerHeight, page.scrollHeight, true);
        continue;
      }
      const [down, across] = [element.scrollHeight - element.clientHeight, element.scrollWidth - element.clientWidth];
      if ((down < 24 && across < 100) || element.clientHeight < 24 || element.localName === 'textarea') continue;
      // What the body says of overflow holds for the whole page where the root says nothing.
      const { overflowX, overflowY } = getComputedStyle(element);
      const own = element.ownerDocument;
      if (element === own.body && getComputedStyle(own.documentElement).overflowY === 'visible') continue;
      if (element === own.scrollingElement) continue;
      if (down >= 24 && scrolls(overflowY)) add(element, element.clientHeight, element.scrollHeight, true);
      else if (across >= 100 && scrolls(overflowX)) add(element, element.clientWidth, element.scrollWidth, false, true);
      else if (
        !pageScrolls &&
        own === document &&
        down >= innerHeight / 2 &&
        /hidden|clip/.test(overflowY) &&
        element.clientHeight >= innerHeight - 1 &&
        element.clientWidth >= innerWidth - 1 &&
        holdsMore(element)
      )
        add(element, element.clientHeight, element.scrollHeight, false);
    }
  const largest = Math.max(0, ...found.filter(({ main }) => main).map(({ area }) => area));
  for (const one of found) one.main &&= one.area === largest;
  const first = found.find(({ main }) => main);
  if (agenda && first) agenda.scroller = new WeakRef(first.element);
  return found.map(({ selector, total, shown, main, sideways }) => ({
    selector,
    total,
    shown,
    main,
    ...(sideways ? { sideways } : {}),
  }));
}

/**
 * Whether something is drawn in the last screen of what the main scroller holds; `go`: with that scrolled to, and back again. A list that
 * draws what it is scrolled to has something there only then.
 */
export async function drawsItsEnd({ go, seenPx }: { go: boolean; seenPx: number }): Promise<boolean> {
  const agenda = agendaOf(window);
  const element = agenda?.scroller?.deref();
  if (!agenda?.scene || !element || !('style' in element)) return false;
  const { style } = element as HTMLElement;
  const { scroller, view, from, top: corner } = agenda.scene.insideOf(element);
  const inside = agendaOf(view) ?? agenda;
  const paint = () =>
    new Promise<void>((resolve) => {
      agenda.native.requestAnimationFrame(() => resolve());
      agenda.native.setTimeout(resolve, 1000);
    });
  const before = scroller.scrollTop;
  const loops = inside.activity().held > 0;
  if (loops) inside.release();
  // Where it may stand only at what is drawn, nobody gets to the end at once.
  const snap: [string, string] = [
    style.getPropertyValue('scroll-snap-type'),
    style.getPropertyPriority('scroll-snap-type'),
  ];
  if (go) style.setProperty('scroll-snap-type', 'none', 'important');
  if (go) scroller.scrollTop = scroller.scrollHeight;
  // It may count its rows anew only when it hears of scrolling.
  else
    (scroller === element ? element : scroller.ownerDocument).dispatchEvent(
      new Event('scroll', { bubbles: scroller !== element }),
    );
  await paint();
  await paint();
  // What is throttled draws a little later.
  for (let ms = 0; ms < 2000 && inside.activity().timers > 0; ms += 40)
    await new Promise<void>((resolve) => agenda.native.setTimeout(resolve, 40));
  // Counted from where what is in it is measured.
  const bottom = corner - from.y + scroller.scrollHeight - scroller.scrollTop;
  const top = bottom - Math.min(seenPx, scroller.scrollHeight / 2);
  const drawn = Array.from(scroller.querySelectorAll('*')).some((one) => {
    if (!agenda.scene?.hasWords(one) && !/^(?:img|svg|canvas|video|input|button)$/.test(one.localName)) return false;
    const box = one.getBoundingClientRect();
    return box.bottom > top && box.top < bottom && box.width * box.height > 0 && one.checkVisibility();
  });
  if (go) {
    style.setProperty('scroll-snap-type', ...snap);
    scroller.scrollTop = before;
    await paint();
    await paint();
  }
  if (loops) inside.hold();
  return drawn;
}

/** What the main scroller shows where it stands; CSS px. */
export interface ScrollerView {
  selector: string;
  /** Where it stands, and how tall what is in it is. */
  y: number;
  total: number;
  /** Its part of the screen. */
  window: Place;
  /** The tallest stretch of that in which nothing is drawn. */
  bare: number;
}

/** Scrolls the main scroller there; what it shows three frames later. Undefined where it is none, or a frame. */
export async function lookInScroller({ y }: { y: number }): Promise<ScrollerView | undefined> {
  const agenda = agendaOf(window);
  const element = agenda?.scroller?.deref();
  if (!agenda?.scene || !element?.isConnected) return undefined;
  const inside = agenda.scene.insideOf(element);
  const { scroller, from, left, top, width } = inside;
  const own = agendaOf(inside.view) ?? agenda;
  // A loop that looks where it stands has to run for it.
  const loops = own.activity().held > 0;
  if (loops) own.release();
  scroller.scrollTo({ top: y, behavior: 'instant' });
  for (let frame = 0; frame < 3; frame++)
    await new Promise<void>((resolve) => {
      agenda.native.requestAnimationFrame(() => agenda.native.setTimeout(resolve, 0));
      agenda.native.setTimeout(resolve, 1000);
    });
  if (loops) own.hold();
  const height = Math.min(inside.height, innerHeight - top);
  const drawn = Array.from(scroller.querySelectorAll('*')).flatMap((one) => {
    if (!agenda.scene?.hasWords(one) && !/^(?:img|svg|canvas|video|input|button|iframe)$/.test(one.localName))
      return [];
    const box = one.getBoundingClientRect();
    const [start, stop] = [box.top + from.y, box.bottom + from.y];
    const shows = stop > top && start < top + height && one.checkVisibility({ checkOpacity: true });
    return shows && box.width > 0 ? [[start, stop] as const] : [];
  });
  let [bare, end] = [0, top];
  for (const [start, to] of drawn.sort((one, other) => one[0] - other[0])) {
    bare = Math.max(bare, start - end);
    end = Math.max(end, to);
  }
  return {
    selector: agenda.scene?.nameOf(element) ?? element.localName,
    y: scroller.scrollTop,
    total: scroller.scrollHeight,
    window: { x: left, y: top, width, height },
    bare: Math.max(bare, top + height - end),
  };
}

/**
 * Makes the main scroller that `findScrollers` found as tall as what is in it, where its height is its own and not the screen's, and what is about it
 * long enough for that. Returns whether the page then holds all of it.
 */
export function growScroller(): boolean {
  const agenda = agendaOf(window);
  const element = agenda?.scroller?.deref();
  if (!element) return true;
  const style = (one: Element, styles: Record<string, string>) => agenda?.scene?.style(one, styles);
  const own = (one: Element) => Number.parseFloat(getComputedStyle(one).height) || 0;
  const before = element.getBoundingClientRect().height;
  const around = before - element.clientHeight;
  const inner =
    element.localName === 'iframe' ? (element as HTMLIFrameElement).contentDocument?.scrollingElement : undefined;
  const tall = (inner ?? element).scrollHeight + around;
  const outside = getComputedStyle(element).boxSizing === 'border-box' ? 0 : before - own(element);
  const height = `${tall - outside}px`;
  const grow = () => style(element, { height, minHeight: height, maxHeight: 'none' });
  // A frame shows as much of its page as it is tall: what fills the frame grows with it, and only what then hides something grows besides.
  const holder = (one: Element) =>
    one.ownerDocument === document ? null : one.ownerDocument.defaultView?.frameElement;
  const framed = holder(element);
  for (let frame = framed; frame; frame = holder(frame))
    style(frame, { height: `${frame.getBoundingClientRect().height + tall - before}px`, maxHeight: 'none' });
  const fits = framed && (inner ?? element).scrollHeight <= element.clientHeight + 1;
  if (framed && !fits) grow();
  for (let one: Element | null = element; one; ) {
    const { position, overflowY, display } = getComputedStyle(one);
    // What stays on the screen makes no page longer.
    if (position === 'fixed') style(one, { position: 'absolute' });
    // What cuts it, or gives it a share of its own height, grows along.
    const more = framed ? Math.max(0, one.scrollHeight - one.clientHeight) : tall - before;
    if (one !== element && more > 0 && (overflowY !== 'visible' || /flex|grid/.test(display)))
      style(one, { minHeight: `${own(one) + more}px`, maxHeight: 'none' });
    const root: Node = one.getRootNode();
    one = one.assignedSlot ?? one.parentElement ?? ('host' in root ? (root as ShadowRoot).host : holder(one)) ?? null;
  }
  if (!framed) grow();
  const page = document.scrollingElement ?? document.documentElement;
  const { y = 0 } = agenda?.scene?.cornerOf(element) ?? {};
  return page.scrollHeight >= y + element.getBoundingClientRect().bottom + scrollY - 1;
}

withAgenda(bringOn, continueBackdrops, findScrollers, drawsItsEnd, lookInScroller, growScroller);
