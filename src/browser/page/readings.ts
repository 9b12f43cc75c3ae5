import { withAgenda } from './agenda-parts.js';

/// <reference lib="dom" />

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

withAgenda(noteReadings);
