/// <reference lib="dom" />
import { withAgenda } from './agenda-parts.js';

/**
 * Lets styles change at once from now on, in the document itself: a window that becomes another for a moment, as for a picture beyond
 * its edge, begins transitions that nobody waits for.
 */
export function endTransitions(): void {
  const mark = Symbol.for('codeloop.transitions');
  if (Reflect.has(document, mark)) return;
  Reflect.set(document, mark, true);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*,*::before,*::after{transition:none!important}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Takes transitions and animations that come to an end to that end; what moves for ever is left as it is. */
export function finishMotion(): void {
  for (const animation of document.getAnimations()) {
    try {
      animation.finish();
    } catch {
      // It has no end: `finish` refuses infinite ones.
    }
  }
}

/**
 * Resolves when the browser has really drawn `count` frames and run the tasks that each left behind: scroll events are sent at
 * the beginning of a frame, intersection observers told after its end (HTML, "update the rendering"). On a busy machine a
 * frame can take long, so only a page that draws nothing for `limitMs` is given up.
 */
export async function framesPass({ count, limitMs }: { count: number; limitMs: number }): Promise<void> {
  const agenda = agendaOf(window);
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  for (let frame = 0; frame < count; frame += 1) {
    await new Promise<void>((resolve) => {
      nextFrame(() => later(resolve, 0));
      later(resolve, limitMs);
    });
  }
}

/** Properties that move what is seen; a change of colour or clearness is none of it. */
export interface EndlessMotion {
  /** Number of the element in the order of its document, shadow trees left out. */
  element: number;
  /** The frames that it lies in, from the page inwards, each by its number in its own document; absent: in none. */
  frame?: number[];
  what: string;
}

/** What moves by itself for more than 5 s and is not small: running animations and films (WCAG 2.2.2). */
export function endlessMotion(): EndlessMotion[] {
  const moving =
    /^(?:transform|translate|rotate|scale|left|right|top|bottom|inset|margin|offset|width|height|background(?:Position|-position))/;
  const least = 64;
  const found = new Map<Element, EndlessMotion>();
  // What lies in frames is of other realms: `instanceof` knows none of it.
  const isKeyframes = (effect: AnimationEffect | null): effect is KeyframeEffect =>
    effect !== null && 'getKeyframes' in effect;
  const lookInto = (content: Document, frame: number[]) => {
    const all = Array.from(content.querySelectorAll('*'));
    const tell = (element: Element, what: string) => {
      const number = all.indexOf(element);
      const { width, height } = element.getBoundingClientRect();
      if (number >= 0 && width > least && height > 8 && !found.has(element))
        found.set(element, { element: number, ...(frame.length > 0 ? { frame } : {}), what });
    };
    // A picture of the page ended what never ends by itself: styles begin it anew.
    const Sheet = (content.defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet;
    if (Sheet) {
      const still = new Sheet();
      still.replaceSync('*,*::before,*::after{animation:none!important}');
      const sheets = [...content.adoptedStyleSheets];
      content.adoptedStyleSheets = [...sheets, still];
      content.getAnimations();
      content.adoptedStyleSheets = sheets;
    }
    for (const animation of content.getAnimations()) {
      const { effect } = animation;
      if (animation.playState !== 'running' || !isKeyframes(effect) || !effect.target) continue;
      if (Number(effect.getComputedTiming().endTime ?? 0) <= 5000) continue;
      if (effect.getKeyframes().some((step) => Object.keys(step).some((name) => moving.test(name))))
        tell(effect.target, 'moves without end by an animation');
    }
    for (const film of Array.from(content.querySelectorAll('video')))
      if (film.autoplay && !film.controls && (film.loop || film.duration > 5))
        tell(film, 'is a film that plays by itself');
    for (const marquee of Array.from(content.querySelectorAll('marquee'))) tell(marquee, 'is a marquee');
    for (const [number, one] of all.entries()) {
      const inner = one.localName === 'iframe' ? (one as HTMLIFrameElement).contentDocument : null;
      if (inner) lookInto(inner, [...frame, number]);
    }
  };
  lookInto(document, []);
  return [...found.values()];
}

withAgenda(framesPass);
