/// <reference lib="dom" />
import type { FieldWords, Focus } from '../../core/vocabulary/laid-out-page.js';
import { withAgenda } from './agenda-parts.js';
import type { EndlessMotion } from './condition.js';
import type { MissingGlyph } from './missing-glyphs.js';

/** The frames that an element lies in, from the page inwards, each by its number in its own document; absent: in none. */
interface InFrame {
  frame?: number[];
}

/** What only the page itself can tell of its layout. Elements are numbered in the order of the document, shadow trees left out. */
export interface PageFacts {
  /** Inner size of the window, CSS px. */
  window: { width: number; height: number };
  /** Elements of the document. */
  count: number;
  presses: {
    element: number;
    /** At its middle, upper left, upper right, lower left and lower right corner. */
    reached: boolean[];
    /** What a press reaches instead. */
    by?: number;
  }[];
  /** Controls that were not tried, since there are more than `most`. */
  left: number;
  /** Pixels of the files of images that have loaded; of those in a frame `frame` tells where it is. */
  images: (InFrame & { element: number; size: { width: number; height: number } })[];
  /** Fields and buttons whose words need more room than there is, and fields to write in with words from their start. */
  fields: (FieldWords & InFrame & { element: number })[];
  /** Letters that have no shape; only where a page is photographed. */
  missing?: MissingGlyph[];
  /** What moves without end; only where it was asked for. */
  motions?: EndlessMotion[];
  /** How the page moved by itself while it loaded, and how many elements the document had when that was asked. */
  shift?: { score: number; element?: number; by: number; count: number };
  /** What a walk by Tab met. */
  focus?: (InFrame & Focus & { element: number })[];
  walk?: { presses: number; complete: boolean; trap?: InFrame & { element: number } };
}

/**
 * Tries every control as a finger would: brought to the middle of the window where scrolling can, is it what lies on top at its middle
 * and near its corners? The page is scrolled back to where it was; it must not hear of scrolling meanwhile.
 */
export function readPageFacts({ most }: { most: number }): PageFacts {
  const controls =
    'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=link],[role=tab],[role=checkbox],[role=menuitem],[role=switch]';
  const all = Array.from(document.querySelectorAll('*'));
  const numbers = new Map(all.map((element, number) => [element, number]));
  const root = document.scrollingElement ?? document.documentElement;
  const home = { left: root.scrollLeft, top: root.scrollTop };
  const size = { width: document.documentElement.clientWidth, height: window.innerHeight };
  const facts: PageFacts = { window: size, count: all.length, presses: [], left: 0, images: [], fields: [] };

  let pen: CanvasRenderingContext2D | null | undefined;
  const typed = /^(?:text|search|email|url|tel|password)$/;
  // What a field of dates shows, its digits as zeros, and how many parts of it take a pixel at both sides.
  const dated: Record<string, { options: Intl.DateTimeFormatOptions; parts: number; text?: string }> = {
    date: { options: { year: 'numeric', month: '2-digit', day: '2-digit' }, parts: 3 },
    time: { options: { hour: '2-digit', minute: '2-digit' }, parts: 3 },
    'datetime-local': {
      options: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
      parts: 6,
    },
    month: { options: { year: 'numeric', month: 'long' }, parts: 2 },
    week: { options: {}, parts: 2, text: 'Week 00, 0000' },
  };
  const september = new Date(2000, 8, 30, 22, 30);
  // Elements of frames are of other realms: `instanceof` knows none of them.
  const isSelect = (field: Element): field is HTMLSelectElement => field.localName === 'select';
  const isInput = (field: Element): field is HTMLInputElement => field.localName === 'input';
  const isArea = (field: Element): field is HTMLTextAreaElement => field.localName === 'textarea';
  const px = (length: string) => Number.parseFloat(length) || 0;
  interface Words {
    kind: FieldWords['kind'];
    text: string;
    style: CSSStyleDeclaration;
    /** Not to be told. */
    secret?: boolean;
    /** What besides the words takes room beside them. */
    beside?: number;
    /** What the browser says is missing of them; measured where it does not. */
    over?: number;
    /** They go on in lines below. */
    rows?: true;
  }
  /** The words that a field shows and that are in no node of the document. What was typed is not told, only how long it is. */
  const wordsOf = (field: Element): Words | undefined => {
    const [style, wide] = [getComputedStyle(field), field.scrollWidth - field.clientWidth];
    if (isSelect(field)) {
      const lengthOf = ({ label }: HTMLOptionElement) => label.length;
      if (field.multiple || field.size > 1) {
        const longest = Array.from(field.options).reduce<HTMLOptionElement | undefined>(
          (most, one) => (most && lengthOf(most) >= lengthOf(one) ? most : one),
          undefined,
        );
        return { kind: 'choice', text: longest?.label ?? '', style, over: wide };
      }
      const beside = style.appearance === 'none' ? 0 : 20;
      return { kind: 'choice', text: field.selectedOptions[0]?.label ?? '', style, beside };
    }
    if (isArea(field)) {
      const hint = field.value === '';
      const along = style.whiteSpace === 'pre' || style.whiteSpace === 'nowrap';
      const cuts = hint || style.overflowY === 'hidden' || style.overflowY === 'clip';
      const over = cuts ? (along ? wide : field.scrollHeight - field.clientHeight) : 0;
      const said = hint ? field.placeholder : field.value;
      const hinted = hint ? getComputedStyle(field, '::placeholder') : style;
      const words: Words = { kind: hint ? 'placeholder' : 'value', text: said, secret: !hint, style: hinted, over };
      return along ? words : { ...words, rows: true };
    }
    if (!isInput(field)) return undefined;
    const { type, value, placeholder } = field;
    if (/^(?:submit|button|reset)$/.test(type)) return { kind: 'caption', text: value, style };
    if (type === 'file') {
      const button = getComputedStyle(field, '::file-selector-button');
      const over = button.display === 'none' ? 0 : px(button.width) - field.clientWidth;
      return { kind: 'caption', text: 'a file', secret: true, style: button, over };
    }
    const date = dated[type];
    if (date) {
      const { display, position } = getComputedStyle(field, '::-webkit-calendar-picker-indicator');
      const icon = display === 'none' || position === 'absolute' || position === 'fixed' ? 0 : px(style.fontSize) + 4;
      const text = date.text ?? new Intl.DateTimeFormat(undefined, date.options).format(september).replace(/\d/g, '0');
      return { kind: 'figures', text, secret: true, style, beside: icon + 2 * date.parts };
    }
    if (value !== '' && type === 'number') return { kind: 'figures', text: value, secret: true, style, over: wide };
    if (!typed.test(type) && type !== 'number') return undefined;
    if (value === '')
      return { kind: 'placeholder', text: placeholder, style: getComputedStyle(field, '::placeholder') };
    return type === 'password' ? undefined : { kind: 'value', text: value, secret: true, style };
  };
  /** How much of a field's words there is no room for. */
  const tooLong = (field: Element): FieldWords | undefined => {
    const words = wordsOf(field);
    if (!words || words.text.trim() === '') return undefined;
    const { kind, text, style, secret, beside = 0, over, rows } = words;
    pen ??= document.createElement('canvas').getContext('2d');
    if (!pen) return undefined;
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    pen.letterSpacing = style.letterSpacing === 'normal' ? '0px' : style.letterSpacing;
    const cased = { uppercase: text.toUpperCase(), lowercase: text.toLowerCase() }[style.textTransform] ?? text;
    const { width, actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = pen.measureText(cased);
    const box = getComputedStyle(field);
    const start = px(box.paddingLeft);
    const room = rows ? field.clientHeight : field.clientWidth - start - px(box.paddingRight) - Math.max(beside, 0);
    const wants = over === undefined ? width - Math.min(beside, 0) : room + Math.max(over, 0);
    const [high, tall] = [up + down, field.clientHeight];
    const begins = /^(?:value|placeholder|choice) (?:start|left)$/.test(`${kind} ${box.textAlign}`);
    if (wants <= room + 1 && high <= tall && !begins) return undefined;
    const seen =
      !/^(?:transparent|rgba\(.*, 0\))$/.test(style.color) && style.opacity !== '0' && style.visibility === 'visible';
    if (!seen || px(box.textIndent) !== 0) return undefined;
    const turned = box.direction === 'rtl';
    return {
      kind,
      ...(secret ? {} : { text }),
      // A hint has a colour of its own.
      ...(kind === 'placeholder' ? { ink: style.color } : {}),
      ...(rows ? { rows, first: Math.min(width, field.clientWidth - start - px(box.paddingRight)) } : {}),
      ...{ wants, room, high, tall, start: field.clientLeft + start + (turned ? Math.max(beside, 0) : 0) },
    };
  };

  const liesOver = ({ content, position, pointerEvents, display }: CSSStyleDeclaration): boolean =>
    content !== 'none' &&
    content !== 'normal' &&
    display !== 'none' &&
    pointerEvents !== 'none' &&
    (position === 'absolute' || position === 'fixed');
  const isReached = (control: Element, hit: Element): boolean => {
    if (hit === control || control.contains(hit)) return true;
    // What holds it is met beside its shape; over it lies only what is drawn for a pseudo-element.
    if (hit.contains(control)) return !['::before', '::after'].some((name) => liesOver(getComputedStyle(hit, name)));
    const labels = 'labels' in control && control.labels instanceof NodeList ? Array.from(control.labels) : [];
    return labels.some((label) => label.contains(hit)) || (control.closest('label')?.contains(hit) ?? false);
  };

  const press = (control: Element, box: DOMRect) => {
    // A link that runs over two lines is pressed on its first.
    const lines = Array.from(control.getClientRects()).filter(({ width, height }) => width > 1 && height > 1);
    const { left, top, right, bottom, width, height } = (lines.length > 1 ? lines[0] : undefined) ?? box;
    const [inX, inY] = [Math.min(3, width / 4), Math.min(3, height / 4)];
    const points = [
      [left + width / 2, top + height / 2],
      [left + inX, top + inY],
      [right - inX, top + inY],
      [left + inX, bottom - inY],
      [right - inX, bottom - inY],
    ];
    let by: number | undefined;
    const reached = points.map(([x = 0, y = 0]) => {
      const hit = x < 0 || y < 0 || x >= size.width || y >= size.height ? null : document.elementFromPoint(x, y);
      if (!hit) return false;
      const reaches = isReached(control, hit);
      if (!reaches) by ??= numbers.get(hit);
      return reaches;
    });
    return { reached, ...(by === undefined ? {} : { by }) };
  };

  for (const control of Array.from(document.querySelectorAll(controls))) {
    let box = control.getBoundingClientRect();
    const { visibility, pointerEvents } = getComputedStyle(control);
    if (box.width < 2 || box.height < 2 || visibility !== 'visible') continue;
    const field = tooLong(control);
    if (field) facts.fields.push({ element: numbers.get(control) ?? -1, ...field });
    if (pointerEvents === 'none') continue;
    if (facts.presses.length === most) {
      facts.left += 1;
      continue;
    }
    const bringTo = (part: number) => {
      const top = root.scrollTop + box.top + box.height / 2 - size.height * part;
      root.scrollTo({ left: home.left, top, behavior: 'instant' });
      const was = box.top;
      box = control.getBoundingClientRect();
      return box.top !== was;
    };
    if (box.top < size.height * 0.2 || box.bottom > size.height * 0.8) bringTo(0.5);
    let tried = press(control, box);
    // A high bar that stays in the window covers it at one place of the window and not at another.
    for (const part of [0.5, 0.75, 0.25])
      if (!tried.reached[0] && tried.by !== undefined && bringTo(part)) tried = press(control, box);
    facts.presses.push({ element: numbers.get(control) ?? -1, ...tried });
  }
  root.scrollTo({ ...home, behavior: 'instant' });
  /** Pictures, and what fields of the frames say. No press goes into a frame: what lies over it is told of the frame. */
  const lookInto = (content: Document, frame: number[]) => {
    for (const [element, one] of Array.from(content.querySelectorAll('*')).entries()) {
      const place = frame.length > 0 ? { element, frame } : { element };
      if (one.localName === 'img') {
        // Its name says what it is, in whatever realm.
        const { naturalWidth: width, naturalHeight: height } = one as HTMLImageElement;
        if (width > 0) facts.images.push({ ...place, size: { width, height } });
      } else if (one.localName === 'iframe') {
        const { contentDocument } = one as HTMLIFrameElement;
        if (contentDocument) lookInto(contentDocument, [...frame, element]);
      } else if (frame.length > 0 && one.matches('input,select,textarea')) {
        const field = tooLong(one);
        if (field) facts.fields.push({ ...place, ...field });
      }
    }
  };
  lookInto(document, []);
  return facts;
}

/** An entry of the Layout Instability API, which the DOM's own types do not have. */
interface ShiftEntry extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources?: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/**
 * How the page moved by itself until now: the largest sum of moves less than 1 s apart within 5 s (Cumulative Layout Shift, web.dev/cls),
 * with the element that moved most. Undefined where the browser does not tell.
 */
export async function layoutShifts(): Promise<PageFacts['shift']> {
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return undefined;
  const agenda = agendaOf(window);
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  const entries: ShiftEntry[] = [];
  const observer = new PerformanceObserver((list) => entries.push(...(list.getEntries() as ShiftEntry[])));
  observer.observe({ type: 'layout-shift', buffered: true });
  await new Promise<void>((resolve) => {
    nextFrame(() => later(resolve, 0));
    later(resolve, 1000);
  });
  observer.disconnect();
  let score = 0;
  let burst = { first: 0, last: 0, sum: 0 };
  let worst: { node: Node; by: number; area: number } | undefined;
  for (const { value, hadRecentInput, startTime, sources = [] } of entries) {
    if (hadRecentInput) continue;
    const goesOn = burst.sum > 0 && startTime - burst.last < 1000 && startTime - burst.first < 5000;
    burst = goesOn
      ? { ...burst, last: startTime, sum: burst.sum + value }
      : { first: startTime, last: startTime, sum: value };
    score = Math.max(score, burst.sum);
    for (const { node, previousRect: from, currentRect: to } of sources) {
      const area = Math.max(from.width * from.height, to.width * to.height);
      const by = Math.round(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)));
      if (node && by > 0 && area * by > (worst ? worst.area * worst.by : 0)) worst = { node, by, area };
    }
  }
  const all = Array.from(document.querySelectorAll('*'));
  const node = worst?.node instanceof Element ? worst.node : worst?.node.parentElement;
  const element = node ? all.indexOf(node) : -1;
  const told = { score: Math.round(score * 1000) / 1000, by: worst?.by ?? 0, count: all.length };
  return element >= 0 ? { ...told, element } : told;
}

withAgenda(layoutShifts);
