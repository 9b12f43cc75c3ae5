/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

declare global {
  /** `shownByClip`, where `maskedParts` runs. */
  function clippedTo(...given: Parameters<typeof shownByClip>): ReturnType<typeof shownByClip>;
  /** `drawnBeyond`, where `maskedParts` runs. */
  function inkBeyond(...given: Parameters<typeof drawnBeyond>): Beyond[];
  /** `drawnByOther`, where `maskedParts` runs. */
  function copiesOf(...given: Parameters<typeof drawnByOther>): Element[];
  /** What measures words there: one for all parts, made when the first is measured. */
  function inkPen(page: Document): CanvasRenderingContext2D | null;
}

/** A box of what an element draws elsewhere, px of the frame's viewport; `as`: the `position` by which what lies around it cuts it off. */
interface Beyond {
  box: DOMRect;
  as: string;
}

/** What `maskedParts` knows of elements. */
interface Known {
  /** The document past what a page has named or written on it. */
  page: Document;
  /** The element past what a page has named or written on it. */
  plain(element: Element): Element;
  above(element: Element): Element | null;
  /** True where what is placed lies in such an element. */
  holdsPlaced(style: CSSStyleDeclaration): boolean;
  /** Its box without its border and bars. */
  windowOf(element: Element): { left: number; top: number };
  /** How much larger than CSS px it is drawn. */
  scaleOf(element: Element): number;
}

/**
 * Where words of an element can be read besides its own boxes (`rects`): shadows of its text, copies that filters and reflections make, of its own
 * and of all that it lies in, and what its styles put before, behind and beside it. Edges that hold no words (outlines, shadows of boxes,
 * borders) are none. Rather too large than too small. Sent to pages as text, with `maskedParts`.
 */
export function drawnBeyond(part: Element, rects: readonly DOMRect[], known: Known): Beyond[] {
  const px = (value: string | undefined) => Number.parseFloat(value ?? '') || 0;
  const colors = /(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\([^()]*\)|#[0-9a-f]+/gi;
  const lengths = (text: string) => (text.match(/-?[\d.]+px/g) ?? []).map(px);
  const moved = (box: DOMRect, x: number, y: number, by = 0) =>
    new DOMRect(box.x + x - by, box.y + y - by, box.width + 2 * by, box.height + 2 * by);
  const style = getComputedStyle(part);
  const scale = known.scaleOf(part);
  const found: Beyond[] = [];
  const add = (box: DOMRect, as: string) => void found.push({ box, as });
  for (const shadow of style.textShadow.replace(colors, '').split(',')) {
    const [x, y, blur = 0] = lengths(shadow);
    if (x === undefined || y === undefined) continue;
    for (const box of rects) add(moved(box, x * scale, y * scale, blur * scale), 'static');
  }
  for (let at: Element | null = part; at; at = known.above(at)) {
    const { filter, webkitBoxReflect: reflection = '' } = getComputedStyle(at) as CSSStyleDeclaration & {
      webkitBoxReflect?: string;
    };
    const large = known.scaleOf(at);
    for (const [, drop = ''] of filter.replace(colors, '').matchAll(/drop-shadow\(([^()]*)\)/g)) {
      const [x = 0, y = 0, blur = 0] = lengths(drop);
      for (const box of rects) add(moved(box, x * large, y * large, blur * large), style.position);
    }
    const [, side, gap] = /^(above|below|left|right)\s+(\S+)/.exec(reflection) ?? [];
    if (side === undefined) continue;
    const edge = known.plain(at).getBoundingClientRect();
    const apart = gap?.endsWith('%') ? (px(gap) / 100) * edge.height : px(gap) * large;
    for (const { x, y, width, height } of rects) {
      const across = { left: 2 * edge.left - apart - x - width, right: 2 * edge.right + apart - x - width }[side] ?? x;
      const down = { above: 2 * edge.top - apart - y - height, below: 2 * edge.bottom + apart - y - height }[side] ?? y;
      add(new DOMRect(across, down, width, height), style.position);
    }
  }
  const own = known.plain(part).getBoundingClientRect();
  /** Width and height of the words of generated content, CSS px. */
  const sizeOf = (its: CSSStyleDeclaration) => {
    const words = its.content.replace(
      /attr\(([-\w]+)[^()]*\)/g,
      (_, name: string) => known.plain(part).getAttribute(name) ?? '',
    );
    const pen = inkPen(known.page);
    if (pen) pen.font = `${its.fontStyle} ${its.fontWeight} ${its.fontSize} ${its.fontFamily}`;
    const wide = pen?.measureText(words).width ?? words.length * px(its.fontSize);
    return { wide, high: px(its.lineHeight) || 1.5 * px(its.fontSize) };
  };
  for (const name of ['::before', '::after']) {
    const its = getComputedStyle(part, name);
    if (/^(?:none|normal|)$/.test(its.content) || its.display === 'none' || its.visibility !== 'visible') continue;
    const { wide, high } = sizeOf(its);
    if (!/absolute|fixed/.test(its.position)) {
      // In its line it lies in the box, or in what that scrolls, or where it was moved to from there.
      const { scrollWidth, scrollHeight } = known.plain(part);
      const held = new DOMRect(
        own.x,
        own.y,
        Math.max(own.width, scrollWidth * scale),
        Math.max(own.height, scrollHeight * scale),
      );
      if (held.width > own.width + 1 || held.height > own.height + 1) add(held, 'static');
      if (its.position === 'relative') add(moved(held, px(its.left) * scale, px(its.top) * scale), 'static');
      continue;
    }
    let holder: Element | null = part;
    const isHolder = (one: CSSStyleDeclaration) =>
      known.holdsPlaced(one) || (its.position === 'absolute' && one.position !== 'static');
    while (holder && !isHolder(getComputedStyle(holder))) holder = known.above(holder);
    const large = holder ? known.scaleOf(holder) : scale;
    const { left, top } = holder
      ? known.windowOf(holder)
      : { left: its.position === 'fixed' ? 0 : -scrollX, top: its.position === 'fixed' ? 0 : -scrollY };
    const pads = its.boxSizing === 'border-box' ? 0 : 1;
    const across =
      pads * (px(its.paddingLeft) + px(its.paddingRight) + px(its.borderLeftWidth) + px(its.borderRightWidth));
    const down =
      pads * (px(its.paddingTop) + px(its.paddingBottom) + px(its.borderTopWidth) + px(its.borderBottomWidth));
    const width = (Math.max(px(its.width), its.whiteSpace.startsWith('nowrap') ? wide : 0) + across) * large;
    const height = (Math.max(px(its.height), Math.min(high, 400)) + down) * large;
    const turn = new DOMMatrix(its.transform === 'none' ? undefined : its.transform);
    const box = new DOMRect(
      left + (px(its.left) + px(its.marginLeft)) * large,
      top + (px(its.top) + px(its.marginTop)) * large,
      width,
      height,
    );
    const [middleX, middleY] = [box.x + width / 2 + turn.e * large, box.y + height / 2 + turn.f * large];
    const [wideBy, highBy] = [
      Math.abs(turn.a) * width + Math.abs(turn.c) * height,
      Math.abs(turn.b) * width + Math.abs(turn.d) * height,
    ];
    add(new DOMRect(middleX - wideBy / 2, middleY - highBy / 2, wideBy, highBy), its.position);
  }
  const marked = /list-item/.test(style.display) && style.listStylePosition === 'outside';
  const mark = getComputedStyle(part, '::marker');
  if (
    marked &&
    (style.listStyleType !== 'none' || style.listStyleImage !== 'none' || !/^(?:none|normal|)$/.test(mark.content))
  ) {
    const written = /^(?:none|normal|)$/.test(mark.content) ? 0 : sizeOf(mark).wide;
    const wide = (Math.max(written, 2 * px(mark.fontSize)) + px(mark.fontSize)) * scale;
    const x = style.direction === 'rtl' ? own.right : own.left - wide;
    add(new DOMRect(x, own.top, wide, Math.min(own.height, sizeOf(mark).high * 2 * scale)), 'static');
  }
  return found;
}

/**
 * What the clip of an element (`clip`, and shapes of `clip-path` in its own box) lets be seen, px of the frame's viewport: at most the box around
 * it; nothing where it leaves nothing, and everything where there is none or one does not know. `plain`: the element past what a page has
 * written on it, `plane`: what turns and stretches it, where that is known. Sent to pages as text, with `maskedParts`.
 */
export function shownByClip(element: Element, plain: Element, plane: DOMMatrix | undefined) {
  const all = Number.POSITIVE_INFINITY;
  const shown = { left: -all, top: -all, right: all, bottom: all };
  const { position, clip, clipPath, display } = getComputedStyle(element);
  const sides = /absolute|fixed/.test(position) ? /^rect\((.*)\)$/.exec(clip)?.[1] : undefined;
  const [, shape, given = ''] = /^(inset|circle|ellipse|polygon)\((.*)\)$/.exec(clipPath) ?? [];
  if (sides === undefined && shape === undefined) return shown;
  const edge = plain.getBoundingClientRect();
  // Of one that runs over several lines the box around them is not what its shape is drawn in.
  const upright =
    element instanceof HTMLElement &&
    plane !== undefined &&
    display !== 'inline' &&
    Math.abs(plane.b) + Math.abs(plane.c) < 1e-4;
  const [across, down] = upright ? [plane.a, plane.d] : [1, 1];
  const [width, height] = [edge.width / across, edge.height / down];
  /** A length, or a share of something, as it is computed; not a number where it is anything else. */
  const px = (text = '', of = 0) => {
    const [, share, sign = '+', more = '0'] = /^(?:calc\()?(-?[\d.]+)%(?: ([+-]) ([\d.]+)px)?\)?$/.exec(text) ?? [];
    if (share !== undefined) return (Number(share) / 100) * of + Number(`${sign}${more}`);
    return /^-?[\d.e-]+px$/.test(text) || text === '0' ? Number.parseFloat(text) : Number.NaN;
  };
  const words = (text: string) => text.match(/calc\([^()]*\)|[^\s,]+/g) ?? [];
  let rows: number[] = [];
  let columns: number[] = [];
  const [top = '0', right = top, bottom = top, left = right] = words((sides ?? given).replace(/\sround\s.*/, ''));
  if (sides !== undefined) {
    columns = [left === 'auto' ? 0 : px(left), right === 'auto' ? width : px(right)];
    rows = [top === 'auto' ? 0 : px(top), bottom === 'auto' ? height : px(bottom)];
  } else if (shape === 'inset') {
    columns = [px(left, width), width - px(right, width)];
    rows = [px(top, height), height - px(bottom, height)];
  } else if (shape === 'polygon') {
    const corners = given.replace(/^(?:evenodd|nonzero),/, '').split(',');
    columns = corners.map((one) => px(words(one)[0], width));
    rows = corners.map((one) => px(words(one)[1], height));
    [columns, rows] = [columns, rows].map((all) => [Math.min(...all), Math.max(...all)]) as [number[], number[]];
  } else {
    const [reach = '', at = ''] = given.split(/\s*\bat\b\s*/);
    const [wide, high = wide] = words(reach);
    const round = Math.hypot(width, height) / Math.SQRT2;
    const [middle = '50%', level = '50%'] = words(at);
    const [x, y] = [px(middle, width), px(level, height)];
    const [rx, ry] = [px(wide, shape === 'circle' ? round : width), px(high, shape === 'circle' ? round : height)];
    [columns, rows] = [
      [x - rx, x + rx],
      [y - ry, y + ry],
    ];
  }
  const [[from = 0, to = 0], [over = 0, under = 0]] = [columns, rows];
  if (![from, to, over, under].every(Number.isFinite)) return shown;
  if (to - from <= 0 || under - over <= 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  if (!upright || across <= 0 || down <= 0) return shown;
  return {
    ...{ left: edge.left + from * across, right: edge.left + to * across },
    ...{ top: edge.top + over * down, bottom: edge.top + under * down },
  };
}

/**
 * What draws an element in its place: the closed choice whose words it is, and the `use` elements that draw a part of vector drawings, something
 * that it lies in or something in it, in the same document or shadow root (`roots`). Sent to pages as text, with `maskedParts`.
 */
export function drawnByOther(
  part: Element,
  roots: readonly (Document | ShadowRoot)[],
  plain: (of: Document | ShadowRoot) => Document | ShadowRoot,
): Element[] {
  const choice = part.closest('select');
  if (choice && choice !== part && !choice.multiple && choice.size <= 1)
    return Array.from(choice.selectedOptions).some((one) => part.contains(one)) ? [choice] : [];
  if (!(part instanceof SVGElement)) return [];
  const drawn: Element[] = [part];
  const uses = roots.flatMap((root) =>
    Array.from(plain(root).querySelectorAll('use')).map((use) => {
      const [, id] = /^#(.+)$/.exec(use.href.baseVal) ?? [];
      return { use, of: id === undefined ? null : plain(root).getElementById(id) };
    }),
  );
  // One that is drawn may draw others.
  for (let at = 0; at < drawn.length; at++)
    for (const { use, of } of uses) {
      const one = drawn[at];
      if (one && of && !drawn.includes(use) && (of.contains(one) || one.contains(of))) drawn.push(use);
    }
  return drawn.slice(1);
}

/** Lets a function that is sent to pages as text, and asks what is drawn beyond, do so there. */
export function withInkBeyond(text: string): string {
  return `(given, more, ours) => {
    let pen;
    const inkPen = (page) => (pen ??= page.createElement('canvas').getContext('2d'));
    const inkBeyond = ${drawnBeyond};
    const clippedTo = ${shownByClip};
    const copiesOf = ${drawnByOther};
    return (${text})(given, more, ours);
  }`;
}
