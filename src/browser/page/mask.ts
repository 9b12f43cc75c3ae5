/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { withAgenda } from './agenda-parts.js';
import { withInkBeyond } from './mask-ink.js';

/** A selector for the smallest element that holds a moving part (CSS px of the page), when one that names it alone can be found. */
export function proposeMask(part: { x: number; y: number; width: number; height: number }): string | undefined {
  const agenda = agendaOf(window);
  const x = part.x + part.width / 2 - scrollX;
  const y = part.y + part.height / 2 - scrollY;
  const holds = (element: Element) => {
    const box = element.getBoundingClientRect();
    return (
      box.left + scrollX <= part.x + 1 &&
      box.top + scrollY <= part.y + 1 &&
      box.right + scrollX >= part.x + part.width - 1 &&
      box.bottom + scrollY >= part.y + part.height - 1
    );
  };
  // Beyond the viewport nothing can be asked for by its point.
  const inside = Array.from(document.querySelectorAll('body *')).filter(holds);
  let element = document.elementFromPoint(x, y) ?? inside.at(-1) ?? null;
  while (element && !holds(element)) element = element.parentElement;
  if (!element || element === document.body || element === document.documentElement) element = inside.at(-1) ?? null;
  if (!element) return undefined;
  return agenda?.scene?.nameOf(element);
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a selector found in one frame: how many elements, and the parts of them that can be seen, CSS px of the frame's viewport. */
export interface MaskedParts {
  matched: number;
  /** `of`: the element that it belongs to, by its number in the document and its whole box on the page; none in a shadow tree. */
  boxes: (Box & { of?: { number: number; tag: string; whole: Box } })[];
  /** The frame has shadow roots, into which a selector's combinators may reach. */
  shadows: boolean;
  /** Where the frame's viewport stands on its page, and how much larger than CSS px it is drawn. */
  view: { x: number; y: number; scale: number };
  /** Of an element that holds a frame: the frame's corner and how its px are stretched; none where it does not stand upright. */
  frame?: { x: number; y: number; across: number; down: number };
}

/**
 * The visible parts of some elements, with what sticks out of them: not what is hidden, transparent or of no size, and cut where something that they lie in cuts them off.
 * `given`: elements (then with the `selector` that found them, which is also looked for in closed shadow roots), a selector of CSS, or the
 * whole boxes that elements have. Undefined for a selector of another kind. Nothing that a page names or writes on its elements is asked.
 * `ours`: the id of what masks are painted in.
 */
export function maskedParts(
  given: Element | string | readonly Element[] | readonly Box[],
  selector = typeof given === 'string' ? given : undefined,
  ours?: string,
): MaskedParts | undefined {
  const MOST_PARTS = 2000;
  /** A form and a document answer with a field or a picture that has the name of what is asked: this asks past them. */
  const plain = <Kind extends Node>(node: Kind): Kind =>
    node instanceof HTMLFormElement || node instanceof Document
      ? new Proxy(node, {
          get(target, name) {
            const value: unknown = Reflect.get(Object.getPrototypeOf(target), name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        })
      : node;
  const page = plain(document);
  const inside = (root: Document | ShadowRoot | Element) => Array.from(plain(root).querySelectorAll('*'));
  const roots: (Document | ShadowRoot)[] = [document];
  const scene = agendaOf(window)?.scene;
  const closed = new Map(
    (scene?.roots() ?? []).flatMap((root) => (root instanceof ShadowRoot ? [[root.host, root] as const] : [])),
  );
  for (let at = 0; at < roots.length; at++)
    for (const element of inside(roots[at] ?? document)) {
      const its = element.shadowRoot ?? closed.get(element);
      // A form has none, and answers with a field of that name.
      if (its instanceof ShadowRoot && its.host.id !== ours) roots.push(its);
    }
  const shadows = roots.length > 1;
  const view = { x: scrollX, y: scrollY, scale: visualViewport?.scale ?? 1 };
  const found = new Set<Element>();
  const near = (one: number, other: number) => Math.abs(one - other) < 0.5;
  for (const one of given instanceof Element ? [given] : typeof given === 'string' ? [] : given) {
    if (one instanceof Element) found.add(one);
    else
      for (const element of roots.flatMap(inside)) {
        const { x, y, width, height } = plain(element).getBoundingClientRect();
        if (near(x, one.x) && near(y, one.y) && near(width, one.width) && near(height, one.height)) found.add(element);
      }
  }
  for (const root of roots) {
    if (selector === undefined) break;
    try {
      for (const element of Array.from(plain(root).querySelectorAll(selector))) found.add(element);
    } catch {
      // A selector of another kind (text, XPath): the driver's own engine looks for it.
      if (typeof given === 'string') return undefined;
      break;
    }
  }
  const above = (element: Element): Element | null => {
    const parent = plain(element).assignedSlot ?? plain(element).parentNode;
    return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
  };
  const holdsPlaced = ({
    transform,
    perspective,
    filter,
    contain,
    willChange,
    translate,
    rotate,
    scale,
  }: CSSStyleDeclaration) =>
    [transform, perspective, filter, translate, rotate, scale].some((value) => value !== 'none' && value !== '') ||
    /paint|layout|strict|content/.test(contain) ||
    /transform|filter|perspective/.test(willChange);
  /** What turns and stretches an element and all that it lies in, as a matrix; undefined where that leaves the plane or is not known. */
  const planeOf = (element: Element): DOMMatrix | undefined => {
    let turn = new DOMMatrix();
    for (let at: Element | null = element; at; at = above(at)) {
      const { transform, rotate, scale, offsetPath } = getComputedStyle(at);
      const own = new DOMMatrix(transform === 'none' ? undefined : transform);
      const turns = /^(?:none|(-?[\d.]+)deg)$/.exec(rotate);
      // Drawings have a size of their own for what lies in them; a path turns whatever goes along it.
      if (!own.is2D || !turns || !/^(?:|none)$/.test(offsetPath) || at instanceof SVGElement) return undefined;
      if (scale !== 'none') own.preMultiplySelf(new DOMMatrix().scale(...scale.split(' ').slice(0, 2).map(Number)));
      if (turns[1]) own.preMultiplySelf(new DOMMatrix().rotate(Number(turns[1])));
      turn = own.multiply(turn);
    }
    const zoom: unknown = Reflect.get(element, 'currentCSSZoom');
    return typeof zoom === 'number' && zoom > 0 ? new DOMMatrix().scale(zoom).multiply(turn) : turn;
  };
  /** The same, and undefined where it stays upright too. */
  const turnOf = (element: Element): DOMMatrix | undefined => {
    const turn = planeOf(element);
    return turn && Math.abs(turn.a * turn.b) + Math.abs(turn.c * turn.d) > 1e-4 ? turn : undefined;
  };
  /** What something that cuts off what it holds lets be seen: its box without its border and bars; all of it where it does not stand upright. */
  const windowOf = (element: Element): { left: number; top: number; right: number; bottom: number } => {
    const { clientLeft, clientTop, clientWidth, clientHeight } = plain(element);
    const edge = plain(element).getBoundingClientRect();
    const plane = element instanceof HTMLElement ? planeOf(element) : undefined;
    if (!plane || Math.abs(plane.b) + Math.abs(plane.c) > 1e-4 || plane.a <= 0 || plane.d <= 0) return edge;
    const [left, top] = [edge.left + clientLeft * plane.a, edge.top + clientTop * plane.d];
    return { left, top, right: left + clientWidth * plane.a, bottom: top + clientHeight * plane.d };
  };
  /** What can be seen of a box that is drawn by `element`, or by what is placed so `within` it (words: `static`). */
  const visiblePart = (whole: DOMRect, element: Element, within: string | undefined): Box | undefined => {
    let [left, top, right, bottom] = [whole.left, whole.top, whole.right, whole.bottom];
    let position = within ?? getComputedStyle(element).position;
    const cutTo = (edge: typeof whole | ReturnType<typeof clippedTo>) => {
      [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    };
    if (!within) cutTo(clippedTo(element, plain(element), planeOf(element)));
    for (let at = within ? element : above(element); at; at = above(at)) {
      const style = getComputedStyle(at);
      cutTo(clippedTo(at, plain(at), planeOf(at)));
      const holds = holdsPlaced(style);
      // What is placed by something further out is not cut by what lies between.
      if (position === 'fixed' && !holds) continue;
      if (position === 'absolute' && style.position === 'static' && !holds) continue;
      position = style.position;
      if (
        at === page.documentElement ||
        (at === page.body && getComputedStyle(page.documentElement).overflowX === 'visible')
      )
        continue;
      const edge = windowOf(at);
      // What is cut without bars may be cut further out; borders lie there too.
      const clips = /^(?:clip|visible)+$/.test(`${style.overflowX}${style.overflowY}`);
      const out = clips ? Number.parseFloat(/[\d.]+(?=px)/.exec(style.overflowClipMargin)?.[0] ?? '') || 0 : 0;
      const more = out === 0 ? 0 : (out + Number.parseFloat(style.borderTopWidth)) * scaleOf(at);
      const paints = /paint|strict|content/.test(style.contain);
      const [across, down] = [style.overflowX, style.overflowY].map((one) => one !== 'visible' || paints);
      cutTo({
        ...{ left: across ? edge.left - more : whole.left, right: across ? edge.right + more : whole.right },
        ...{ top: down ? edge.top - more : whole.top, bottom: down ? edge.bottom + more : whole.bottom },
      });
    }
    return right - left > 0 && bottom - top > 0
      ? { x: left, y: top, width: right - left, height: bottom - top }
      : undefined;
  };
  const scaleOf = (element: Element) => {
    const wide = element instanceof HTMLElement ? plain(element).offsetWidth : 0;
    return wide > 0 ? plain(element).getBoundingClientRect().width / wide : 1;
  };
  const boxes: MaskedParts['boxes'] = [];
  const numbers = new Map(inside(document).map((element, number) => [element, number]));
  /** A turned box as strips, each as wide as it is there: the upright box around it covers the corners beside it too. */
  const strips = (element: Element): DOMRect[] => {
    const around = plain(element).getBoundingClientRect();
    const turn = element instanceof HTMLElement ? turnOf(element) : undefined;
    // Turned out of the plane, it reaches a part of a px further.
    const whole = planeOf(element)
      ? around
      : new DOMRect(around.x - 1, around.y - 1, around.width + 2, around.height + 2);
    if (!turn || !(element instanceof HTMLElement)) return [whole];
    const [x, y] = [around.x + around.width / 2, around.y + around.height / 2];
    const corners = [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ].map(([across = 0, down = 0]) => {
      const [dx, dy] = [(across * plain(element).offsetWidth) / 2, (down * plain(element).offsetHeight) / 2];
      return { x: x + turn.a * dx + turn.c * dy, y: y + turn.b * dx + turn.d * dy };
    });
    // Whole px, and a little of the next one: between two strips nothing may be read.
    const high = Math.max(4, Math.ceil(around.height / 48));
    const rects: DOMRect[] = [];
    for (let top = Math.floor(around.top); top < around.bottom; top += high) {
      const reached: number[] = [];
      for (const [at, one] of corners.entries()) {
        const next = corners[(at + 1) % 4] ?? one;
        for (const level of [top, top + high]) {
          const share = (level - one.y) / (next.y - one.y);
          if (share >= 0 && share <= 1) reached.push(one.x + share * (next.x - one.x));
        }
        if (one.y >= top && one.y <= top + high) reached.push(one.x);
      }
      if (reached.length === 0) continue;
      const left = Math.min(...reached);
      rects.push(new DOMRect(left - 1, top, Math.max(...reached) - left + 2, high + 0.5));
    }
    return rects;
  };
  /** Words of a turned box that holds them all, or cuts off the rest, lie in its strips. */
  const isInStrips = (part: Element) => {
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = plain(part);
    if (!(part instanceof HTMLElement) || clientWidth === 0 || turnOf(part) === undefined) return false;
    const { overflowX, overflowY } = getComputedStyle(part);
    const across = scrollWidth <= clientWidth || overflowX !== 'visible';
    return across && (scrollHeight <= clientHeight || overflowY !== 'visible');
  };
  const holds = (outer: Box, inner: Box) =>
    inner.x >= outer.x - 0.5 &&
    inner.y >= outer.y - 0.5 &&
    inner.x + inner.width <= outer.x + outer.width + 0.5 &&
    inner.y + inner.height <= outer.y + outer.height + 0.5;
  /** The boxes of words with the ink that fonts draw outside of them: tails of letters, slanted ends. */
  const withInk = (rects: Iterable<DOMRect>, words: string, of: Element): DOMRect[] => {
    const pen = inkPen(page);
    const style = getComputedStyle(of);
    if (!pen) return [...rects];
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const drawn = pen.measureText(words.slice(0, 500));
    const up = Math.max(0, Math.ceil(drawn.actualBoundingBoxAscent - drawn.fontBoundingBoxAscent));
    const down = Math.max(0, Math.ceil(drawn.actualBoundingBoxDescent - drawn.fontBoundingBoxDescent));
    // Letters that are moved together stick out of the place that they are given.
    const tight = Math.max(0, -Number.parseFloat(style.letterSpacing) || 0);
    const left = Math.max(0, Math.ceil(drawn.actualBoundingBoxLeft + tight));
    const right = Math.max(0, Math.ceil(drawn.actualBoundingBoxRight - drawn.width + tight));
    return [...rects].map(
      (rect) => new DOMRect(rect.x - left, rect.y - up, rect.width + left + right, rect.height + up + down),
    );
  };
  for (const element of found) {
    let own: Box[] = [];
    const add = (rects: Iterable<DOMRect>, of: Element, within?: string) => {
      for (const rect of rects) {
        const box = visiblePart(rect, of, within);
        if (box && !own.some((known) => holds(known, box))) own = [...own.filter((known) => !holds(box, known)), box];
      }
    };
    // A hidden element may hold parts that are shown again, one without a box or of no size what sticks out of it; words may do so too.
    const copies = copiesOf(element, roots, plain);
    for (const part of [element, ...inside(element).slice(0, MOST_PARTS), ...copies]) {
      const { visibility, display } = getComputedStyle(part);
      if (part instanceof SVGElement && part.closest('defs, symbol, clipPath, mask, pattern, marker')) continue;
      if (visibility !== 'visible' || (display !== 'contents' && !plain(part).checkVisibility({ checkOpacity: true })))
        continue;
      // Words that run over several lines leave room beside them.
      const rects = display === 'inline' ? [...plain(part).getClientRects()] : strips(part);
      add(rects, part);
      for (const { box, as } of inkBeyond(part, rects, { page, plain, above, holdsPlaced, windowOf, scaleOf }))
        add([box], part, as);
      if (display !== 'inline' && isInStrips(part)) continue;
      for (const node of Array.from(plain(part).childNodes)) {
        if (node.nodeType !== Node.TEXT_NODE || (node.nodeValue ?? '').trim() === '') continue;
        const range = page.createRange();
        range.selectNodeContents(node);
        add(withInk(range.getClientRects(), node.nodeValue ?? '', part), part, 'static');
      }
    }
    const number = numbers.get(element);
    const { x, y, width, height } = plain(element).getBoundingClientRect();
    const whole = { x: x + view.x, y: y + view.y, width, height };
    const of = { number: number ?? 0, tag: plain(element).localName, whole };
    boxes.push(...own.map((box) => (number === undefined ? box : { ...box, of })));
  }
  const matched = [...found].filter((element) => plain(element).id !== ours).length;
  const answer = { matched, boxes, shadows, view };
  const plane = given instanceof HTMLElement ? planeOf(given) : undefined;
  if (!plane || !(given instanceof HTMLElement) || Math.abs(plane.b) + Math.abs(plane.c) > 1e-4) return answer;
  const [edge, { paddingLeft, paddingTop }] = [given.getBoundingClientRect(), getComputedStyle(given)];
  const across = given.offsetWidth > 0 ? edge.width / given.offsetWidth : 1;
  const down = given.offsetHeight > 0 ? edge.height / given.offsetHeight : 1;
  const x = edge.x + (given.clientLeft + Number.parseFloat(paddingLeft)) * across;
  const y = edge.y + (given.clientTop + Number.parseFloat(paddingTop)) * down;
  return plane.a > 0 && plane.d > 0 ? { ...answer, frame: { x, y, across, down } } : answer;
}

/**
 * Paints boxes (CSS px of the page) over everything else, in one flat colour, in an element with this `id`; called again it replaces them,
 * with none it removes them. Runs in a world of our own.
 */
export function paintMasks({ boxes, color, id }: { boxes: readonly Box[]; color: string; id: string }): void {
  const { getElementById, createElement, querySelector } = Document.prototype;
  getElementById.call(document, id)?.remove();
  if (boxes.length === 0) return;
  const host = createElement.call(document, 'div') as HTMLElement;
  host.id = id;
  host.setAttribute('aria-hidden', 'true');
  const html = querySelector.call(document, ':root') ?? host;
  const zoom: unknown = Reflect.get(html, 'currentCSSZoom');
  host.style.cssText =
    'all:initial!important;position:absolute!important;left:0!important;top:0!important;width:0!important;height:0!important;' +
    'overflow:visible!important;z-index:2147483647!important;pointer-events:none!important;' +
    // Boxes are measured in px of the screen; a zoomed page would draw them larger.
    `zoom:${typeof zoom === 'number' && zoom > 0 ? 1 / zoom : 1}!important`;
  const root = host.attachShadow({ mode: 'closed' });
  for (const box of boxes) {
    const patch = createElement.call(document, 'div') as HTMLElement;
    patch.style.cssText = `position:absolute;background:${color};left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px`;
    root.append(patch);
  }
  html.append(host);
  // The top layer is above dialogs too; its static position is the page's corner.
  if ('showPopover' in host) {
    host.setAttribute('popover', 'manual');
    host.style.setProperty('inset', '0 auto auto 0', 'important');
    host.style.setProperty('display', 'block', 'important');
    host.showPopover();
  }
}

const seeing = withInkBeyond(String(maskedParts));
Object.defineProperty(maskedParts, 'toString', { value: () => seeing, configurable: true });
withAgenda(proposeMask, maskedParts);
