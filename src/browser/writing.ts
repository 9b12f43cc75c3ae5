import { WRITING_ROWS, writingOf } from '../capture/writing.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Writing } from '../core/vocabulary/screenshot.js';
import { withAgenda } from './page/agenda-parts.js';
import type { PageSession } from './page-session.js';
import { everyFrame } from './rest-page.js';

/** Boxes of pictures that are looked at in each frame, the largest ones. */
const MOST_PICTURES = 600;

/**
 * How much of what can be read in a picture of the page is text: the same part is photographed again with all letters hidden. Last of all, because it
 * touches every colour.
 */
export async function lookAtWriting(
  session: PageSession,
  shown: Buffer,
  { clip, origin, scale }: { clip: Rect | undefined; origin: { x: number; y: number }; scale: number },
  signal: AbortSignal,
): Promise<Writing> {
  const { page, viewport } = session;
  const ask = <T>(work: () => Promise<T>) => session.call('looking at the writing', work, signal);
  const part = clip && { ...clip, height: Math.min(clip.height, WRITING_ROWS) };
  const boxes = await ask(() => page.evaluate(pictureBoxes, { most: MOST_PICTURES }));
  await everyFrame(session, (frame) => frame.evaluate(hideWriting, { on: true }), signal);
  let hidden: Buffer;
  try {
    hidden = await ask(() => session.shutter.shoot(part));
  } finally {
    await everyFrame(session, (frame) => frame.evaluate(hideWriting, { on: false }));
  }
  const pictures = boxes.map((box) => ({ ...box, x: box.x - origin.x, y: box.y - origin.y }));
  return writingOf(shown, hidden, scale, pictures, viewport);
}

/**
 * Hides all letters of a frame, those in its shadow roots too, and nothing else: what can still be read then was drawn and is no text. Boxes
 * keep their places. `on: false` shows them again, without any transition. Only `-webkit-text-fill-color` is set, because what is painted
 * with `currentcolor` is no text.
 */
function hideWriting({ on }: { on: boolean }): void {
  const scene = agendaOf(window)?.scene;
  const roots = scene?.roots() ?? [document];
  const key = Symbol.for('codeloop.writing');
  // Three ids outweigh whatever a page marks as important.
  const all = '*:not(#\\_c):not(#\\_c):not(#\\_c)';
  const still = 'transition: none !important;';
  const gone = `${still} -webkit-text-fill-color: transparent !important; -webkit-text-stroke-width: 0 !important; text-shadow: none !important; text-emphasis-color: transparent !important;`;
  const hidden = [
    // Letters that a background shows through are made of it.
    `${all} { ${gone} -webkit-background-clip: border-box !important; background-clip: border-box !important; }`,
    ...['before', 'after', 'marker', 'placeholder', 'first-letter', 'first-line', 'file-selector-button'].map(
      (pseudo) => `${all}::${pseudo} { ${gone} }`,
    ),
    `:is(text, tspan, textPath):not(#\\_c):not(#\\_c):not(#\\_c) { fill: transparent !important; stroke: transparent !important; }`,
  ].join('\n');
  const sheet = (Reflect.get(window, key) as CSSStyleSheet | undefined) ?? new CSSStyleSheet();
  Reflect.set(window, key, sheet);
  sheet.replaceSync(on ? hidden : `${all} { ${still} }`);
  for (const root of roots) if (on && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  if (on) return;
  // The letters' colours come back while nothing may pass over into anything.
  document.documentElement.getBoundingClientRect();
  for (const root of roots) {
    for (const element of Array.from(root.querySelectorAll('*')).slice(0, 1)) getComputedStyle(element).color;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
  }
  Reflect.deleteProperty(window, key);
}

/**
 * The boxes of a frame in which pictures may be drawn, CSS px of the page: what holds a picture (images, canvases, videos, drawings, frames)
 * and whatever has one for its ground, its border, its mask or its content; the largest first, `most` at most.
 */
function pictureBoxes({ most }: { most: number }): Rect[] {
  const scene = agendaOf(window)?.scene;
  const held = new Set('img canvas video svg image object embed iframe frame'.split(' '));
  const pictured = (style: CSSStyleDeclaration) =>
    style.backgroundImage !== 'none' ||
    style.borderImageSource !== 'none' ||
    style.maskImage !== 'none' ||
    style.listStyleImage !== 'none' ||
    /url\(|image/.test(style.content);
  const boxes: Rect[] = [];
  for (const root of scene?.roots() ?? [document])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const { width, height, left, top } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const own = held.has(element.localName) || element.matches('input[type=image]') || pictured(style);
      const before = ['::before', '::after'].map((pseudo) => getComputedStyle(element, pseudo)).filter(pictured);
      // The ground of the document fills the screen, and where a placed pseudo-element lies nobody can ask.
      const screen =
        (own && (element === document.documentElement || element === document.body)) ||
        before.some(({ position }) => position === 'fixed' || position === 'absolute');
      if (screen) boxes.push({ x: scrollX, y: scrollY, width: innerWidth, height: Math.max(innerHeight, height) });
      else if ((own || before.length > 0) && width >= 4 && height >= 4)
        boxes.push({ x: left + scrollX, y: top + scrollY, width, height });
    }
  return boxes.sort((a, b) => b.width * b.height - a.width * a.height).slice(0, most);
}

withAgenda(hideWriting, pictureBoxes);
