/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { SpokenPage } from '../../core/page-kind.js';
import type { Standing } from '../refused-inside.js';

/** The parts of a page that open and close, as they are in view now: each with its role and what it is called. */
export type PartsInView = () => Map<Element, string>;
/** The words that are shown inside of open shadow trees, which the text of the document leaves out. */
export type ShadowText = () => string;

/**
 * Puts a function that reads the parts of the page into the witness's world, under `Symbol.for('codeloop.parts')`: menus, dialogs, drawers
 * and the like, by their role, or by a class or id that says what they are; and under `Symbol.for('codeloop.shadow-text')` one that reads shadow trees. Reads only.
 */
export function installParts({ most, maxLength }: { most: number; maxLength: number }): void {
  const words =
    'menu dropdown dialog modal drawer sidebar panel popover popup tooltip toast accordion flyout lightbox offcanvas'.split(
      ' ',
    );
  const roles = 'menu dialog alertdialog listbox tooltip alert status tabpanel region tree grid'.split(' ');
  const selector = [
    ...roles.map((role) => `[role=${role}]`),
    'dialog[open], details[open], [popover]',
    ...words.flatMap((word) => [`[class*=${word} i]`, `[id*=${word} i]`]),
  ].join(', ');
  // `nav-item dropdown` is not a dropdown, and neither is a button that opens one.
  const asWord = (element: Element) => {
    const names = `${element.getAttribute('class') ?? ''} ${element.id}`;
    const last = names.split(/\s+/).map((name) => /([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '');
    return words.find((word) => last.some((name) => name === word || name.endsWith(word)));
  };
  const inView = (element: Element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return right - left > 4 && bottom - top > 4 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  };
  const calledOf = (element: Element) => {
    const by = element.getAttribute('aria-labelledby')?.split(/\s+/)[0];
    const head = (by && document.getElementById(by)) || element.querySelector('h1, h2, h3, h4, summary, legend');
    return element.getAttribute('aria-label') || head?.textContent || element.id.replace(/[-_]+/g, ' ');
  };
  const read: PartsInView = () => {
    const found = new Map<Element, string>();
    for (const element of [...document.querySelectorAll(selector)].slice(0, most * 5)) {
      if (found.size === most) break;
      if (element.matches('a, button, input, [role=button]')) continue;
      const kind =
        element.getAttribute('role') ??
        asWord(element) ??
        (element.matches('dialog, details, [popover]') ? element.localName : undefined);
      if (kind === undefined || !inView(element)) continue;
      const alike =
        kind === 'modal' || kind === 'dialog' || kind === 'alertdialog'
          ? 'dialog modal popup'
          : kind === 'listbox' || kind === 'dropdown'
            ? 'menu dropdown list'
            : kind;
      found.set(element, `${alike} ${calledOf(element)}`.replace(/\s+/g, ' ').trim().slice(0, maxLength));
    }
    return found;
  };
  const shadowText = (root: Document | ShadowRoot = document): string => {
    const all = root.querySelectorAll('*');
    // A document of so many elements would be held up by each reading.
    if (all.length > most * 500) return '';
    const texts: string[] = [];
    for (const { shadowRoot } of all) {
      if (!shadowRoot) continue;
      for (const child of shadowRoot.children) {
        // What is not drawn at all says all its words to `innerText`.
        if (!(child instanceof HTMLElement) || child.matches('style, script') || !child.checkVisibility()) continue;
        // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
        texts.push(child.innerText);
      }
      texts.push(shadowText(shadowRoot));
    }
    return texts.join('\n');
  };
  Reflect.set(globalThis, Symbol.for('codeloop.parts'), read);
  Reflect.set(globalThis, Symbol.for('codeloop.shadow-text'), () => shadowText());
}

/** Returns what a page says where it may be an error page. Runs inside the page; reads only. */
export function readSpoken(): SpokenPage {
  const most = { lines: 8, letters: 400, elements: 400 };
  const whole = (text: string) => text.replace(/\s+/g, ' ').trim();
  const tidy = (text: string) => whole(text).slice(0, 200);
  const shown = (element: Element) => element.checkVisibility?.({ checkVisibilityCSS: true }) ?? true;
  const shownText = (element: Element) =>
    // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
    element instanceof HTMLElement ? element.innerText : (element.textContent ?? '');
  const linesOf = (element: Element) => shownText(element).slice(0, 50_000).split('\n').map(whole).filter(Boolean);
  const type = document.contentType;
  const body = document.body ?? document.documentElement;
  const said: SpokenPage = {
    type,
    title: String(document.title),
    heads: [],
    lines: [],
    few: false,
    code: '',
    dressed: false,
    overlays: [],
    told: [],
    failed: [],
  };
  if (!body) return said;
  const text = body.textContent ?? '';
  if (!/html/.test(type)) {
    // The browser shows a bare tree in a page of its own.
    const xml = document.querySelector('#webkit-xml-viewer-source-xml > *') ?? document.documentElement;
    return {
      ...said,
      code: (xml.localName === 'Error' ? `<Error> ${xml.textContent ?? ''}` : text).trim().slice(0, 4000),
    };
  }

  const CODE = 'pre,code,samp,kbd,textarea,blockquote,xmp,[contenteditable]';
  const mains = [...document.querySelectorAll('main,[role=main]')].filter(shown);
  const content = mains.length === 1 && mains[0] ? mains[0] : body;
  const bars = 'header nav,nav,footer,aside,[role=navigation],[role=contentinfo],noscript';
  said.heads = [...content.querySelectorAll('h1,h2,h3')]
    .filter((head) => shown(head) && !head.closest(bars))
    .slice(0, 3)
    .map((head) => tidy(shownText(head)))
    .filter(Boolean);
  said.dressed = document.querySelector('link[rel~=stylesheet],nav,button,form') !== null;
  const codes = [...content.querySelectorAll(CODE)];
  const [begin] = codes;
  said.code = (begin ? shownText(begin) : /^\s*\{"/.test(text) ? text : '').trim().slice(0, 4000);
  if (content.getElementsByTagName('*').length <= most.elements) {
    const aside = new Map<string, number>();
    for (const part of [...content.querySelectorAll(bars), ...content.querySelectorAll('pre,textarea')])
      for (const line of shown(part) ? linesOf(part) : []) aside.set(line, (aside.get(line) ?? 0) + 1);
    const lines = linesOf(content).filter((line) => {
      const left = aside.get(line) ?? 0;
      if (left > 0) aside.set(line, left - 1);
      return left === 0;
    });
    const controls = content.querySelectorAll('input,select,textarea,canvas,video,table').length;
    const buttons = content.querySelectorAll('button,[role=button]').length;
    said.few = lines.length <= most.lines && lines.join('').length <= most.letters && controls <= 2 && buttons <= 4;
    if (said.few) said.lines = lines.map(tidy);
  }
  // Rarely said by any page: only then all of it is read.
  if (/ (?:on line )\d|\.php(?::| on line )\d/.test(text)) {
    // PHP marks what it says, or writes it between the parts of a page: what fills a paragraph of its own somebody else wrote.
    const texts = [...body.querySelectorAll('p,li,dd,td,q,em,i')].filter((one) => !one.querySelector('b,strong,br'));
    const quoted = [...codes, ...texts].map((one) => (one.textContent ?? '').replace(/\s+/g, ' ')).join('\n');
    said.told = linesOf(body)
      .filter((line) => / on line \d+|\.php:\d+/.test(line) && !quoted.includes(line))
      .map(tidy)
      .slice(0, 20);
  }

  const LOADING = '(?:load(?:ed|ing)?|fetch(?:ed|ing)?|retriev(?:ed?|ing)|receiv(?:ed?|ing))';
  const FAILED = new RegExp(
    `^(?:[^\\p{L}]*(?:oops|sorry|uh[- ]?oh|error|whoops)[^\\p{L}]+)?(?:${[
      `(?:(?:there was )?an? )?(?:error|problem|trouble|failure)(?: (?:occurred|while|when|with|in))* ${LOADING}\\b`,
      `(?:we )?(?:failed to|unable to|(?:was|were|am|are) unable to|could ?n[o'’]t|can ?not|can['’]t|did ?n['’]?t|failed) ${LOADING}\\b`,
      `(?:[\\p{L}'’]+ ){1,4}(?:could ?n[o'’]t be|can ?not be|failed to|did not|didn['’]t) ${LOADING}\\b`,
      `${LOADING} failed\\b`,
      'something went wrong\\b|an (?:unexpected )?error (?:has )?occurred\\b|network error\\W*$|request failed with status code \\d+',
      `fehler beim (?:laden|abrufen)|(?:[\\p{L}]+ ){1,4}konnten? nicht geladen werden`,
      `erreur (?:de|lors du) chargement|impossible de charger`,
      `error al (?:cargar|obtener)|no se (?:pudo|pudieron|ha podido) cargar`,
      `erro ao (?:carregar|buscar)|não foi possível carregar`,
      `errore (?:nel|durante il) caricamento|impossibile caricare`,
      `fout bij (?:het )?(?:laden|ophalen)`,
    ].join('|')})`,
    'iu',
  );
  const ABOUT =
    /\b(?:alerts?|toasts?|notifications?|snackbars?|banners?|components?|examples?|demos?|errors?|logs?|guides?|docs|documentation|troubleshoot\w*|faq|help|changelog|releases?|storybook|ui kit|playground|style ?guide)\b/i;
  // Asked of all of the text first: hardly any page says so.
  if (
    new RegExp(FAILED.source.replace('^', ''), 'iu').test(text) &&
    ![document.title, ...said.heads].some((one) => ABOUT.test(one))
  )
    for (const element of body.querySelectorAll('p,div,span,h2,h3,h4,strong,td,li,em,small')) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === 3 && /\p{L}{3}/u.test(node.textContent ?? ''),
      );
      if (!own || said.failed.length === 20) continue;
      const words = whole(element.textContent ?? '');
      if (words.length > 90 || !FAILED.test(words) || !shown(element) || element.getBoundingClientRect().height < 1)
        continue;
      const within = element.closest(`${CODE},a,button,label,option,nav,footer,dl,figure,li:not(:only-child)`);
      const cell = element.closest('td');
      const row = cell?.parentElement;
      if (within || (cell && (cell.colSpan < 2 || row?.matches(':not(:only-child)')) && row?.childElementCount !== 1))
        continue;
      // Where it stands for what is missing, nothing much stands beside it.
      const box =
        (element.matches('p,div,td,h2,h3,h4') ? element.parentElement : element.parentElement?.parentElement) ??
        element;
      const beside = box === body || box.matches('main') ? '' : whole(box.textContent ?? '');
      if (beside.length <= 240) said.failed.push(tidy(words));
    }

  const NAMES =
    /error[-_]*overlay|overlay[-_]*error|client-?overlay|refresh-overlay|^(?:nextjs-portal|gatsby-fast-refresh|bun-hmr)$/i;
  const wide = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return shown(element) && width * height >= 0.2 * innerWidth * Math.min(innerHeight, 700);
  };
  for (const element of [
    ...document.querySelectorAll('body > *, html > :not(head):not(body), body > div > iframe'),
  ].slice(0, 500)) {
    if (![element.localName, element.id, element.getAttribute('class') ?? ''].some((name) => NAMES.test(name)))
      continue;
    const inner = element instanceof HTMLIFrameElement ? element.contentDocument?.body : undefined;
    const inside = inner
      ? [inner]
      : [...(element.shadowRoot ?? element).querySelectorAll('*')].filter((one) => one.localName !== 'style');
    // The sign in a corner that a development server has at hand is no overlay.
    if (inner ? !wide(element) : !(wide(element) && !element.shadowRoot) && !inside.some(wide)) continue;
    const words = inner
      ? linesOf(inner)
      : [...(element.shadowRoot ?? element).children]
          .filter((one) => !/^(?:style|script)$/.test(one.localName))
          .flatMap(linesOf);
    const line = words.find((one) => /\p{L}{3}/u.test(one));
    if (line !== undefined) said.overlays.push(tidy(line));
  }
  return said;
}

/** Returns how a page stands in its picture, but for its address; `words`: texts that are looked for in it. Runs inside the page; reads only. */
export function readStanding(words: readonly string[]): Omit<Standing, 'url' | 'failed'> {
  const body = document.body ?? document.documentElement;
  const whole = (text: string) => text.replace(/\s+/g, ' ').trim();
  const shown = (element: Element) =>
    element.checkVisibility?.({ checkVisibilityCSS: true, checkOpacity: true }) ?? true;
  // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
  const text = whole(body instanceof HTMLElement ? body.innerText : '');
  const BARS =
    'nav,footer,header,[role=navigation],[role=menu],[role=tablist],[role=listbox],dialog:not([open]),template';
  const PRESSED = 'a,button,label,option,summary,[role=button],[role=tab]';
  const PICTURES = 'img,svg,picture,video,canvas,iframe,input,select,textarea,object,embed';
  const LISTS = 'ul,ol,table,[role=list],[role=grid],[role=table],[role=feed]';
  const FILLED =
    /(?:^|[-_ ])(?:list|items|results|rows|feed|grid|cards|posts|orders|products|entries|messages)(?:$|[-_ ])/i;
  const NONE =
    /^(?:(?:no|keine|aucune?|ningun[ao]?|nenhuma?|nessuna?|geen) (?:\p{L}+ ){1,3}(?:yet|found|available|here|to (?:show|display)|gefunden|vorhanden)|(?:no|keine|aucune?|geen) \p{L}+|there (?:are|is) no \p{L}+.*|nothing (?:here|found|yet|to (?:show|see|display)).*|0 (?:results?|items?|entries)|(?:the )?(?:list|table|\p{L}+) is empty)[.!]?$/iu;
  const WAITS =
    /^(?:(?:re)?connecting|(?:dis|not )connected|connection (?:lost|closed|failed|error)|(?:you(?:['’]re| are) )?(?:currently )?offline|waiting|no connection|loading|please wait|trying to (?:re)?connect|verbind(?:e|ung)|getrennt|keine verbindung|connexion|déconnecté|conectando|desconectado|connessione|disconnesso|conexão|verbinding)(?!\p{L})|^(?:[-–—…]{1,3}|\.{3}|\?{1,3}|n\/a)$/iu;
  const SIGN_IN =
    /^(?:.{0,20} )?(?:(?:sign|log)[- ]?(?:in|up|on)|register|join|(?:an)?melden|einloggen|registrieren|(?:se )?connecter|connexion|s['’]inscrire|iniciar sesi[oó]n|acceder|entrar|accedi|inloggen|create (?:an )?account)(?: .{0,20})?$/iu;
  const SIGNING_IN = /(?:log-?in|sign-?in|sign-?on|sign-?up|auth|register|anmelde|connexion|acceder|entrar)/i;
  const BUSY = '[aria-busy=true],progress:not([value]),[role=progressbar]:not([aria-valuenow])';
  const inPage = (element: Element) => shown(element) && element.closest(BARS) === null;
  const hasContent = (element: Element) =>
    whole(element.textContent ?? '') !== '' || element.querySelector(PICTURES) !== null;
  const nameOf = (element: Element) => element.localName + (element.id ? `#${element.id}` : '');
  let [empty, waits]: (string | undefined)[] = [];
  for (const element of body.querySelectorAll(`${LISTS},div,section,article,tbody`)) {
    if (empty !== undefined) break;
    const isTable = element.localName === 'table';
    const isList = element.matches(LISTS);
    const names = `${element.id} ${element.getAttribute('class') ?? ''}`;
    const bare = isTable
      ? // Cells of a head lie in the body where nobody wrote one.
        ![...element.querySelectorAll('td,tr:has(td) th')].some(hasContent)
      : isList || (element.childElementCount === 0 && FILLED.test(names))
        ? !hasContent(element)
        : false;
    const head =
      isList || !element.matches('section,article,div') ? null : element.querySelector(':scope > :is(h2,h3,h4)');
    const headAlone =
      head !== null &&
      head.textContent !== '' &&
      whole(element.textContent ?? '') === whole(head.textContent ?? '') &&
      !element.querySelector(PICTURES);
    if ((bare || headAlone) && inPage(element)) empty = nameOf(element);
  }
  for (const element of body.querySelectorAll('*')) {
    if (empty !== undefined && waits !== undefined) break;
    if (element.childElementCount > 2 || /^(?:script|style|noscript)$/.test(element.localName)) continue;
    const said = whole(element.textContent ?? '');
    if (said === '' || said.length > 60) continue;
    const none = empty === undefined && NONE.test(said);
    const late = waits === undefined && WAITS.test(said);
    if ((!none && !late) || element.closest(PRESSED) || !shown(element)) continue;
    if (none && inPage(element)) empty = said;
    if (late) waits = said;
  }
  const busy = waits === undefined ? [...body.querySelectorAll(BUSY)].find(shown) : undefined;
  if (busy) waits = nameOf(busy);
  return {
    ...(empty === undefined ? {} : { empty }),
    ...(waits === undefined ? {} : { waits }),
    asksPassword: [...body.querySelectorAll('input[type=password]')].some(
      (one) => shown(one) && !one.closest('header,nav'),
    ),
    signsIn: [...body.querySelectorAll('a,button,input[type=submit],[role=button]')].some(
      (one) => SIGN_IN.test(whole(one.textContent ?? '')) || SIGNING_IN.test(one.getAttribute('href') ?? ''),
    ),
    letters: text.length,
    shown: words.filter((word) => text.toLowerCase().includes(word.toLowerCase())),
  };
}
