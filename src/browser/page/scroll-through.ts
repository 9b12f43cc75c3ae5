/// <reference lib="dom" />
import type { Agenda } from './agenda.js';

/** Distance that the page was scrolled to load lazy content, CSS px, and whether its end was reached. */
interface ScrollReport {
  px: number;
  complete: boolean;
}

/**
 * Scrolls the page down once, a screen at a time, so that content that waits to be seen loads; then back to where it was. Stops at
 * `maxPx`, so that a page that grows for ever ends too.
 */
export async function scrollThrough({ maxPx }: { maxPx: number }): Promise<ScrollReport> {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  const paint = () =>
    new Promise<void>((resolve) => {
      nextFrame(() => resolve());
      // Only a page that draws nothing gets here: a slow frame must not count as one that never comes.
      later(resolve, 1000);
    });
  const woken = new WeakSet<Element>();
  for (const image of Array.from(document.images)) {
    if (image.loading !== 'lazy') continue;
    // Loading begins at the first of these two; the attribute must stay as it was for a framework that compares it when it hydrates.
    image.loading = 'eager';
    image.loading = 'lazy';
    woken.add(image);
  }
  if (agenda) agenda.woken = woken;
  const root = document.scrollingElement ?? document.documentElement;
  const home = { left: root.scrollLeft, top: root.scrollTop };
  const end = () => root.scrollHeight - root.clientHeight;
  let reached = 0;
  while (reached < end() && reached < maxPx) {
    reached = Math.min(reached + root.clientHeight, end(), maxPx);
    root.scrollTo({ top: reached, behavior: 'instant' });
    // One frame for the scroll, one for what the observers do.
    await paint();
    await paint();
  }
  const complete = reached >= end();
  root.scrollTo({ ...home, behavior: 'instant' });
  if (reached > 0) await paint();
  return { px: Math.round(reached), complete };
}
