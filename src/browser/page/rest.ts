/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import type { PageActivity } from './agenda-parts.js';
import { withAgenda } from './agenda-parts.js';

/** Report of one round of bringing a frame to rest. */
export interface RestReport {
  activity: PageActivity;
  fontsLoading: boolean;
  fontsMissing: string[];
  imagesLoading: number;
  imagesMissing: string[];
  mediaPinned: number;
  mediaWaiting: number;
  animationsStopped: number;
  iconDeclared: boolean;
  /** Addresses that end with `favicon.ico` which the page itself asked for: scripts, pictures, `fetch`. */
  iconsAsked: string[];
}

/**
 * One round of bringing a frame to rest: hides the caret and the buttons that dev servers draw over the app, finishes animations that end, puts those that do not at their start, holds
 * media at the first frame, and waits up to `waitMs` until fonts, images, timers and frame chains are done. May run many times.
 */
export async function restFrame({ waitMs, waits }: { waitMs: number; waits?: boolean }): Promise<RestReport> {
  const agenda = agendaOf(window);
  // A page that waits may look by them whether something is there.
  if (waits !== undefined) agenda?.slow?.hold(!waits);
  const scene = agenda?.scene;
  scene?.look();
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  // Neither timers nor frames ever come where a sandbox allows no scripts: nothing is waited for there.
  const mute = matchMedia('(scripting: none)').matches;
  const paint = () => new Promise<void>((resolve) => nextFrame(() => resolve()));
  const pause = (ms: number) => new Promise<void>((resolve) => later(resolve, ms));

  // Tools of Vue, Nuxt, Astro and Svelte for whoever develops; an error that a dev server shows over the app stays.
  const devTools =
    '#__vue-devtools-container__,#nuxt-devtools-container,nuxt-devtools-frame,astro-dev-toolbar,#svelte-inspector-host';
  const styleId = 'codeloop-rest';
  // A sheet of the document's own is none of its elements, and no content security policy is asked about it. The page may have put
  // something else in the place of sheets.
  const adopt = (root: Document | ShadowRoot, text: string): boolean => {
    const known: unknown = Reflect.get(root, styleId);
    try {
      if (known instanceof CSSStyleSheet && Array.from(root.adoptedStyleSheets).includes(known)) return true;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      root.adoptedStyleSheets = [...Array.from(root.adoptedStyleSheets), sheet];
      Object.defineProperty(root, styleId, { value: sheet, enumerable: false, configurable: true });
      return true;
    } catch {
      return false;
    }
  };
  const still =
    '*,*::before,*::after{caret-color:transparent!important;scroll-behavior:auto!important}' +
    // A bar of unknown length is drawn by a clock that nothing reaches.
    'progress:indeterminate{appearance:none!important}' +
    '::-webkit-scrollbar{display:none!important}html{scrollbar-width:none!important}' +
    `${devTools}{display:none!important}`;
  if (!adopt(document, still) && !document.getElementById(styleId)) {
    const style = document.createElement('style');
    style.id = styleId;
    style.textContent = still;
    // appendChild, the oldest way: polyfills of shadow DOM know no other.
    (document.head ?? document.documentElement).appendChild(style);
  }
  // Next.js draws its button, and its errors, into one shadow root: a sheet that only hides the button changes no attribute of it.
  const nextTools = '#devtools-indicator,[data-next-badge-root],[data-nextjs-dev-tools-button]{display:none!important}';
  for (const root of scene?.roots() ?? [])
    if (root instanceof ShadowRoot) adopt(root, root.host.localName === 'nextjs-portal' ? still + nextTools : still);

  const stopAnimations = () => scene?.stopAnimations() ?? 0;
  const everywhere = <Kind extends Element>(selector: string) =>
    (scene?.roots() ?? [document]).flatMap((root) => Array.from(root.querySelectorAll<Kind>(selector)));

  // Array.from: a page may have put array-likes that are not iterable in the place of lists (polyfills of shadow DOM).
  const media = everywhere<HTMLMediaElement>('video,audio');
  let mediaPinned = 0;
  for (const element of media) {
    // Pausing also ends the wish to play by itself; the attribute stays, for a framework that compares it when it hydrates.
    if (element.autoplay || !element.paused) element.pause();
    if (element.readyState >= 1 && element.currentTime !== 0) element.currentTime = 0;
    mediaPinned++;
  }
  const mediaWaiting = () =>
    media.filter(
      (element) =>
        element instanceof HTMLVideoElement &&
        element.error === null &&
        element.networkState === HTMLMediaElement.NETWORK_LOADING &&
        (element.readyState < 2 || element.seeking),
    ).length + media.filter((element) => element.seeking).length;

  const shown = (element: Element) => element.getClientRects().length > 0;
  const images = everywhere<HTMLImageElement>('img').filter(
    (image) => image.currentSrc !== '' || image.getAttribute('src'),
  );
  const eager = (image: HTMLImageElement) =>
    image.loading !== 'lazy' ||
    agenda?.woken?.has(image) === true ||
    image.getBoundingClientRect().top < innerHeight * 2;
  const loading = () => images.filter((image) => !image.complete && shown(image) && eager(image));
  const decoded = Promise.all(
    images
      .filter((image) => image.complete && image.naturalWidth > 0 && shown(image))
      .slice(0, 500)
      // A picture that cannot be decoded has no pixels to wait for; it is listed as missing when it has no size.
      .map((image) => image.decode().catch(() => undefined)),
  );

  let animationsStopped = stopAnimations();
  const calm: PageActivity = { frames: 0, held: 0, unrepeatable: false, timers: 0, pending: 0, workers: 0, period: 0 };
  const activity = () => agenda?.activity() ?? calm;
  const busy = () =>
    document.fonts.status === 'loading' ||
    loading().length > 0 ||
    mediaWaiting() > 0 ||
    activity().timers > 0 ||
    activity().workers > 0 ||
    activity().frames > 0;
  if (!mute) await Promise.race([decoded, pause(waitMs)]);
  const until = performance.now() + waitMs;
  while (!mute && busy() && performance.now() < until) {
    await pause(40);
    animationsStopped += stopAnimations();
  }
  // What was changed above is on the screen after two frames.
  if (!mute) await Promise.race([paint().then(paint), pause(250)]);
  animationsStopped += stopAnimations();

  const failed = [...document.fonts]
    .filter(({ status }) => status === 'error' || status === 'loading')
    .map((font) => font.family.replace(/["']/g, ''));
  return {
    activity: activity(),
    fontsLoading: document.fonts.status === 'loading',
    fontsMissing: [...new Set(failed)],
    imagesLoading: loading().length,
    imagesMissing: images
      .filter((image) => shown(image) && (image.complete ? image.naturalWidth === 0 : eager(image)))
      .map((image) => (image.currentSrc || image.src).slice(0, 500)),
    mediaPinned,
    mediaWaiting: mediaWaiting(),
    animationsStopped,
    iconDeclared: document.querySelector('link[rel~=icon]') !== null,
    iconsAsked: window['codeloop.icons']?.(agendaWord) ?? [],
  };
}

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

withAgenda(restFrame, stirring);
