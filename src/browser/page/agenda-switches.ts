/// <reference lib="dom" />
import type { Agenda } from './agenda.js';
import { withAgenda } from './agenda-parts.js';

declare global {
  /** The agenda of a window; known to functions that were made so by `withAgenda`, and to no script of a page. */
  function agendaOf(view: Window): Agenda | undefined;
  const agendaWord: string;
  interface Window {
    /** Read as it stands here: what a page puts in the place of `Reflect.get` must not hear the word. */
    'codeloop.icons'?(word: string): string[] | undefined;
  }
}

/**
 * Watches the page's observers of sizes and places for the agenda: they hear nothing while it is deaf, and it knows what they wait for.
 * Runs after `installAgenda` and before any script of the page.
 */
export function installObservers(): void {
  const agenda = agendaOf(window);
  if (!agenda) return;
  const answer = (work: () => void) => {
    if (agenda.deaf) return;
    work();
    if (agenda.told) document.dispatchEvent(new UIEvent(agenda.told, { detail: Math.round(performance.now()) }));
  };
  const Resize = window.ResizeObserver;
  window.ResizeObserver = class extends Resize {
    constructor(callback: ResizeObserverCallback) {
      super((entries, observer) => answer(() => callback.call(observer, entries, observer)));
    }
  };
  const Intersection = window.IntersectionObserver;
  const watching = new Set<{
    of: WeakRef<IntersectionObserver>;
    ratios: WeakMap<Element, number>;
    targets: Set<WeakRef<Element>>;
  }>();
  window.IntersectionObserver = class extends Intersection {
    readonly #ratios = new WeakMap<Element, number>();
    readonly #targets = new Set<WeakRef<Element>>();
    constructor(callback: IntersectionObserverCallback, options?: IntersectionObserverInit) {
      super((entries, observer) => {
        for (const { target, isIntersecting, intersectionRatio } of entries)
          if (isIntersecting) this.#ratios.set(target, Math.max(this.#ratios.get(target) ?? -1, intersectionRatio));
        answer(() => callback.call(observer, entries, observer));
      }, options);
      watching.add({ of: new WeakRef(this), ratios: this.#ratios, targets: this.#targets });
    }
    override observe(target: Element) {
      super.observe(target);
      if (this.#ratios.has(target)) return;
      this.#ratios.set(target, -1);
      this.#targets.add(new WeakRef(target));
    }
    override unobserve(target: Element) {
      super.unobserve(target);
      this.#ratios.delete(target);
      for (const one of this.#targets) if (one.deref() === target) this.#targets.delete(one);
    }
    override disconnect() {
      super.disconnect();
      for (const one of this.#targets) {
        const target = one.deref();
        if (target) this.#ratios.delete(target);
      }
      this.#targets.clear();
    }
  };
  agenda.watched = () =>
    [...watching].flatMap((entry) => {
      const observer = entry.of.deref();
      if (!observer) watching.delete(entry);
      const { root, rootMargin, thresholds } = observer ?? { root: null, rootMargin: '', thresholds: [] };
      const margin =
        root === null || root instanceof Document || root === agenda.scroller?.deref() ? rootMargin : undefined;
      return (observer ? [...entry.targets] : []).flatMap((reference) => {
        const element = reference.deref();
        if (!element) entry.targets.delete(reference);
        return element?.isConnected
          ? [{ element, ratio: entry.ratios.get(element) ?? -1, wanted: Math.max(0, ...thresholds), margin }]
          : [];
      });
    });
}

/**
 * Lets the agenda hold the slow ticks of a page: intervals of 1.5 s and more, and one-shots that ask for themselves again after as long.
 * Whoever waits for something by them has it once the page is let go on; a first one-shot always comes. Runs after `installAgenda`.
 */
export function installSlowTicks(): void {
  const agenda = agendaOf(window);
  if (!agenda) return;
  const SLOW_MS = 1500;
  const [once, again, { apply }] = [window.setTimeout, window.setInterval, Reflect];
  let still = false;
  const due = new Map<number, () => void>();
  // What ran before, by its text and time: closures are made anew each time.
  const ran = new Set<string>();
  const keyOf = (handler: object, ms: number) =>
    `${ms} ${apply(Function.prototype.toString, handler, []).slice(0, 2000)}`;
  const slow = (delay: unknown) => Number(delay) >= SLOW_MS;
  Reflect.set(window, 'setInterval', (handler: TimerHandler, delay?: number, ...rest: unknown[]) => {
    if (typeof handler !== 'function' || !slow(delay)) return again(handler, delay, ...rest);
    return again(() => {
      if (!still) apply(handler, window, rest);
    }, delay);
  });
  Reflect.set(window, 'setTimeout', (handler: TimerHandler, delay?: number, ...rest: unknown[]) => {
    if (typeof handler !== 'function' || !slow(delay)) return once(handler, delay, ...rest);
    const key = keyOf(handler, Number(delay));
    const id: number = once(() => {
      const run = () => {
        due.delete(id);
        apply(handler, window, rest);
      };
      if (still && ran.has(key)) {
        due.set(id, run);
        return;
      }
      if (ran.size < 1000) ran.add(key);
      run();
    }, delay);
    return id;
  });
  for (const name of ['clearTimeout', 'clearInterval'] as const) {
    const clear = window[name];
    Reflect.set(window, name, (id?: number) => {
      if (id !== undefined) due.delete(Number(id));
      clear(id);
    });
  }
  agenda.slow = {
    hold(held) {
      still = held;
      if (held) return;
      for (const run of [...due.values()]) agenda.native.setTimeout(run, 0);
      due.clear();
    },
  };
}

/**
 * Keeps events of resizes, scrolling, media queries and observers from a frame, or delivers them again after two quiet frames. Meanwhile,
 * what the moment of another size sets off (a transition, an animation that begins again) is finished in each frame before it is drawn.
 */
export async function setDeaf(deaf: boolean): Promise<void> {
  const agenda = agendaOf(window);
  if (!agenda) return;
  // Neither frames nor timers ever come where a sandbox allows no scripts.
  if (!deaf && !matchMedia('(scripting: none)').matches) {
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
  const agenda = agendaOf(window);
  if (held) agenda?.hold();
  else agenda?.release();
  // What is let go on to see whether it repeats itself is no turn of slides.
  if (held) agenda?.slow?.hold(true);
}

/** Takes back what was done to a frame for a picture, and lets its chains go on. */
export function letGo(): void {
  const agenda = agendaOf(window);
  agenda?.scene?.restore();
  if (agenda) for (const kept of ['scroller', 'survey', 'way', 'eye'] as const) delete agenda[kept];
  agenda?.release();
  agenda?.slow?.hold(false);
}

/**
 * Has each timer's callback told to the document as an event of this name, and, as `<name>-did`, what a script does that neither the
 * document nor the network shows: `detail` is 0 for a press that a script listens to, else the number of what was called.
 */
export function tellCallbacks(name: string): void {
  const agenda = agendaOf(window);
  if (!agenda) return;
  const first = agenda.told === '';
  agenda.told = name;
  if (!first) return;
  const did = (detail: number) => document.dispatchEvent(new UIEvent(`${agenda.told}-did`, { detail }));
  const calls: readonly [owner: string, ...names: string[]][] = [
    ['Clipboard', 'write', 'writeText', 'read', 'readText'],
    ['IDBObjectStore', 'put', 'add', 'delete', 'clear'],
    ['Cache', 'put', 'delete'],
    ['WebSocket', 'send'],
    ['RTCDataChannel', 'send'],
    ['BroadcastChannel', 'postMessage'],
    ['Worker', 'postMessage'],
    ['HTMLMediaElement', 'play', 'pause'],
    ['AudioScheduledSourceNode', 'start', 'stop'],
    ['AudioContext', 'resume', 'suspend'],
    ['SpeechSynthesis', 'speak', 'cancel'],
    ['Element', 'requestFullscreen', 'requestPointerLock'],
    ['Geolocation', 'getCurrentPosition', 'watchPosition'],
    ['MediaDevices', 'getUserMedia', 'getDisplayMedia'],
    ['Navigator', 'share', 'vibrate', 'sendBeacon'],
    ['PaymentRequest', 'show'],
    ['CookieStore', 'set', 'delete'],
    ['XMLHttpRequest', 'send'],
    ['Window', 'fetch', 'print', 'postMessage'],
  ];
  for (const [index, [owner, ...names]] of calls.entries()) {
    const holder = owner === 'Window' ? window : (Reflect.get(window, owner)?.prototype as object | undefined);
    for (const called of holder ? names : []) {
      const own: unknown = Reflect.get(holder as object, called, holder === window ? window : {});
      if (typeof own !== 'function') continue;
      Object.defineProperty(holder as object, called, {
        configurable: true,
        writable: true,
        enumerable: true,
        value: function (this: unknown, ...rest: unknown[]) {
          did(index + 1);
          return Reflect.apply(own, this ?? window, rest);
        },
      });
    }
  }
  agenda.native.addEventListener(
    'pointerdown',
    (event) => {
      const on = ['onclick', 'onpointerdown', 'onmousedown', 'onpointerup', 'onmouseup'];
      if (
        event
          .composedPath()
          .some(
            (one) =>
              agenda.hearsPress(one) ||
              on.some((type) => Reflect.get(one, type) !== null && Reflect.get(one, type) !== undefined),
          )
      )
        did(0);
    },
    { capture: true, passive: true },
  );
}

/**
 * Remembers what the functions in this folder read pages by, so that `agenda.replaced` can tell what a page has put in its place: polyfills of
 * shadow DOM hide parts of the document from `querySelectorAll`, and a page may answer with any size it likes. Runs after all else that
 * is installed and before any script of the page.
 */
export function noteReadings(): void {
  const agenda = agendaOf(window);
  if (!agenda) return;
  const { getOwnPropertyDescriptor } = Object;
  const tree = 'querySelector querySelectorAll children childElementCount';
  const readings: readonly [owner: string, names: string][] = [
    ['Node', 'childNodes parentNode parentElement isConnected textContent nodeValue nodeType contains getRootNode'],
    [
      'Element',
      `${tree} closest matches getAttribute hasAttribute id localName tagName classList shadowRoot assignedSlot`,
    ],
    ['Element', 'getBoundingClientRect getClientRects checkVisibility getAnimations currentCSSZoom'],
    ['Element', 'clientTop clientLeft clientWidth clientHeight scrollTop scrollLeft scrollWidth scrollHeight'],
    ['HTMLElement', 'offsetWidth offsetHeight offsetTop offsetLeft offsetParent innerText'],
    ['SVGGeometryElement', 'getTotalLength getPointAtLength'],
    ['Document', `${tree} getElementById elementFromPoint documentElement body scrollingElement activeElement`],
    ['Document', 'images fonts styleSheets adoptedStyleSheets getAnimations defaultView'],
    ['DocumentFragment', tree],
    ['ShadowRoot', 'host activeElement adoptedStyleSheets styleSheets getAnimations'],
    ['NodeList', 'length item'],
    ['HTMLCollection', 'length item'],
    ['Range', 'selectNodeContents getClientRects getBoundingClientRect'],
    ['DOMRectReadOnly', 'x y width height top right bottom left'],
    ['DOMRect', 'x y width height'],
    ['CSSStyleDeclaration', 'getPropertyValue'],
    ['HTMLImageElement', 'complete naturalWidth naturalHeight currentSrc'],
    ['HTMLIFrameElement', 'contentDocument contentWindow'],
    ['HTMLInputElement', 'type value'],
    ['HTMLMediaElement', 'readyState networkState paused seeking'],
    ['Animation', 'currentTime playState effect timeline'],
    ['AnimationEffect', 'getComputedTiming getTiming'],
    ['KeyframeEffect', 'target pseudoElement getKeyframes'],
    ['Window', 'getComputedStyle innerWidth innerHeight scrollX scrollY scrollTo'],
    [
      'Array',
      'map filter flatMap flat some every find findIndex includes indexOf slice push concat join forEach reduce',
    ],
    ['Set', 'add has forEach'],
    ['Map', 'get set has forEach'],
  ];
  const lists = ['Array', 'Set', 'Map', 'NodeList', 'HTMLCollection'];
  // Written so that nothing of the page runs in it later: no list is gone through by its own methods.
  const kept: { owner: object; name: string | symbol; is: unknown; called: string }[] = [];
  const now = (owner: object, name: string | symbol): unknown => {
    const own = getOwnPropertyDescriptor(owner, name);
    return own?.get ?? own?.value;
  };
  const keep = (owner: object, name: string | symbol, called: string) => {
    kept[kept.length] = { owner, name, is: now(owner, name), called };
  };
  for (const [of, names] of readings) {
    const holder = of === 'Window' ? window : (Reflect.get(window, of)?.prototype as object | undefined);
    for (const name of holder ? names.split(' ') : []) {
      const called = `${of}.${name}`;
      keep(holder as object, name, called);
      // What stands on the document itself goes before what all documents have.
      if (of === 'Document' || of === 'Node') keep(document, name, called);
    }
  }
  for (const of of lists)
    keep(Reflect.get(window, of).prototype as object, Symbol.iterator, `${of}.prototype[Symbol.iterator]`);
  agenda.replaced = () => {
    let [said, many] = ['', 0];
    for (let at = 0; at < kept.length; at++) {
      const one = kept[at];
      if (!one || now(one.owner, one.name) === one.is || many === 3) continue;
      said += `${many++ > 0 ? ', ' : ''}${one.called}`;
    }
    return said;
  };
}

withAgenda(installObservers, installSlowTicks, noteReadings, setDeaf, setHeld, letGo, tellCallbacks);
