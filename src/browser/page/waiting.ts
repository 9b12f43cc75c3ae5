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
}

/**
 * What in one frame shows that the page waits for an answer: parts that say they are busy, turning rings, grey shapes in the place of content,
 * short texts like "Loading…", or a main part with nothing in it while nothing else is there. `inWindow`: only what the window shows counts.
 * `meant`: the selector of what is to be photographed, if any. Runs only where a request is open: it looks at every element.
 */
export function showsWaiting({ inWindow, meant }: { inWindow: boolean; meant?: string }): Waiting | undefined {
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
    const box = element.getBoundingClientRect();
    if (box.width < 1 || box.height < 1 || box.right <= 0 || box.left >= innerWidth) return false;
    return element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
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
  let first: Waiting | undefined;
  for (const root of scene?.roots() ?? [document])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      if (/^(?:html|head|meta|link|script|style|title|option)$/.test(element.localName)) continue;
      const says = saysBusy(element) || speaks(element);
      const by = says ? undefined : looksBusy(element);
      if (!(says || by) || !shows(element)) continue;
      const mark = by !== undefined && isMark(element, by);
      if (first && mark) continue;
      const found = { selector: scene?.nameOf(element) ?? element.localName, meant: isMeant(element), mark };
      if (found.meant) return found;
      if (!first || first.mark) first = found;
    }
  if (first && !first.mark) return first;
  const hosts = new Set((scene?.roots() ?? []).flatMap((root) => (root instanceof ShadowRoot ? root.host : [])));
  const isContent = (one: Element) =>
    (one.matches(`${PICTURES},svg`) || scene?.hasWords(one) || hosts.has(one)) && there(one);
  const holds = (main: Element) => isContent(main) || Array.from(main.querySelectorAll('*')).some(isContent);
  // A part kept for dialogs may be empty where another one holds the page; what a page says once it says in its main part, else where its app is drawn.
  const mains = Array.from(document.querySelectorAll('main,[role=main]'));
  const parts = mains.length > 0 ? mains : Array.from(document.querySelectorAll('#root,#app,#__next,#__nuxt'));
  const page = document.body ?? document.documentElement;
  const [empty = page] = parts;
  const bare =
    !parts.some(holds) &&
    !Array.from(page.querySelectorAll('*')).some((one) => isContent(one) && one.closest(BARS) === null);
  return bare ? { selector: scene?.nameOf(empty) ?? empty.localName, meant: false, mark: false } : first;
}

withAgenda(showsWaiting);
