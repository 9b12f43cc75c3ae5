/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Look, type Place, type Survey, withAgenda } from './agenda-parts.js';

/** Begins to note what shows and what vanishes in the main frame while it is scrolled; runs after `installEye`. */
export function installSurvey(): void {
  const agenda = agendaOf(window);
  const scene = agenda?.scene;
  const eye = agenda?.eye;
  if (!agenda || !scene || !eye) return;
  const { inPage, pinned, shown, drawsItself, draws, lookOf, within, overlap } = eye;

  const page = document.scrollingElement ?? document.documentElement;

  /** The part of a page that one element showed at one stop. */
  interface Sighting {
    element: Element;
    /** Where it was, whole. */
    box: Place;
    /** What of that is to be taken from this stop. */
    place: Place;
    /** What its place cannot tell: how opaque it was, and behind which clip. */
    look: Look;
    y: number;
    off: number;
    /** The edge of the screen cut it. */
    cut: boolean;
    /** On which way through the page. */
    way: number;
  }
  let way = 0;
  const best = new Map<string, Sighting>();
  /** The keys of what was seen of each. */
  const places = new WeakMap<Element, string[]>();
  const near = (one: Place | undefined, other: Place) =>
    one !== undefined &&
    Math.abs(one.x + one.width / 2 - other.x - other.width / 2) < Math.max(one.width, other.width) &&
    Math.abs(one.y + one.height / 2 - other.y - other.height / 2) < Math.max(one.height, other.height) / 2;
  const same = (a: Place, b: Place) =>
    Math.abs(a.x - b.x) <= 2 &&
    Math.abs(a.y - b.y) <= 2 &&
    Math.abs(a.width - b.width) <= 2 &&
    Math.abs(a.height - b.height) <= 2;
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

  /** Frames whose own page answers to being seen. */
  const frames = () =>
    scene.roots().flatMap((root) =>
      Array.from(root.querySelectorAll('iframe')).filter((frame) => {
        const mute = frame.getAttribute('sandbox')?.includes('allow-scripts') === false;
        const own = mute ? null : frame.contentDocument && frame.contentWindow;
        return own ? (agendaOf(own)?.watched() ?? []).length > 0 : false;
      }),
    );
  const begin = () => {
    way++;
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
    // What only just begins to come up is as good as there.
    if (document.getAnimations().length > 0) scene.stopAnimations();
    // A header may have become fixed since the last stop.
    eye.movedOn();
    const height = innerHeight;
    const [first, last] = [scrollY <= 0, scrollY + height >= page.scrollHeight - 1];
    const zone = { top: first ? 0 : height / 4, bottom: last ? height : (height * 3) / 4 };
    for (const element of [...touched, ...driven, ...waiting().map((one) => one.element), ...frames()]) {
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
      const clear = Number(getComputedStyle(element).opacity);
      const key = [place.x, place.y, place.width, place.height].map(Math.round).join(' ');
      // It may have moved a little on its way in.
      const own =
        rect.height > height / 2
          ? undefined
          : (places.get(element) ?? []).find((one) => near(best.get(one)?.place, place));
      const before = best.get(key) ?? (own === undefined ? undefined : best.get(own));
      // What is whole on the screen counts first, then what shows more clearly, then a later way, which gives it more time, and the middle.
      const cut = rect.height <= height / 2 && (rect.top < 0 || rect.bottom > height);
      const clearer = before ? clear - before.look.opacity : 1;
      const rank = before && cut !== before.cut ? (cut ? -1 : 1) : Math.abs(clearer) > 0.02 ? clearer : 0;
      if (before && (rank < 0 || (rank === 0 && before.way === way && before.off <= off))) continue;
      if (own !== undefined) best.delete(own);
      places.set(element, [...(places.get(element) ?? []).filter((one) => one !== own), key]);
      best.set(key, { element, box, place, look: lookOf(element), y: scrollY, off, cut, way });
    }
  };
  /** What an observer or a timeline of the page waits for. */
  const waiting = () => [
    ...agenda.watched().filter(({ margin }) => margin !== undefined),
    ...[...driven].map((element) => ({ element, ratio: 0, wanted: 0, margin: '' })),
  ];
  /** What an observer was told of and did not show: it may take its time, or was told too early that it is gone again. */
  const late = () => waiting().filter(({ element, ratio, wanted }) => ratio >= wanted && ratio >= 0 && isLate(element));
  const isLate = (element: Element) => !driven.has(element) && !seen.has(element) && !shown(element) && draws(element);
  /** Whether a script looks by itself, now and then, where the page stands. */
  const looks = () => agenda.activity().held > 0 || agenda.activity().period > 0;
  const everything = () => scene.roots().flatMap((root) => Array.from(root.querySelectorAll('*')));
  /** What keeps a place of the page for itself and shows nothing there: it may wait for a listener that takes its time. */
  const hiddenInFlow = () =>
    everything().filter((element) => {
      const { position, opacity, visibility } = getComputedStyle(element);
      if (seen.has(element)) return false;
      if ((opacity !== '0' && visibility === 'visible') || !/static|relative/.test(position)) return false;
      const { width, height } = element.getBoundingClientRect();
      return width * height > 1000 && !pinned(element) && draws(element);
    });
  const answers = agenda.hearsScroll() || looks();
  const hiddenAtFirst = answers ? hiddenInFlow() : [];
  /** What the first screen shows of some size, in its place on the page. */
  const shownAtFirst = (answers ? everything() : [])
    .map((element) => ({ element, box: inPage(element.getBoundingClientRect()) }))
    .filter(({ element, box: { y, width, height } }) => {
      if (width * height < 10_000 || y >= innerHeight || y + height <= 0 || !drawsItself(element)) return false;
      return /static|relative/.test(getComputedStyle(element).position) && !pinned(element) && shown(element);
    });
  /** What was only half there where it was seen: it may be whole in the middle of the screen. */
  const half = () =>
    [...best.values()]
      .filter(({ look, off, element }) => look.opacity < 0.98 && off > 4 && element.isConnected)
      .map(({ element }) => ({ element, ratio: 0, wanted: 0, margin: '' }));
  const unvisited = () => [...stillWaiting(), ...half()];
  const stillWaiting = () =>
    waiting().filter(({ element, ratio, wanted }) =>
      ratio >= wanted && ratio >= 0
        ? driven.has(element)
          ? !seen.has(element)
          : isLate(element)
        : ratio < 0 || !shown(element),
    );

  /** What shows something else at the top of the page than it did: it may take turns with others, or wait to be seen again. */
  let doubtful: Sighting[] = [];
  /** What stands beside its place out of sight, and may be taken from where it stood in it. */
  const shifted = new Map<Sighting, Element[]>();
  const taken = new Set<Element>();
  /** What is taken from the stops. */
  const stopped: Sighting[] = [];
  /** Whether there is, at that place, what was there: the same words and the same picture. */
  const showsAgain = ({ element, box, look }: Sighting) =>
    scene.roots().some((root) =>
      Array.from(root.querySelectorAll(element.localName)).some((other) => {
        const at = inPage(other.getBoundingClientRect());
        if (Math.abs(at.x - box.x) + Math.abs(at.y - box.y) > 4 || Math.abs(at.height - box.height) > 2) return false;
        const now = lookOf(other);
        const stands = now.beside.size <= look.beside.size;
        return (
          shown(other) && stands && now.text === look.text && now.picture === look.picture && now.parts >= look.parts
        );
      }),
    );

  const survey: Survey = {
    sight,
    begin,
    saw: (element) => seen.has(element),
    unvisited,
    waits: () => unvisited().length > 0,
    reacts: () => best.size > 0 || driven.size > 0 || ((agenda.hearsScroll() || looks()) && hiddenInFlow().length > 0),
    late: () => late().length > 0,
    polls: () => (looks() && hiddenInFlow().length > 0 ? agenda.activity().period + 50 : 0),
    misses: () => hiddenInFlow().length > 0 || late().length > 0,
    end() {
      eye.movedOn();
      note(observer.takeRecords());
      observer.disconnect();
      let drawn: { element: Element; box: Place }[] | undefined;
      const all = () => {
        drawn ??= everything()
          .filter((element) => !pinned(element) && shown(element) && drawsItself(element))
          .map((element) => ({ element, box: inPage(element.getBoundingClientRect()) }));
        return drawn;
      };
      // Something of about the same size that stands in its place now: a slide after a slide, a row that was drawn anew.
      const replaced = ({ element, box }: Pick<Sighting, 'element' | 'box'>) =>
        all().some(
          (other) =>
            other.element !== element &&
            other.box.width * other.box.height <= 2 * box.width * box.height &&
            overlap(other.box, box) >= 0.5 * box.width * box.height &&
            !within(element, other.element),
        );
      // Made small to nothing, or moved out of the page.
      const gone = (element: Element, box: Place) => {
        const { x, y, width, height } = inPage(element.getBoundingClientRect());
        const out = x + width <= 0 || y + height <= 0 || x >= Math.max(page.scrollWidth, innerWidth);
        return out || width * height < 0.1 * box.width * box.height || !eye.uncut(element);
      };
      const vanished = (one: Sighting) => {
        const { element, box, look } = one;
        if (!element.isConnected || !shown(element)) {
          if (!replaced(one)) return true;
          doubtful.push(one);
          return false;
        }
        const now = lookOf(element);
        if (driven.has(element) && now.opacity < look.opacity - 0.02) return true;
        if (now.opacity < look.opacity * 0.7 || now.clip !== look.clip) return true;
        if (now.parts < look.parts * 0.9 && now.text === look.text) return true;
        if (gone(element, box)) return true;
        const beside = [...now.beside].filter((part) => !look.beside.has(part));
        if (beside.length > 0) {
          shifted.set(one, beside);
          doubtful.push(one);
          return false;
        }
        if (now.picture !== look.picture && look.picture !== '' && now.text === look.text) {
          doubtful.push(one);
          return false;
        }
        // One that only moved is in the picture where it is now; a row that was used again shows something else there.
        return now.text !== look.text && !same(inPage(element.getBoundingClientRect()), box) && !replaced(one);
      };
      const stops = new Map<number, Place[]>();
      for (const one of best.values()) {
        // What is best seen from the top is in the picture from there.
        if (one.y <= 0 || !vanished(one)) continue;
        stopped.push(one);
        stops.set(one.y, [...(stops.get(one.y) ?? []), one.place]);
      }
      const whole = { x: 0, y: 0, width: page.scrollWidth, height: page.scrollHeight };
      const hidden = (element: Element) => {
        const box = inPage(element.getBoundingClientRect());
        const inside = box.width >= 8 && box.height >= 8 && overlap(box, whole) > 0;
        return inside && !seen.has(element) && !shown(element) && !pinned(element) && draws(element);
      };
      // Where one of a kind came up when it was scrolled to, its brothers and sisters wait for the same; not those that lie in its place.
      const kinds = new Map<Element, { names: Set<string>; boxes: Place[] }>();
      const cameUp = [...[...seen].filter((element) => touched.has(element)), ...hiddenAtFirst.filter(shown)];
      for (const element of cameUp) {
        const parent = element.parentElement;
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
      const lost = shownAtFirst.filter(
        ({ element }) => touched.has(element) && !seen.has(element) && !left.includes(element) && !shown(element),
      );
      for (const { element } of lost.filter((one) => one.element.isConnected && !replaced(one)))
        unseen.push({
          selector: scene.nameOf(element) ?? element.localName,
          reason: 'it showed before the page was scrolled, and does not when it is scrolled back',
        });
      doubtful = doubtful.filter((one) => !showsAgain(one));
      return {
        stops: [...stops].map(([y, places]) => ({ y, places })).sort((one, other) => one.y - other.y),
        unseen,
        doubtful: doubtful.length > 0,
      };
    },
    placesNow(y) {
      return stopped
        .filter((one) => one.y === y)
        .map(({ element, box, place }) => {
          const now = inPage(element.getBoundingClientRect());
          const whole = same(box, place) && element.isConnected && shown(element);
          return whole && near(now, place) ? now : place;
        });
    },
    leaveOut() {
      for (const element of taken) scene.style(element, { opacity: '0' });
    },
    doubts: () => [...new Set(doubtful.map((one) => one.y))],
    proven(y) {
      const here = doubtful.filter((one) => one.y === y);
      const again = here.filter(showsAgain);
      stopped.push(...again);
      for (const one of again) for (const part of shifted.get(one) ?? []) taken.add(part);
      return { all: again.length === here.length, places: again.map(({ place }) => place) };
    },
  };
  agenda.survey = survey;
}

withAgenda(installSurvey);
