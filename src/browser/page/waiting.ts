/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { withAgenda } from './agenda-parts.js';

/** What shows that a page waits. */
export interface Waiting {
  selector: string;
  /** It is what somebody asked to be in the picture. */
  meant: boolean;
  /** A small sign beside words, or a round one that beats: it may turn as long as the page is there. */
  mark: boolean;
  /** Where no request is open: whether the page shows nothing else besides bars and headings, and whether it is a main part with nothing in it. */
  whole?: boolean;
  empty?: boolean;
}

/**
 * What in one frame shows that the page waits for an answer: parts that say they are busy, turning rings, grey shapes in the place of content,
 * short texts like "Loading…", or a main part with nothing in it while nothing else is there. `inWindow`: only what the window shows counts.
 * `meant`: the selector of what is to be photographed, if any. With a request `open` any sign counts. Without one a page that shows nothing else waits,
 * and so does a part that says what is loading or shows nothing else; pages about such signs show them for their own sake.
 */
export function showsWaiting({
  inWindow,
  meant,
  open,
}: {
  inWindow: boolean;
  meant?: string;
  open: boolean;
}): Waiting | undefined {
  const scene = agendaOf(window)?.scene;
  const NAMES = /^(?:spin|spinner|spinning|skeleton|skel|shimmer|loader|loading|preloader|throbber)$/;
  // These names stand for looks, too: they count for shapes of some size only.
  const LOOKS = /^(?:pulse|glow|wave|placeholder|ghost|bone|animated)$/;
  const WORDS =
    /^(?:(?:(?:still |now )?(?:loading|fetching)|please wait|just a moment|one moment|(?:wird |daten werden )?geladen|lädt|lade|bitte warten|einen moment|chargement|veuillez patienter|cargando|espere|un momento|caricamento|attendere|carregando|aguarde|even geduld|ładowanie|wczytywanie|proszę czekać|загрузка|подождите|завантаження|yükleniyor|laddar|indlæser|laster|ladataan|načítání|betöltés|se încarcă|φόρτωση)(?!\p{L})|로딩|불러오는|読み込み|ロード中|加载|正在加载|載入|جار|טוען|लोड)/iu;
  const PICTURES = 'img,picture,video,canvas,iframe,object,embed,input,textarea,select,button,a[href]';
  const BARS =
    'header,nav,footer,aside,[role=banner],[role=navigation],[role=contentinfo],[role=complementary],noscript,template';
  const PRESSED = 'button,a,label,summary,[role=button]';
  const textOf = (node: Node | null) => (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const there = (element: Element) => {
    // A form answers with its fields where they are called like what is asked.
    const { getBoundingClientRect: boxOf, checkVisibility: isThere } = Element.prototype;
    const box = boxOf.call(element);
    if (box.width < 1 || box.height < 1 || box.right <= 0 || box.left >= innerWidth) return false;
    return isThere.call(element, { checkOpacity: true, checkVisibilityCSS: true });
  };
  const shows = (element: Element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return !(inWindow && (bottom <= 0 || top >= innerHeight)) && there(element);
  };
  const wordless = (element: Element) => textOf(element).length <= 40 && element.querySelector(PICTURES) === null;
  /** The words that names are made of: `MuiSkeleton-root`, `animate-spin`, `sl-spinner`. */
  const namesOf = (element: Element) =>
    [element.localName, element.id, element.getAttribute('class') ?? '', element.getAttribute('data-testid') ?? '']
      .join(' ')
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z]+/);
  const isRound = (style: CSSStyleDeclaration, box: DOMRect) => {
    const radius = Number.parseFloat(style.borderTopLeftRadius);
    return style.borderTopLeftRadius.endsWith('%') ? radius >= 50 : radius >= box.width / 2;
  };
  /** A round line of which one side has another colour. */
  const isRing = (style: CSSStyleDeclaration, box: DOMRect) => {
    const sides = [style.borderTopColor, style.borderRightColor, style.borderBottomColor, style.borderLeftColor];
    const wide = Number.parseFloat(style.borderTopWidth) >= 1 && box.width < 160;
    return wide && isRound(style, box) && new Set(sides).size > 1;
  };
  const saysBusy = (element: Element) => {
    if (element.getAttribute('aria-busy') === 'true') return true;
    if (element.localName === 'progress') return !element.hasAttribute('value');
    return element.getAttribute('role') === 'progressbar' && !element.hasAttribute('aria-valuenow');
  };
  /** By its `name`, or by its `look` alone. */
  const looksBusy = (element: Element): 'name' | 'look' | undefined => {
    const names = namesOf(element);
    const leaf = element.childElementCount === 0;
    const named = names.some((name) => NAMES.test(name));
    const looks = names.some((name) => LOOKS.test(name));
    if ((!named && !looks && !leaf) || !wordless(element)) return undefined;
    if (named) return 'name';
    const box = element.getBoundingClientRect();
    const large = box.width * box.height >= 1000 && textOf(element) === '';
    if (large && looks) return 'look';
    if (!leaf) return undefined;
    const style = getComputedStyle(element);
    const endless = style.animationIterationCount.includes('infinite') && style.animationName !== 'none';
    if (isRing(style, box)) return 'name';
    return large && endless && style.backgroundImage.includes('gradient') ? 'look' : undefined;
  };
  /** A short text of its own that begins with such words, or a label. */
  const speaks = (element: Element) => {
    const label = element.getAttribute('aria-label') ?? element.querySelector(':scope > title')?.textContent ?? '';
    if (WORDS.test(label.trim())) return true;
    const words = scene?.hasWords(element) ? textOf(element) : '';
    const short = words.length > 0 && (words.length <= 24 || (words.length <= 60 && /(?:…|\.\.\.)$/.test(words)));
    return short && WORDS.test(words) && element.closest('a,button,label') === null;
  };
  /** Words on the line of a sign: a text beside it, or in a row about it that is not much taller. */
  const besideWords = (element: Element, { height }: DOMRect) => {
    const own = textOf(element);
    for (const node of [element.previousSibling, element.nextSibling])
      if (node?.nodeType === Node.TEXT_NODE && textOf(node) !== '') return true;
    for (let row = element.parentElement; row; row = row.parentElement) {
      if (row.getBoundingClientRect().height > Math.max(64, 3 * height)) return false;
      if (textOf(row).length > own.length) return true;
    }
    return false;
  };
  const isMark = (element: Element, by: 'name' | 'look') => {
    const box = element.getBoundingClientRect();
    if (by === 'look' && isRound(getComputedStyle(element), box)) return true;
    if (Math.max(box.width, box.height) >= 24) return false;
    return element.closest(PRESSED) !== null || besideWords(element, box);
  };
  const isMeant = (element: Element) => {
    try {
      return meant !== undefined && element.matches(meant);
    } catch {
      // A selector of Playwright's own kind: nothing that a page can look for.
      return false;
    }
  };
  const page = document.body ?? document.documentElement;
  const roots = scene?.roots() ?? [document];
  /** What a page without any of it cannot show; asked before each element is looked at, where nothing else speaks for it. */
  const mayWait = () => {
    const text = textOf(page);
    const hints = ['spin', 'skel', 'shimmer', 'load', 'throbber', 'busy', 'progress'].flatMap((word) =>
      ['class', 'id', 'data-testid', 'role', 'aria-busy'].map((name) => `[${name}*=${word} i]`),
    );
    const hint = ['[aria-busy=true]', 'progress', ...hints].join(',');
    return (
      text.length < 400 ||
      new RegExp(WORDS.source.slice(1), 'iu').test(text) ||
      roots.some((root) => root.querySelector(hint) !== null)
    );
  };
  const tell = (element: Element, mark = false): Waiting => ({
    selector: scene?.nameOf(element) ?? element.localName,
    meant: isMeant(element),
    mark,
  });
  const signs: { element: Element; how: 'busy' | 'words' | 'name' | 'look' }[] = [];
  let first: Waiting | undefined;
  for (const root of open || mayWait() ? roots : [])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      if (/^(?:html|head|meta|link|script|style|title|option|noscript)$/.test(element.localName)) continue;
      const how = saysBusy(element) ? 'busy' : speaks(element) ? 'words' : looksBusy(element);
      if (!how || !shows(element)) continue;
      const mark = (how === 'name' || how === 'look') && isMark(element, how);
      if (!mark) signs.push({ element, how });
      if ((first && mark) || (first && !open)) continue;
      const found = tell(element, mark);
      if (found.meant || (open && !mark && meant === undefined)) return found;
      if (!first || first.mark) first = found;
    }
  if (open && first && !first.mark) return first;
  const hosts = new Set(roots.flatMap((root) => (root instanceof ShadowRoot ? root.host : [])));
  const isContent = (one: Element) =>
    (one.matches(`${PICTURES},svg`) || scene?.hasWords(one) || hosts.has(one)) && there(one);
  const holds = (main: Element) => isContent(main) || Array.from(main.querySelectorAll('*')).some(isContent);
  const area = ({ width, height }: DOMRect) => width * height;
  const screen = innerWidth * innerHeight;
  /** The share of the window that its largest rectangle takes in which none of these lies. */
  const bare = (elements: Element[]) => {
    const [COLUMNS, ROWS] = [20, 14];
    const cells = Array.from({ length: ROWS }, () => new Array<boolean>(COLUMNS).fill(true));
    for (const element of elements) {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      for (
        let row = Math.max(0, Math.floor((top / innerHeight) * ROWS));
        row < ROWS && row * innerHeight < bottom * ROWS;
        row++
      )
        for (
          let at = Math.max(0, Math.floor((left / innerWidth) * COLUMNS));
          at < COLUMNS && at * innerWidth < right * COLUMNS;
          at++
        )
          (cells[row] ?? [])[at] = false;
    }
    let most = 0;
    for (let from = 0; from < ROWS; from++) {
      const free = new Array<boolean>(COLUMNS).fill(true);
      for (let to = from; to < ROWS; to++) {
        let run = 0;
        for (let at = 0; at < COLUMNS; at++) {
          free[at] &&= cells[to]?.[at] === true;
          run = free[at] ? run + 1 : 0;
          most = Math.max(most, run * (to - from + 1));
        }
      }
    }
    return most / (COLUMNS * ROWS);
  };
  const everything = () => roots.flatMap((root) => Array.from(root.querySelectorAll('*')));
  /** A box over the whole window that lets nothing through and lies on top. */
  const covers = (sign: Element) => {
    for (let box: Element | null = sign; box; box = box.parentElement) {
      const { position, backgroundColor } = getComputedStyle(box);
      if (!/fixed|absolute/.test(position) || area(box.getBoundingClientRect()) < 0.9 * screen) continue;
      const over = [0.1, 0.5, 0.9].map((at) => document.elementFromPoint(innerWidth * at, innerHeight * at));
      return !/, 0(?:\.\d+)?\)|transparent/.test(backgroundColor) && over.every((one) => one && box?.contains(one));
    }
    return false;
  };
  /** Without a request that is open: the page waits as a whole, a part of it does, or it only shows what waiting looks like. */
  const alone = (): Waiting | undefined => {
    const [sign] = signs;
    if (!sign) return undefined;
    const told = new Set(
      signs.flatMap(({ element, how }) =>
        how === 'busy' ? [element] : [element, ...Array.from(element.querySelectorAll('*'))],
      ),
    );
    const drawn = everything().filter(
      (one) => !told.has(one) && (one.matches(PICTURES) || scene?.hasWords(one)) && there(one),
    );
    const content = drawn.filter((one) => !one.closest(BARS) && !/^h[1-6]$/.test(one.localName));
    const words = content.reduce((sum, one) => sum + (scene?.hasWords(one) ? textOf(one).length : 0), 0);
    const pictures = content.filter((one) => one.matches('img,picture,svg'));
    const controls = content.filter((one) => one.matches('video,canvas,iframe,object,embed,input,textarea,select'));
    const heads = [document.title, ...Array.from(document.querySelectorAll('h1,h2,h3,h4,h5')).map(textOf)];
    const about = heads.some((one) =>
      /\b(?:spinners?|loaders?|skeletons?|placeholders?|progress(?: bars?)?|loading (?:states?|indicators?))\b/i.test(
        one,
      ),
    );
    const nothing = words < 40 && pictures.length < 2 && controls.length === 0 && bare(drawn) >= 0.5;
    const over = signs.find(({ element }) => covers(element));
    if (over || (nothing && !(about && signs.length > 2))) return { ...tell((over ?? sign).element), whole: true };
    if (about) return undefined;
    /** How much of the window is kept for it and shows nothing else but a heading. */
    const kept = (element: Element) => {
      let at = element;
      const others = (box: Element) => content.some((one) => box.contains(one));
      while (at.parentElement && at.parentElement !== page && !others(at.parentElement)) at = at.parentElement;
      return at.closest(BARS) ? 0 : area(at.getBoundingClientRect()) / screen;
    };
    const part = signs.find(({ element, how }) => {
      if (element.closest(`${PRESSED},${BARS},pre,code,table`) || area(element.getBoundingClientRect()) < 160)
        return false;
      if (content.some((one) => element.contains(one))) return false;
      const more = how === 'words' && /\p{L}{3}/u.test(textOf(element).replace(WORDS, ''));
      // Beside much else it may stand for its own sake.
      return more || ((how === 'busy' || words < 600) && kept(element) >= 0.15);
    });
    return part && { ...tell(part.element), whole: false };
  };
  if (!open && signs.length > 0) return alone();
  // A part kept for dialogs may be empty where another one holds the page; what a page says once it says in its main part, else where its app is drawn.
  const mains = Array.from(document.querySelectorAll('main,[role=main]'));
  const parts = mains.length > 0 ? mains : Array.from(document.querySelectorAll('#root,#app,#__next,#__nuxt'));
  const [empty = page] = parts;
  if ((!open && empty === page) || parts.some(holds)) return open ? first : undefined;
  const left = everything().filter(isContent);
  if (left.some((one) => one.closest(BARS) === null)) return open ? first : undefined;
  if (open) return tell(empty);
  const isPainted = (one: Element) =>
    ['', '::before', '::after'].some((pseudo) => getComputedStyle(one, pseudo).backgroundImage !== 'none');
  // Boxes of colours alone may be a drawing.
  const isColored = (one: Element) =>
    isPainted(one) || !/^(?:transparent|rgba\(.*, 0\))$/.test(getComputedStyle(one).backgroundColor);
  if ([document.documentElement, page, empty].some(isPainted)) return undefined;
  if (Array.from(empty.querySelectorAll('*')).some(isColored) || bare(left) < 0.6) return undefined;
  // Somebody was to fill it: a script, or whoever wrote the name of an app's place.
  const scripted = Array.from(document.scripts).some(
    ({ src, type }) => src !== '' || /^(?:|module|text\/javascript)$/.test(type),
  );
  return { ...tell(empty), whole: scripted, empty: true };
}

withAgenda(showsWaiting);
