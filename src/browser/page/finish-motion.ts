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
