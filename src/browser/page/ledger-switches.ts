/// <reference lib="dom" />
import type { Ledger } from './ledger.js';

/**
 * Makes a frame deaf for resizes, scrolling, media queries and observers, or lets it hear again after two frames of quiet. While it is deaf,
 * what the moment of another size sets off (a transition, an animation that begins anew) is finished in each frame before it is drawn.
 */
export async function setDeaf(deaf: boolean): Promise<void> {
  const ledger = Reflect.get(window, Symbol.for('codeloop.ledger')) as Ledger | undefined;
  if (!ledger) return;
  if (!deaf) {
    const paint = () =>
      new Promise<void>((resolve) => {
        ledger.native.requestAnimationFrame(() => resolve());
        ledger.native.setTimeout(resolve, 100);
      });
    await paint();
    await paint();
  }
  ledger.deaf = deaf;
  // The styles of the new size are known to a callback of the frame that draws them (HTML, "update the rendering").
  const finish = () => {
    if (!ledger.deaf) return;
    ledger.stopAnimations?.();
    ledger.native.requestAnimationFrame(finish);
  };
  if (deaf) ledger.native.requestAnimationFrame(finish);
}

/** Holds endless chains of animation frames at the limit, or lets them go on. */
export function setHeld(held: boolean): void {
  const ledger = Reflect.get(window, Symbol.for('codeloop.ledger')) as Ledger | undefined;
  if (held) ledger?.hold();
  else ledger?.release();
}

/** Has each timer's callback told to the document as an event of this name; empty ends it. */
export function tellCallbacks(name: string): void {
  const ledger = Reflect.get(window, Symbol.for('codeloop.ledger')) as Ledger | undefined;
  if (ledger) ledger.told = name;
}
