/// <reference lib="dom" />

/** Most errors that one document tells of in this way: a page may throw in a loop. */
const MAX_TOLD = 200;

/** The argument of `tellHiddenErrors`: the word that its messages begin with, and how many one document writes. */
export interface HiddenErrors {
  told: string;
  most: number;
}

/** What `tellHiddenErrors` is given. `told` has to be unknown to every page. */
export function hiddenErrors(told: string): HiddenErrors {
  return { told, most: MAX_TOLD };
}

/**
 * Writes the errors to the console that the page keeps from the browser (`onerror` that returns true, `preventDefault` of `error` and
 * `unhandledrejection`), which the browser reports nowhere. Runs before any script of the page, with functions of its own.
 */
export function tellHiddenErrors({ told, most }: HiddenErrors): void {
  const say = window.console.error.bind(window.console);
  const later = window.setTimeout.bind(window);
  const listen = EventTarget.prototype.addEventListener;
  let left = most;
  const stackOf = (thrown: unknown) =>
    thrown !== null && typeof thrown === 'object' && 'stack' in thrown ? String(thrown.stack) : '';
  const hear = (event: Event) => {
    // Pictures and scripts that do not load send events of this name too.
    const isError = event instanceof ErrorEvent;
    if (!isError && !(event instanceof PromiseRejectionEvent)) return;
    const text = isError
      ? stackOf(event.error) || `${event.message} (${event.filename}:${event.lineno}:${event.colno})`
      : stackOf(event.reason) || String(event.reason);
    // Whether it was kept from the browser is known when every listener of the page has heard it.
    later(() => {
      if (event.isTrusted && event.defaultPrevented && left-- > 0) say(told + text);
    });
  };
  // The first listeners of the window: none of the page's can keep the event from them.
  for (const type of ['error', 'unhandledrejection']) listen.call(window, type, hear, true);
}
