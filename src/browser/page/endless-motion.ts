import { withAgenda } from './agenda-parts.js';

/// <reference lib="dom" />

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

/// <reference lib="dom" />

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

/// <reference lib="dom" />

/** Properties that move what is seen; a change of colour or clearness is none of it. */
export interface EndlessMotion {
  /** Number of the element in the order of the document, shadow trees left out. */
  element: number;
  what: string;
}

/** What moves by itself for more than 5 s and is not small: running animations and films (WCAG 2.2.2). */
export function endlessMotion(): EndlessMotion[] {
  const moving =
    /^(?:transform|translate|rotate|scale|left|right|top|bottom|inset|margin|offset|width|height|background(?:Position|-position))/;
  const least = 64;
  const numbers = new Map(Array.from(document.querySelectorAll('*')).map((element, number) => [element, number]));
  const found = new Map<number, EndlessMotion>();
  const tell = (element: Element, what: string) => {
    const number = numbers.get(element);
    const { width, height } = element.getBoundingClientRect();
    if (number !== undefined && width > least && height > 8 && !found.has(number))
      found.set(number, { element: number, what });
  };
  for (const animation of document.getAnimations()) {
    const { effect } = animation;
    if (animation.playState !== 'running' || !(effect instanceof KeyframeEffect) || !effect.target) continue;
    if (Number(effect.getComputedTiming().endTime ?? 0) <= 5000) continue;
    if (effect.getKeyframes().some((frame) => Object.keys(frame).some((name) => moving.test(name))))
      tell(effect.target, 'moves without end by an animation');
  }
  for (const film of Array.from(document.querySelectorAll('video')))
    if (film.autoplay && !film.controls && (film.loop || film.duration > 5))
      tell(film, 'is a film that plays by itself');
  for (const marquee of Array.from(document.querySelectorAll('marquee'))) tell(marquee, 'is a marquee');
  return [...found.values()];
}

withAgenda(framesPass);
