/// <reference lib="dom" />
import type { Ledger } from './ledger.js';

/**
 * Resolves once the document has not changed for `quietMs` and no timer is due within a moment, at the latest after `maxMs`; answers
 * whether it came to rest. Runs inside the page.
 */
export async function stirring({ quietMs, maxMs }: { quietMs: number; maxMs: number }): Promise<boolean> {
  const ledger = Reflect.get(window, Symbol.for('codeloop.ledger')) as Ledger | undefined;
  const later = ledger?.native.setTimeout ?? window.setTimeout.bind(window);
  const pause = (ms: number) => new Promise<void>((resolve) => later(resolve, ms));
  let changed = performance.now();
  const observer = new MutationObserver(() => {
    changed = performance.now();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const until = performance.now() + maxMs;
  try {
    for (;;) {
      await pause(15);
      const now = performance.now();
      // A timer that is due soon is a debounce or a step of what is going on; one further away is a clock or a toast.
      const soon = (ledger?.activity().timers ?? 0) > 0 && now - (until - maxMs) < maxMs / 2;
      if (!soon && now - changed >= quietMs) return true;
      if (now >= until) return false;
    }
  } finally {
    observer.disconnect();
  }
}
