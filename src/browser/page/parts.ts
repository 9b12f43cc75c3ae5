/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

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
