/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { DrawingEnds, Eye, PageActivity, Scene, SlowTicks, Survey, Watched, Way } from './agenda-parts.js';
import { withAgenda } from './agenda-parts.js';

/**
 * A page's pending work, kept by the init script in every frame, out of reach of its scripts. All functions in this folder run inside the
 * page: they are sent there as text, so they may use nothing but their arguments and the page.
 */
export interface Agenda {
  /** The page's own functions, out of reach of its fake clocks. */
  native: {
    requestAnimationFrame(callback: FrameRequestCallback): number;
    setTimeout(callback: () => void, ms: number): number;
    now(): number;
    addEventListener: typeof window.addEventListener;
  };
  /** While true the page gets no event of `resize`, `scroll`, media queries or observers: a picture beyond the viewport causes them. */
  deaf: boolean;
  /** Lazy pictures that were made to load, though far away; known once the page was scrolled through. */
  woken?: WeakSet<Element>;
  /** What the frame is drawn from; there as soon as scripts of the page run. */
  scene?: Scene;
  /** Where the animations of its vector drawings end. */
  drawings?: DrawingEnds;
  /** What tells whether an element shows; there while a full page is photographed. */
  eye?: Eye;
  /** What was seen of the page while it was scrolled; there while a full page is photographed. */
  survey?: Survey;
  way?: Way;
  slow?: SlowTicks;
  /** The part that scrolls in place of the page, as it was last looked for. */
  scroller?: WeakRef<Element>;
  /** Up to three readings that the page has put its own in the place of; empty without. */
  replaced?(): string;
  /** True once a script listens to the scrolling of the page. */
  hearsScroll(): boolean;
  /** True once a script listens to presses there. */
  hearsPress(target: EventTarget): boolean;
  /** What intersection observers of the page wait for. */
  watched(): Watched[];
  /** Frame chains that reached the limit wait here while `pinned`. */
  pinned: boolean;
  /**
   * Name of an event for the witness of the page: sent to the document after the callback of each one-shot timer that is no link of a
   * loop, `detail` = how long ago it was asked for, ms; and after that of an observer of sizes and places, as asked for at once. Empty: none.
   */
  told: string;
  activity(): PageActivity;
  /** Lets pinned chains go on. `hold` holds them again; they stand where they happen to be, so they count as unrepeatable. */
  release(): void;
  hold(): void;
}

/**
 * Frames after which a chain of animation frames that paints a canvas is held: two seconds of a page at 60 Hz. Any other is after five times
 * as many, of which those beyond the limit run ahead of the screen.
 */
export const CHAIN_LIMIT = 120;

/**
 * Installs the agenda; runs before any script of the page. With `pinned` false chains run free until the first picture. `late`: the page's
 * scripts have run already; what they asked for before is not known.
 */
export function installAgenda(how: { chainLimit: number; pinned: boolean; late?: boolean }): void {
  const { chainLimit, pinned } = how;
  if (Reflect.has(window, 'codeloop.agenda')) return;
  const native = {
    requestAnimationFrame: window.requestAnimationFrame.bind(window),
    cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
    setInterval: window.setInterval.bind(window),
    clearInterval: window.clearInterval.bind(window),
    now: performance.now.bind(performance),
    addEventListener: window.addEventListener.bind(window),
  };
  // A page may put its own in the place of the language's: what runs within its calls keeps what it needs.
  const [{ apply }, Any, frame] = [Reflect, Element, 1000 / 60];

  // Animation frames: a callback asked for inside a callback continues its chain, with time stamps that count frames.
  interface Waiting {
    callback: FrameRequestCallback;
    depth: number;
    start: number;
    native: number;
    /** It paints a canvas: each of its frames costs a picture. */
    paints: boolean;
  }
  const waiting = new Map<number, Waiting>();
  const held = new Map<number, Waiting>();
  let running: Waiting | undefined;
  let [lastFrame, random, clockInChain, late] = [0, false, false, false];
  const run = (id: number, entry: Waiting, time: number) => {
    waiting.delete(id);
    if (entry.depth === 0) entry.start = time;
    running = entry;
    try {
      entry.callback(agenda.pinned ? entry.start + entry.depth * frame : time);
    } finally {
      running = undefined;
    }
  };
  const request = (id: number, entry: Waiting) => {
    waiting.set(id, entry);
    entry.native = native.requestAnimationFrame((time) => run(id, entry, time));
  };
  // A number that counts up, a bar that fills, takes its seconds: from the limit on a chain runs ahead of the screen, so that it comes to its
  // end. How far it runs is a count of frames, the same on each machine.
  const ahead = new Set<number>();
  let asked = false;
  const runAhead = (time: number) => {
    const until = native.now() + 8;
    for (const id of ahead) {
      ahead.delete(id);
      const entry = waiting.get(id);
      if (entry) run(id, entry, time);
      if (native.now() > until) break;
    }
    asked = ahead.size > 0;
    if (asked) native.requestAnimationFrame(runAhead);
  };
  window.requestAnimationFrame = (callback) => {
    const id = ++lastFrame;
    const entry: Waiting = {
      callback,
      depth: running ? running.depth + 1 : 0,
      start: running?.start ?? 0,
      native: 0,
      paints: running?.paints ?? false,
    };
    if (!agenda.pinned || entry.depth < chainLimit) request(id, entry);
    else if (entry.paints || entry.depth >= 5 * chainLimit) held.set(id, entry);
    else {
      waiting.set(id, entry);
      ahead.add(id);
      if (!asked) native.requestAnimationFrame(runAhead);
      asked = true;
    }
    return id;
  };
  const getContext: unknown = HTMLCanvasElement.prototype.getContext;
  const known = new Set<object>();
  Reflect.set(HTMLCanvasElement.prototype, 'getContext', function (this: HTMLCanvasElement, ...rest: unknown[]) {
    const context: unknown = typeof getContext === 'function' ? apply(getContext, this, rest) : null;
    const kind: unknown = context && Object.getPrototypeOf(context);
    if (!kind || typeof kind !== 'object' || known.has(kind)) return context;
    known.add(kind);
    for (const name of [
      'clearRect',
      'fillRect',
      'fill',
      'stroke',
      'drawImage',
      'clear',
      'drawArrays',
      'drawElements',
    ]) {
      const paint: unknown = Reflect.get(kind, name, context);
      if (typeof paint !== 'function') continue;
      Reflect.set(kind, name, function (this: unknown, ...given: unknown[]) {
        if (running) running.paints = true;
        return apply(paint, this, given);
      });
    }
    return context;
  });
  window.cancelAnimationFrame = (id) => {
    const entry = waiting.get(id);
    if (entry) native.cancelAnimationFrame(entry.native);
    waiting.delete(id);
    held.delete(id);
  };

  // Timers: a one-shot asked for inside a one-shot continues its chain; from the third link on it counts as repeating.
  interface Timer {
    due: number;
    delay: number;
    depth: number;
    repeats: boolean;
  }
  const timers = new Map<number, Timer>();
  let link = -1;
  const watchTimer =
    (repeats: boolean) =>
    (handler: TimerHandler, delay?: number, ...rest: unknown[]) => {
      const ms = Number.isFinite(Number(delay)) ? Math.max(0, Number(delay)) : 0;
      const start = repeats ? native.setInterval : native.setTimeout;
      if (typeof handler !== 'function') return start(handler, delay);
      const asked = native.now();
      const timer: Timer = { due: native.now() + ms, delay: ms, depth: link + 1, repeats };
      const id = start(() => {
        if (repeats) timer.due = native.now() + ms;
        else timers.delete(id);
        const before = link;
        link = repeats ? 0 : timer.depth;
        try {
          handler.apply(window, rest);
        } finally {
          link = before;
          // A loop may show what a press did; what was asked for once does what it was asked for.
          if (agenda.told && !repeats && timer.depth < 3)
            document.dispatchEvent(new UIEvent(agenda.told, { detail: Math.round(native.now() - asked) }));
        }
      }, delay);
      timers.set(id, timer);
      return id;
    };
  const clear = (end: (id?: number) => void) => (id?: number) => {
    if (id !== undefined) timers.delete(Number(id));
    end(id);
  };
  Object.assign(window, {
    setTimeout: watchTimer(false),
    setInterval: watchTimer(true),
    clearTimeout: clear(native.clearTimeout),
    clearInterval: clear(native.clearInterval),
  });

  // What makes a chain's state differ from load to load.
  const roll = Math.random;
  Math.random = () => {
    random = true;
    return roll();
  };
  const wallClock = Date.now;
  Date.now = () => {
    if (running && agenda.pinned) clockInChain = true;
    return wallClock();
  };
  for (const name of ['getTime', 'getSeconds', 'getMinutes', 'getMilliseconds', 'valueOf'] as const) {
    const read: (this: Date) => number = Date.prototype[name];
    Object.defineProperty(Date.prototype, name, {
      configurable: true,
      writable: true,
      value: function (this: Date) {
        if (running && agenda.pinned) clockInChain = true;
        return read.call(this);
      },
    });
  }
  performance.now = () => (running && agenda.pinned ? running.start + running.depth * frame : native.now());

  // A picture beyond the viewport resizes the page for a moment; its listeners would draw for a size that is gone.
  const stop = (event: Event) => {
    if (agenda.deaf) event.stopImmediatePropagation();
  };
  for (const type of ['resize', 'scroll', 'orientationchange']) {
    window.addEventListener(type, stop, true);
    window.visualViewport?.addEventListener(type, stop, true);
  }
  // Ours is the first listener of each list of media; the same one is added once however often that is asked.
  for (const name of ['addEventListener', 'addListener']) {
    const hear: unknown = Reflect.get(MediaQueryList.prototype, name);
    Reflect.set(MediaQueryList.prototype, name, function (this: MediaQueryList, ...rest: unknown[]) {
      EventTarget.prototype.addEventListener.call(this, 'change', stop);
      if (typeof hear === 'function') apply(hear, this, rest);
    });
  }
  // A phone's page begins 980 px wide and hears one `resize` when its viewport is known: before or after its scripts listen, as the
  // machine is busy. Who began to listen at the size that it tells has nothing to hear. (`onresize` tells no size: it hears.)
  const size = () => `${innerWidth}x${innerHeight}`;
  let [heardFirst, heardOther, hearsScroll] = ['', false, false];
  const hearPresses = new WeakSet<EventTarget>();
  // On the prototype: an own one of `window` would keep later patches of it (zone.js) from it.
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, ...given: unknown[]) {
    const type = typeof given[0] === 'string' ? given[0] : '';
    if (type === 'resize' && (this ?? window) === window) {
      heardOther ||= heardFirst !== '' && heardFirst !== size();
      heardFirst = size();
    }
    hearsScroll ||=
      type === 'scroll' && (!(this instanceof Any) || this === document.body || this.localName === 'html');
    // Who looks over everything on its way (whoever clicks for us does) answers to no press.
    if (this && this !== window && /^(?:click|(?:pointer|mouse)(?:down|up)|touch(?:start|end))$/.test(type))
      hearPresses.add(this);
    return apply(listen, this ?? window, given);
  };
  const firstSize = (event: Event) => {
    if (!event.isTrusted) return;
    window.removeEventListener('resize', firstSize, true);
    if (window.onresize === null && !heardOther && (heardFirst === '' || heardFirst === size()))
      event.stopImmediatePropagation();
  };
  // Who listened before is not known: nothing may be kept from it.
  if (!how.late) listen.call(window, 'resize', firstSize, true);
  // A page may show nothing before its worker is there (mocks of a back end, an app that starts from its own cache).
  let workers = 0;
  const Container = Reflect.get(window, 'ServiceWorkerContainer') as typeof ServiceWorkerContainer | undefined;
  const register = Container?.prototype.register;
  const installed = async ({ installing, waiting, active }: ServiceWorkerRegistration) => {
    const worker = installing ?? (active ? null : waiting);
    if (!worker) return;
    await new Promise<void>((resolve) => {
      const look = () => /activated|redundant/.test(worker.state) && resolve();
      worker.addEventListener('statechange', look);
      look();
    });
  };
  if (Container && register)
    Container.prototype.register = function (...rest) {
      const registering = apply(register, this, rest);
      workers++;
      // What the page does then it does at once.
      const done = () => native.setTimeout(() => workers--, 50);
      registering.then(installed).then(done, done);
      return registering;
    };
  const agenda: Agenda = {
    native,
    deaf: false,
    told: '',
    pinned,
    activity() {
      const all = [...timers.values()];
      const oneShots = all.filter((timer) => !timer.repeats && timer.depth < 3);
      const periods = all
        .filter((timer) => (timer.repeats || timer.depth >= 3) && timer.delay <= 1500)
        .map((timer) => timer.delay);
      return {
        frames: waiting.size,
        held: held.size,
        unrepeatable: held.size > 0 && (random || clockInChain || late),
        timers: oneShots.filter(({ due }) => due - native.now() <= 1000).length,
        pending: oneShots.filter(({ due }) => due - native.now() <= 3000).length,
        workers,
        period: Math.max(0, ...periods),
      };
    },
    hearsScroll: () =>
      hearsScroll ||
      [window.onscroll, document.onscroll, document.body?.onscroll].some((one) => typeof one === 'function'),
    hearsPress: (target) => hearPresses.has(target),
    // What its observers wait for is told by the script that watches them.
    watched: () => [],
    release() {
      this.pinned = false;
      for (const [id, entry] of held) request(id, entry);
      held.clear();
    },
    hold() {
      if (!this.pinned) late = true;
      this.pinned = true;
    },
  };
  const value = (word: string) => (word === agendaWord ? agenda : undefined);
  Object.defineProperty(window, 'codeloop.agenda', { value });
}
withAgenda(installAgenda);
