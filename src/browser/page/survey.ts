/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Agenda } from './agenda.js';
import type { Place, Survey } from './agenda-parts.js';

/** Begins to note what scrolling changes in the main frame. */
export function installSurvey(): void {
  const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
  const scene = agenda?.scene;
  if (!agenda || !scene) return;
  const MOST_VISITS = 60;
  const MOST_PARTS = 200;
  const page = document.scrollingElement ?? document.documentElement;
  const paint = () =>
    new Promise<void>((resolve) => {
      agenda.native.requestAnimationFrame(() => resolve());
      // Only a page that draws nothing gets here: a slow frame must not count as one that never comes.
      agenda.native.setTimeout(resolve, 1000);
    });
  const pause = (ms: number) => new Promise<void>((resolve) => agenda.native.setTimeout(resolve, ms));

  /** The part of a page that one element showed at one stop. */
  interface Sighting {
    element: Element;
    /** Where it was, whole. */
    box: Place;
    /** What of that is to be taken from this stop. */
    place: Place;
    /** What its place cannot tell: how opaque it was, and behind which clip. */
    look: { opacity: number; clip: string; text: string; parts: number };
    y: number;
    off: number;
  }
  const best = new Map<string, Sighting>();
  const seen = new Set<Element>();
  const touched = new Set<Element>();
  const driven = new Set<Element>();
  const note = (records: MutationRecord[]) => {
    for (const { type, target, addedNodes } of records) {
      if (type === 'attributes') touched.add(target as Element);
      else if (type === 'characterData') target.parentElement && touched.add(target.parentElement);
      else if (target instanceof Element && target.namespaceURI === 'http://www.w3.org/1999/xhtml') {
        let elements = 0;
        for (const node of Array.from(addedNodes)) {
          if (!(node instanceof Element)) continue;
          touched.add(node);
          elements++;
        }
        if (elements === 0) touched.add(target);
      }
    }
  };
  const observer = new MutationObserver(note);
  for (const root of scene.roots())
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });

  const inPage = (box: DOMRect): Place => ({
    x: box.x + scrollX,
    y: box.y + scrollY,
    width: box.width,
    height: box.height,
  });
  const above = (element: Element): Element | null => {
    const parent = element.assignedSlot ?? element.parentNode;
    return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
  };
  // Fixed and sticky parts go along with the screen: they are no part of one place of the page.
  const goesAlong = new Map<Element, boolean>();
  const pinned = (element: Element): boolean => {
    let known = goesAlong.get(element);
    if (known === undefined) {
      const parent = above(element);
      known = /fixed|sticky/.test(getComputedStyle(element).position) || (parent !== null && pinned(parent));
      goesAlong.set(element, known);
    }
    return known;
  };
  const shown = (element: Element) => {
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: false }))
      return false;
    // Parts that wait behind a clip of nothing are as good as transparent.
    return !/inset\([^)]*100%/.test(getComputedStyle(element).clipPath);
  };
  const drawsItself = (element: Element) => {
    if (/^(?:img|svg|canvas|video|iframe|input|button|select|textarea|object|embed|hr)$/.test(element.localName))
      return true;
    if (
      Array.from(element.childNodes).some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.nodeValue ?? '').trim() !== '',
      )
    )
      return true;
    const { backgroundColor, backgroundImage, borderTopWidth } = getComputedStyle(element);
    return (
      backgroundImage !== 'none' || !/^(?:transparent|rgba\(.*, 0\))$/.test(backgroundColor) || borderTopWidth !== '0px'
    );
  };
  const draws = (element: Element) =>
    drawsItself(element) ||
    (element.textContent ?? '').trim() !== '' ||
    element.querySelector('img,svg,canvas,video,iframe,input,button') !== null ||
    Array.from(element.querySelectorAll('*')).some(drawsItself);
  const lookOf = (element: Element) => {
    const { opacity, clipPath } = getComputedStyle(element);
    // A class of its own may bring up what is in it.
    const parts = Array.from(element.querySelectorAll('*')).slice(0, MOST_PARTS).filter(shown).length;
    return { opacity: Number(opacity), clip: clipPath, text: (element.textContent ?? '').slice(0, 200), parts };
  };
  const findDriven = () => {
    for (const root of scene.roots())
      for (const { timeline, effect } of root.getAnimations())
        if (
          timeline !== null &&
          !(timeline instanceof DocumentTimeline) &&
          effect instanceof KeyframeEffect &&
          effect.target &&
          !pinned(effect.target)
        )
          driven.add(effect.target);
  };

  const sight = () => {
    note(observer.takeRecords());
    // A header may have become fixed since the last stop.
    goesAlong.clear();
    const height = innerHeight;
    const [first, last] = [scrollY <= 0, scrollY + height >= page.scrollHeight - 1];
    const zone = { top: first ? 0 : height / 4, bottom: last ? height : (height * 3) / 4 };
    for (const element of [...touched, ...driven, ...waiting().map((one) => one.element)]) {
      // What the whole page is told concerns all of it, and none of its places.
      if (!element.isConnected || element === document.documentElement || element === document.body) {
        touched.delete(element);
        continue;
      }
      const rect = element.getBoundingClientRect();
      if (
        rect.bottom <= 0 ||
        rect.top >= height ||
        rect.right <= 0 ||
        rect.left >= innerWidth ||
        rect.width * rect.height < 1
      )
        continue;
      if (pinned(element) || !shown(element) || !draws(element)) continue;
      const box = inPage(rect);
      let place = box;
      let off = Math.abs(rect.top + rect.height / 2 - height / 2);
      if (rect.height > height / 2) {
        // Too tall for one screen: each stop gives the middle of it.
        const [top, bottom] = [Math.max(rect.top, zone.top), Math.min(rect.bottom, zone.bottom)];
        if (bottom <= top) continue;
        place = { ...box, y: top + scrollY, height: bottom - top };
        off = 0;
      }
      seen.add(element);
      const key = [place.x, place.y, place.width, place.height].map(Math.round).join(' ');
      const before = best.get(key);
      if (before && before.off <= off) continue;
      best.set(key, { element, box, place, look: lookOf(element), y: scrollY, off });
    }
  };
  /** What an observer or a timeline of the page waits for. */
  const waiting = () => [
    ...agenda.watched().filter(({ margin }) => margin !== undefined),
    ...[...driven].map((element) => ({ element, ratio: 0, wanted: 0, margin: '' })),
  ];
  /** Whether something keeps a place of the page for itself and shows nothing there: it may wait for a listener that takes its time. */
  const hiddenInFlow = () =>
    scene.roots().some((root) =>
      Array.from(root.querySelectorAll('*')).some((element) => {
        const { position, opacity, visibility } = getComputedStyle(element);
        if ((opacity !== '0' && visibility === 'visible') || !/static|relative/.test(position)) return false;
        const { width, height } = element.getBoundingClientRect();
        return width * height > 1000 && !pinned(element) && draws(element);
      }),
    );
  const settle = async (dwellMs: number) => {
    // One frame for the scroll, one for what the observers do.
    await paint();
    await paint();
    if (dwellMs > 0) await pause(dwellMs);
    for (let ms = 0; dwellMs > 0 && ms < 600 && agenda.activity().timers > 0; ms += 40) await pause(40);
    sight();
  };

  const unvisited = () =>
    waiting().filter(({ element, ratio, wanted }) =>
      ratio >= wanted && ratio >= 0 ? driven.has(element) && !seen.has(element) : ratio < 0 || !shown(element),
    );
  /** Visits on the way may have shown it. */
  const stillWaits = (element: Element) => unvisited().some((one) => one.element === element);

  const survey: Survey = {
    async pass({ step, dwellMs, maxPx }) {
      findDriven();
      const end = () => page.scrollHeight - page.clientHeight;
      let reached = 0;
      page.scrollTo({ top: 0, behavior: 'instant' });
      if (dwellMs > 0 || step < 1) await settle(dwellMs);
      while (reached < end() && reached < maxPx) {
        reached = Math.min(reached + Math.max(1, Math.floor(page.clientHeight * step)), end(), maxPx);
        page.scrollTo({ top: reached, behavior: 'instant' });
        await settle(dwellMs);
      }
      return { px: Math.round(reached), complete: reached >= end() };
    },
    waits: () => unvisited().length > 0,
    reacts: () => best.size > 0 || driven.size > 0 || (agenda.hearsScroll() && hiddenInFlow()),
    async visit(dwellMs) {
      let [visits, last] = [0, Number.NaN];
      for (const { element, margin } of unvisited()) {
        if (visits >= MOST_VISITS) break;
        if (!stillWaits(element)) continue;
        const rect = element.getBoundingClientRect();
        if (rect.width * rect.height === 0 || pinned(element)) continue;
        const [top = 0, , bottom = 0] = (margin ?? '')
          .split(' ')
          .map(
            (edge) =>
              (edge.endsWith('%') ? (Number.parseFloat(edge) / 100) * innerHeight : Number.parseFloat(edge)) || 0,
          );
        const middle = (-top + innerHeight + bottom) / 2;
        const y = Math.min(
          Math.max(0, rect.top + scrollY + rect.height / 2 - middle),
          page.scrollHeight - page.clientHeight,
        );
        if (Math.abs(y - last) < 2) continue;
        last = y;
        visits++;
        page.scrollTo({ top: y, behavior: 'instant' });
        await settle(dwellMs);
      }
    },
    end() {
      goesAlong.clear();
      note(observer.takeRecords());
      observer.disconnect();
      const within = (one: Element, other: Element) => {
        for (let at: Element | null = one; at; at = above(at)) if (at === other) return true;
        return false;
      };
      let drawn: { element: Element; box: Place }[] | undefined;
      const all = () => {
        drawn ??= scene.roots().flatMap((root) =>
          Array.from(root.querySelectorAll('*'))
            .filter((element) => !pinned(element) && shown(element) && drawsItself(element))
            .map((element) => ({ element, box: inPage(element.getBoundingClientRect()) })),
        );
        return drawn;
      };
      const overlap = (a: Place, b: Place) =>
        Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
        Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
      const same = (a: Place, b: Place) =>
        Math.abs(a.x - b.x) <= 2 &&
        Math.abs(a.y - b.y) <= 2 &&
        Math.abs(a.width - b.width) <= 2 &&
        Math.abs(a.height - b.height) <= 2;
      // Something of about the same size that stands in its place now: a slide after a slide, a row that was drawn anew.
      const replaced = ({ element, box }: Sighting) =>
        all().some(
          (other) =>
            other.element !== element &&
            other.box.width * other.box.height <= 2 * box.width * box.height &&
            overlap(other.box, box) >= 0.5 * box.width * box.height &&
            !within(element, other.element),
        );
      const vanished = (one: Sighting) => {
        const { element, box, look } = one;
        if (!element.isConnected || !shown(element)) return !replaced(one);
        const now = lookOf(element);
        if (driven.has(element) && now.opacity < look.opacity - 0.02) return true;
        if (now.opacity < look.opacity * 0.7 || now.clip !== look.clip) return true;
        if (now.parts < look.parts * 0.9 && now.text === look.text) return true;
        // One that only moved is in the picture where it is now; a row that was used again shows something else there.
        return now.text !== look.text && !same(inPage(element.getBoundingClientRect()), box) && !replaced(one);
      };
      const stops = new Map<number, Place[]>();
      for (const one of best.values()) {
        // What is best seen from the top is in the picture from there.
        if (one.y <= 0 || !vanished(one)) continue;
        stops.set(one.y, [...(stops.get(one.y) ?? []), one.place]);
      }
      const whole = { width: page.scrollWidth, height: page.scrollHeight };
      const hidden = (element: Element) => {
        const box = inPage(element.getBoundingClientRect());
        const inside =
          box.width >= 8 &&
          box.height >= 8 &&
          box.x < whole.width &&
          box.y < whole.height &&
          box.x + box.width > 0 &&
          box.y + box.height > 0;
        return inside && !seen.has(element) && !shown(element) && !pinned(element) && draws(element);
      };
      // Where one of a kind came up when it was scrolled to, its brothers and sisters wait for the same; not those that lie in its place.
      const kinds = new Map<Element, { names: Set<string>; boxes: Place[] }>();
      for (const element of seen) {
        const parent = touched.has(element) ? element.parentElement : null;
        if (!parent) continue;
        const kind = kinds.get(parent) ?? { names: new Set<string>(), boxes: [] };
        for (const name of [element.localName, ...element.classList]) kind.names.add(name);
        kind.boxes.push(inPage(element.getBoundingClientRect()));
        kinds.set(parent, kind);
      }
      const kin = [...kinds].flatMap(([parent, { names, boxes }]) =>
        Array.from(parent.children).filter((element) => {
          if (seen.has(element) || shown(element) || !/static|relative/.test(getComputedStyle(element).position))
            return false;
          const box = inPage(element.getBoundingClientRect());
          return (
            [element.localName, ...element.classList].some((name) => names.has(name)) &&
            !boxes.some((one) => overlap(one, box) > 0.2 * box.width * box.height)
          );
        }),
      );
      const left = [...new Set([...waiting().map(({ element }) => element), ...kin])].filter(hidden);
      const unseen = left
        .filter((element) => !left.some((other) => other !== element && within(element, other)))
        .map((element) => ({
          selector: scene.nameOf(element) ?? element.localName,
          reason: 'it waits to be seen, and no scroll position shows it',
        }));
      return { stops: [...stops].map(([y, places]) => ({ y, places })).sort((a, b) => a.y - b.y), unseen };
    },
  };
  agenda.survey = survey;
}
