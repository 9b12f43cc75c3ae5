/// <reference lib="dom" />
import type { Agenda } from './agenda.js';

/**
 * Resolves when the browser has really drawn `count` frames and run the tasks that each left behind: scroll events are sent at
 * the beginning of a frame, intersection observers told after its end (HTML, "update the rendering"). On a busy machine a
 * frame can take long, so only a page that draws nothing for `limitMs` is given up.
 */
export async function framesPass({ count, limitMs }: { count: number; limitMs: number }): Promise<void> {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  for (let frame = 0; frame < count; frame += 1) {
    await new Promise<void>((resolve) => {
      nextFrame(() => later(resolve, 0));
      later(resolve, limitMs);
    });
  }
}
