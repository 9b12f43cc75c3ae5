/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Agenda } from './agenda.js';
import type { Place } from './agenda-parts.js';

/** Puts on the agenda what tells of an element whether and what it shows, for whoever looks at the page while it is scrolled. */
export function installEye(): void {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  if (!agenda) return;
  const MOST_PARTS = 200;

  const inPage = (box: DOMRect): Place => ({
    x: box.x + scrollX,
    y: box.y + scrollY,
    width: box.width,
    height: box.height,
  });
  const above = (element: Element): Element | null => {
    const parent = element.assignedSlot ?? element.parentNode;
    return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
  };
  // Fixed and sticky parts go along with the screen: they are no part of one place of the page.
  const goesAlong = new Map<Element, boolean>();
  const pinned = (element: Element): boolean => {
    let known = goesAlong.get(element);
    if (known === undefined) {
      const parent = above(element);
      known = /fixed|sticky/.test(getComputedStyle(element).position) || (parent !== null && pinned(parent));
      goesAlong.set(element, known);
    }
    return known;
  };
  const shown = (element: Element) => {
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: false }))
      return false;
    // Parts that wait behind a clip of nothing are as good as transparent.
    return !/inset\([^)]*100%/.test(getComputedStyle(element).clipPath);
  };
  const drawsItself = (element: Element) => {
    if (/^(?:img|svg|canvas|video|iframe|input|button|select|textarea|object|embed|hr)$/.test(element.localName))
      return true;
    if (
      Array.from(element.childNodes).some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.nodeValue ?? '').trim() !== '',
      )
    )
      return true;
    const { backgroundColor, backgroundImage, borderTopWidth } = getComputedStyle(element);
    return (
      backgroundImage !== 'none' || !/^(?:transparent|rgba\(.*, 0\))$/.test(backgroundColor) || borderTopWidth !== '0px'
    );
  };
  const draws = (element: Element) =>
    drawsItself(element) ||
    (element.textContent ?? '').trim() !== '' ||
    element.querySelector('img,svg,canvas,video,iframe,input,button') !== null ||
    Array.from(element.querySelectorAll('*')).some(drawsItself);
  const inside = (element: Element) =>
    element instanceof HTMLIFrameElement && element.contentDocument ? element.contentDocument : element;
  const lookOf = (element: Element) => {
    const { opacity, clipPath, backgroundImage } = getComputedStyle(element);
    // A class of its own may bring up what is in it.
    const parts = Array.from(inside(element).querySelectorAll('*')).slice(0, MOST_PARTS).filter(shown).length;
    const text = (element.textContent ?? '').slice(0, 200);
    const picture = element instanceof HTMLImageElement ? element.currentSrc : backgroundImage;
    return { opacity: Number(opacity), clip: clipPath, text, parts, picture };
  };
  agenda.eye = { inPage, above, pinned, shown, drawsItself, draws, lookOf, movedOn: () => goesAlong.clear() };
}
