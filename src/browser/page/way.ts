/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Pass, type Place, type Stop, type Way, withAgenda } from './agenda-parts.js';

/** Puts the ways through a page on its agenda: where to scroll to, and how long to stay there; runs after `installSurvey`. */
export function installWay(): void {
  const agenda = agendaOf(window);
  const survey = agenda?.survey;
  const eye = agenda?.eye;
  if (!agenda || !survey || !eye) return;
  const [MOST_VISITS, MOST_DOUBTS, ROUNDS, LOOKS_MS] = [60, 40, 3, 300];
  // Longest that one way may take, that one end of a page is waited at for more, and all of them; ms.
  const [WALK_MS, END_MS, ENDS_MS] = [75_000, 1200, 15_000];
  const page = document.scrollingElement ?? document.documentElement;
  const paint = () =>
    new Promise<void>((resolve) => {
      // Observers are told after the frame in which something came into view.
      agenda.native.requestAnimationFrame(() => agenda.native.setTimeout(resolve, 0));
      // Only a page that draws nothing gets here: a slow frame must not count as one that never comes.
      agenda.native.setTimeout(resolve, 1000);
    });
  const pause = (ms: number) => new Promise<void>((resolve) => agenda.native.setTimeout(resolve, ms));
  const end = () => page.scrollHeight - page.clientHeight;
  const go = (top: number) => page.scrollTo({ top, behavior: 'instant' });
  /** A loop that looks where the page stands has to run for it. */
  let runs = false;
  const settle = async (dwellMs: number) => {
    if (runs) agenda.release();
    // One frame for the scroll, one for what the observers do; where more may come at the end, one more.
    for (let frame = reached >= end() ? 3 : 2; frame > 0; frame--) await paint();
    if (dwellMs > 0) await pause(dwellMs);
    if (runs) agenda.hold();
    for (let ms = 0; dwellMs > 0 && ms < 600 && agenda.activity().timers > 0; ms += 40) await pause(40);
    // A list may put on more rows a moment after its end came into view, and the page is longer then.
    for (let ms = 0; passes && reached >= end() && ms < END_MS && agenda.activity().timers > 0; ms += 40) {
      waited += 40;
      if (waited > ENDS_MS) return;
      await pause(40);
    }
  };

  // A way is a list of stops that is made on the way: each answers how long to stay, ms.
  let [reached, waited, passes] = [0, 0, false];
  function* pass({ step, dwellMs, maxPx, up = false, run = false }: Pass): Generator<number> {
    survey?.begin();
    [runs, waited, passes] = [run, 0, !up];
    const stride = () => Math.max(1, Math.floor(page.clientHeight * step));
    reached = up ? scrollY : 0;
    for (let px = 40; up && reached > 0; px = stride()) {
      reached = Math.max(0, reached - px);
      go(reached);
      yield dwellMs;
    }
    if (up) return;
    go(0);
    if (dwellMs > 0 || step < 1) yield dwellMs;
    while (reached < end() && reached < maxPx) {
      reached = Math.min(reached + stride(), end(), maxPx);
      go(reached);
      yield dwellMs;
    }
  }
  /** To what waits to be seen and was not. */
  function* visit(dwellMs: number): Generator<number> {
    let [visits, last] = [0, Number.NaN];
    const tried = new Set<Element>();
    for (let one = survey?.unvisited()[0]; one && visits < MOST_VISITS; ) {
      const { element, margin } = one;
      tried.add(element);
      const rect = element.getBoundingClientRect();
      const [top = 0, , bottom = 0] = (margin ?? '')
        .split(' ')
        .map(
          (edge) => (edge.endsWith('%') ? (Number.parseFloat(edge) / 100) * innerHeight : Number.parseFloat(edge)) || 0,
        );
      const middle = (-top + innerHeight + bottom) / 2;
      const y = Math.min(Math.max(0, rect.top + scrollY + rect.height / 2 - middle), end());
      if (rect.width * rect.height > 0 && !eye?.pinned(element) && !(Math.abs(y - last) < 2)) {
        last = y;
        visits++;
        go(y);
        yield dwellMs;
      }
      one = survey?.unvisited().find((other) => !tried.has(other.element));
    }
  }
  const found: Stop[] = [];
  /** To what shows something else now: what of it shows again what it did hangs on the place, and on no clock. */
  function* again(dwellMs: number): Generator<number> {
    for (const y of survey?.doubts().slice(0, MOST_DOUBTS) ?? []) {
      go(y);
      for (let round = 0; round < ROUNDS; round++) {
        yield dwellMs;
        if (survey?.proven(y).all) break;
      }
      const places = survey?.proven(y).places ?? [];
      if (places.length > 0) found.push({ y, places });
    }
  }

  // A box that goes along with the screen and fills most of it may show other things further down: a strip that moves sideways, one text after another.
  const passing = new Map<Element, { element: Element; text: string; y: number }[]>();
  const MOST_PASSING = 300;
  const textOf = (element: Element) => (agenda.scene?.hasWords(element) ? (element.textContent ?? '').trim() : '');
  const isThere = (element: Element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    const middle = (left + right) / 2;
    return width * height > 0 && middle > 0 && middle < innerWidth && eye.shown(element) && eye.uncut(element);
  };
  const glance = () => {
    let box: Element | undefined;
    for (let at = document.elementFromPoint(innerWidth / 2, innerHeight / 2); at; at = eye.above(at))
      if (/fixed|sticky/.test(getComputedStyle(at).position)) box = at;
    if (!box || scrollY <= 0 || box.clientWidth < innerWidth / 2 || box.clientHeight < innerHeight / 2) return;
    const known = passing.get(box) ?? [];
    passing.set(box, known);
    for (const element of Array.from(box.querySelectorAll('*'))) {
      const text = textOf(element);
      if (text === '' && !/^(?:img|svg|canvas|video)$/.test(element.localName)) continue;
      if (known.length >= MOST_PASSING) return;
      if (!known.some((one) => one.element === element && one.text === text) && isThere(element))
        known.push({ element, text, y: scrollY });
    }
  };
  const sight = () => {
    survey.sight();
    glance();
  };
  /** The same words, numbers aside, that a clock or a count changes. */
  const alike = (one: string, other: string) => one.replace(/\d+/g, '') === other.replace(/\d+/g, '');
  const passed = () =>
    [...passing].flatMap(([box, parts]) => {
      const gone = parts.filter(
        ({ element, text }) =>
          !(isThere(element) && alike(textOf(element), text)) &&
          !parts.some((one) => one.element !== element && one.text === text && isThere(one.element)),
      );
      const [from] = gone.map(({ y }) => Math.round(y)).sort((one, other) => one - other);
      if (from === undefined || !box.isConnected) return [];
      const reason = `${gone.length} part(s) of it show only while the page is scrolled (to ${from} px and on) and it goes along`;
      return [{ selector: agenda.scene?.nameOf(box) ?? box.localName, reason }];
    });

  let stops: Generator<number> | undefined;
  const way: Way = {
    take(kind) {
      passes = false;
      stops = kind.pass ? pass(kind.pass) : kind.again ? again(kind.dwellMs) : visit(kind.dwellMs);
    },
    async step() {
      const next = stops?.next();
      if (!next || next.done) return false;
      await settle(next.value);
      return true;
    },
    async look(arrived) {
      if (arrived) await settle(40);
      sight();
    },
    async walk() {
      const until = agenda.native.now() + WALK_MS;
      while ((await way.step()) && agenda.native.now() < until) sight();
    },
    passed,
    drives: () => (passing.size > 0 && agenda.activity().held > 0 ? LOOKS_MS : 0),
    walked: () => ({ px: Math.round(reached), complete: reached >= end() && waited <= ENDS_MS, found }),
  };
  agenda.way = way;
}

/** Takes a way, which is then gone stop by stop: there (`stepOn`), and a look at what shows (`lookThere`). */
export function takeWay(kind: Parameters<Way['take']>[0]): void {
  agendaOf(window)?.way?.take(kind);
}
export async function stepOn(): Promise<boolean> {
  return (await agendaOf(window)?.way?.step()) ?? false;
}
export async function lookThere(arrived: boolean): Promise<void> {
  await agendaOf(window)?.way?.look(arrived);
}

/** Takes out of sight what stands beside its place at the top of the page and was taken from another screen. */
export function leaveOut(): void {
  agendaOf(window)?.survey?.leaveOut();
}

/** Takes fixed parts out of sight and sticky ones back to their place, for pictures of single screens that go into the whole. */
export function hidePinned(): void {
  const scene = agendaOf(window)?.scene;
  for (const root of scene?.roots() ?? [])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const { position, zIndex } = getComputedStyle(element);
      if (position === 'sticky') scene?.styleScreen(element, { top: 'auto', bottom: 'auto' });
      // What lies behind the page is seen through it.
      else if (position === 'fixed' && !(Number(zIndex) < 0)) scene?.styleScreen(element, { opacity: '0' });
    }
}

/** Takes back what `hidePinned` did. */
export function showPinned(): void {
  agendaOf(window)?.scene?.restoreScreen();
}

/** Where what is taken from the stop at `y` stands now, CSS px of the page. */
export function placesNow(y: number): Place[] {
  return agendaOf(window)?.survey?.placesNow(y) ?? [];
}

/** What the page tells after a way through it; with `kind`, it goes all of that way first. */
export async function tellOfWay(kind?: Parameters<Way['take']>[0]) {
  const agenda = agendaOf(window);
  const survey = agenda?.survey;
  if (kind) {
    agenda?.way?.take(kind);
    await agenda?.way?.walk();
  }
  return {
    ...(agenda?.way?.walked() ?? { px: 0, complete: true, found: [] }),
    waits: survey?.waits() ?? false,
    late: survey?.late() ?? false,
    polls: Math.max(survey?.polls() ?? 0, agenda?.way?.drives() ?? 0),
    misses: survey?.misses() ?? false,
    reacts: survey?.reacts() ?? false,
    hears: agenda?.hearsScroll() ?? false,
    watches: (agenda?.watched() ?? []).some(({ margin }) => margin !== undefined),
  };
}

withAgenda(installWay, takeWay, stepOn, lookThere, leaveOut, hidePinned, showPinned, placesNow, tellOfWay);
