/// <reference lib="dom" />
import { withAgenda } from './agenda-parts.js';

/**
 * Resolves once the document has not changed for `quietMs` and no timer is due within a moment, at the latest after `maxMs`; answers
 * whether it came to rest, and whether it will stay so: no timer is waiting, nothing is animated that ends. Runs inside the page.
 */
export async function stirring({
  quietMs,
  maxMs,
}: {
  quietMs: number;
  maxMs: number;
}): Promise<{ rested: boolean; stays: boolean }> {
  const agenda = agendaOf(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  const pause = (ms: number) => new Promise<void>((resolve) => later(resolve, ms));
  let changed = performance.now();
  const observer = new MutationObserver(() => {
    changed = performance.now();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const until = performance.now() + maxMs;
  const ends = (animation: Animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
  const stays = () =>
    (agenda?.activity().pending ?? 0) === 0 &&
    !document.getAnimations().some((animation) => animation.playState === 'running' && ends(animation));
  try {
    for (;;) {
      await pause(15);
      const now = performance.now();
      // A timer that is due soon is a debounce or a step of what is going on; one further away is a clock or a toast.
      const soon = (agenda?.activity().timers ?? 0) > 0 && now - (until - maxMs) < maxMs / 2;
      if (!soon && now - changed >= quietMs) return { rested: true, stays: stays() };
      if (now >= until) return { rested: false, stays: false };
    }
  } finally {
    observer.disconnect();
  }
}

/** Returns the title and the first headings of a page, and its lines where it says little, as error pages do. Runs inside the page. */
export function spokenTexts(): { texts: string[]; heads: string[] } {
  const few = 12;
  const line = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200);
  const shown = (element: HTMLElement) => element.checkVisibility?.({ checkVisibilityCSS: true }) ?? true;
  const heads = [...document.querySelectorAll<HTMLElement>('h1')].slice(0, few).filter(shown);
  // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
  const all = (document.body?.innerText ?? '').slice(0, 20_000).split('\n').map(line).filter(Boolean);
  // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
  const loud = [document.title, ...heads.map((head) => head.innerText)].map(line).filter(Boolean);
  return { texts: all.length <= few ? [...loud, ...all] : loud, heads: all.length <= few ? [...loud, ...all] : loud };
}

withAgenda(stirring);
