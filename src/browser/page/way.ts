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

  // What opens, moves on or measures may keep a place of its own and show nothing there.
  const OTHERS =
    /^(?:collapse|dropdown|menu|submenu|modal|dialog|tooltip|popover|popup|toast|snackbar|drawer|offcanvas|tab|tabpanel|pane|slide|slider|slides|carousel|swiper|splide|glide|sr|screenreader|assistive|preloader|loader|placeholder|skeleton|ghost|print|measure|overlay|hover|lightbox|sizer|error|invalid|feedback|helper)$/;
  const namesOf = (element: Element) =>
    `${element.id} ${element.getAttribute('class') ?? ''} ${element.getAttribute('role') ?? ''}`
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z]+/);
  const isVeiled = (element: Element) => {
    const { opacity, visibility, filter, clipPath } = getComputedStyle(element);
    if (Number(opacity) < 0.02) return '`opacity` is 0';
    if (visibility !== 'visible') return `\`visibility\` is ${visibility}`;
    if (/opacity\(0(?:\.0\d*)?%?\)/.test(filter)) return '`filter` makes it clear';
    if (clipPath !== 'none' && !eye.shown(element)) return '`clip-path` leaves nothing of it';
    const { width, height } = element.getBoundingClientRect();
    const made = width * height < 1 && element instanceof HTMLElement && element.offsetWidth * element.offsetHeight > 0;
    return made ? '`transform` makes it small to nothing' : undefined;
  };
  /** Selectors of rules that bring something up for whoever points, presses or goes there. */
  const byHand = () => {
    const found: string[] = [];
    const read = (rules: CSSRuleList) => {
      for (const rule of Array.from(rules)) {
        if ('cssRules' in rule && !(rule instanceof CSSStyleRule)) read(rule.cssRules as CSSRuleList);
        if (
          !(rule instanceof CSSStyleRule) ||
          !/:(?:hover|focus|checked|target|active|open)|\[open|\[aria-expanded/.test(rule.selectorText)
        )
          continue;
        const { opacity, visibility, clipPath, transform, filter } = rule.style;
        if (opacity || visibility || clipPath || transform || filter)
          found.push(
            rule.selectorText.replace(
              /:(?:hover|focus(?:-within|-visible)?|checked|target|active|open)(?![\w-])|\[(?:open|aria-expanded)[^\]]*\]/g,
              '',
            ),
          );
      }
    };
    for (const root of agenda.scene?.roots() ?? [])
      for (const sheet of [...Array.from(root.styleSheets), ...root.adoptedStyleSheets])
        try {
          read(sheet.cssRules);
        } catch {
          // A sheet of another origin.
        }
    return found;
  };
  const isFor = (selector: string, element: Element) => {
    try {
      return element.matches(selector) || element.querySelector(selector) !== null;
    } catch {
      // What is left of it is no selector.
      return false;
    }
  };
  const MOST_VEILED = 40;
  const never = () => {
    const screen = innerWidth * Math.min(innerHeight, Math.max(600, innerWidth));
    const veiled: { element: Element; how: string; size: number }[] = [];
    const below = (element: Element): Element[] => Array.from(Reflect.get(Element.prototype, 'children', element));
    const look = (element: Element) => {
      // A form answers with its fields where they are called like what is asked: only what it holds is looked at.
      if (element instanceof HTMLFormElement) return below(element).forEach(look);
      const { offsetWidth: width = 0, offsetHeight: height = 0 } = element as HTMLElement;
      // What is small holds nothing large, but for a box of no size.
      if ((width * height > 0 && width * height < 0.05 * screen) || !element.checkVisibility()) return;
      const how = isVeiled(element);
      // What it holds may be shown all the same.
      const all = how ? Array.from(element.querySelectorAll('*')) : [];
      const anyway = (one: Element) => how?.includes('visibility') && eye.shown(one) && eye.drawsItself(one);
      const comes = how && !all.some((one) => survey.saw(one) || anyway(one));
      if (!how || !comes) {
        for (const child of Array.from(element.children)) look(child);
        return;
      }
      const words = (element.textContent ?? '').replace(/\s+/g, ' ').trim().length;
      if (width < 100 || height < 40 || survey.saw(element)) return;
      if (!/static|relative/.test(getComputedStyle(element).position) || eye.pinned(element)) return;
      if (words < 20 && !all.some((one) => /^(?:img|button|a|picture|canvas|video)$/.test(one.localName))) return;
      if (element.closest('[aria-hidden=true],[inert],dialog,[popover],[role=alert],[role=status],fieldset,label'))
        return;
      for (let at: Element | null = element, up = 0; at && up < 4 && at !== document.body; at = eye.above(at), up++)
        if (namesOf(at).some((name) => OTHERS.test(name))) return;
      veiled.push({ element, how, size: width * height });
    };
    for (const root of agenda.scene?.roots() ?? []) for (const one of Array.from(root.children)) look(one);
    if (veiled.length === 0) return [];
    veiled.splice(MOST_VEILED);
    const shown = (agenda.scene?.roots() ?? [])
      .flatMap((root) => Array.from(root.querySelectorAll('*')))
      .filter((one) => eye.shown(one) && eye.drawsItself(one) && !eye.pinned(one))
      .map((one) => ({ one, place: eye.inPage(one.getBoundingClientRect()) }));
    const hands = byHand();
    const left = veiled.filter(({ element, size }) => {
      const box = eye.inPage(element.getBoundingClientRect());
      const takes = (other: Element, place: Place) =>
        place.width * place.height <= 2 * size && eye.overlap(place, box) >= 0.5 * size && !eye.within(element, other);
      const takenBy = (other: Element) => takes(other, eye.inPage(other.getBoundingClientRect()));
      const opened = element.id !== '' && [
        `[aria-controls~="${CSS.escape(element.id)}"]`,
        `[data-target="#${CSS.escape(element.id)}"]`,
        `[data-bs-target="#${CSS.escape(element.id)}"]`,
      ];
      const off =
        box.width * box.height > 1 &&
        (!eye.uncut(element) || box.x + box.width <= 0 || box.x >= page.scrollWidth || box.y + box.height <= 0);
      const brothers = Array.from(element.parentElement?.children ?? []).some(
        (other) => other !== element && eye.shown(other) && takenBy(other),
      );
      return (
        !off &&
        !brothers &&
        !shown.some(({ one, place }) => takes(one, place)) &&
        !(opened && document.querySelector(opened.join(','))) &&
        !hands.some((one) => isFor(one, element))
      );
    });
    const total = left.reduce((sum, { size }) => sum + size, 0);
    return left.slice(0, 10).map(({ element, how, size }) => {
      const alike = (other: Element) => other.localName === element.localName && other.className === element.className;
      const kin = left.some((other) => other.element !== element && alike(other.element));
      const main = element.matches('main,h1') || element.querySelector('main,h1') !== null || size >= 0.5 * screen;
      const reason = `it keeps ${element.clientWidth} x ${element.clientHeight} px of the page and is never shown: its ${how}`;
      const sure = total >= 0.25 * screen && (kin || main);
      return {
        selector: agenda.scene?.nameOf(element) ?? element.localName,
        reason,
        ...(sure ? {} : { likely: true }),
      };
    });
  };

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
    never,
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

withAgenda(installWay, takeWay, stepOn, lookThere, leaveOut, placesNow, tellOfWay);
