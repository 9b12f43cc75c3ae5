/// <reference lib="dom" />
import type { Agenda } from './agenda.js';

/**
 * Keeps events of resizes, scrolling, media queries and observers from a frame, or delivers them again after two quiet frames. Meanwhile,
 * what the moment of another size sets off (a transition, an animation that begins again) is finished in each frame before it is drawn.
 */
export async function setDeaf(deaf: boolean): Promise<void> {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  if (!agenda) return;
  if (!deaf) {
    const paint = () =>
      new Promise<void>((resolve) => {
        agenda.native.requestAnimationFrame(() => resolve());
        agenda.native.setTimeout(resolve, 100);
      });
    await paint();
    await paint();
  }
  agenda.deaf = deaf;
  // The styles of the new size are known to a callback of the frame that draws them (HTML, "update the rendering").
  const finish = () => {
    if (!agenda.deaf) return;
    agenda.scene?.stopAnimations();
    agenda.native.requestAnimationFrame(finish);
  };
  if (deaf) agenda.native.requestAnimationFrame(finish);
}

/** Holds endless chains of animation frames at the limit, or lets them go on. */
export function setHeld(held: boolean): void {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  if (held) agenda?.hold();
  else agenda?.release();
}

/** Takes back what was done to a frame for a picture, and lets its chains go on. */
export function letGo(): void {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  agenda?.scene?.restore();
  if (agenda) delete agenda.scroller;
  agenda?.release();
}

/** Has each timer's callback told to the document as an event of this name; empty ends it. */
export function tellCallbacks(name: string): void {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  if (agenda) agenda.told = name;
}
