/// <reference lib="dom" />

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
