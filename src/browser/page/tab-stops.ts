/// <reference lib="dom" />

/** Where the focus is after a press of Tab. */
export interface Stop {
  /** Number of the element in the order of its document as the walk began; -1: it came later, or lies in a shadow tree. */
  element: number;
  /** The frames that it lies in, from the page inwards, each by its number in its own document. */
  within: number[];
  /** The same for the same element, also in shadow trees. */
  id: number;
  /** A frame of another site has stops of its own, which are not told apart. */
  frame: boolean;
  /** Where the sign of the focus may be, CSS px of the page: the control, its labels and what stands beside it. */
  around: { x: number; y: number; width: number; height: number };
  /** It lies in a dialog. */
  dialog: boolean;
}

/** A control as the walk is to meet it. */
export interface TabControl {
  element: number;
  /** As of a stop. */
  within: number[];
  expected: boolean;
  focusable: boolean;
  takenOut: boolean;
}

interface Walk {
  last?: HTMLElement | SVGElement;
  numbers: Map<Element, Pick<Stop, 'element' | 'within'>>;
  ids: Map<Element, number>;
}

/** Begins a walk by Tab at the top of the document, and tells what controls there are. */
export function beginWalk(): TabControl[] {
  const walk: Walk = { numbers: new Map(), ids: new Map() };
  Reflect.set(window, Symbol.for('codeloop.walk'), walk);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  scrollTo({ left: 0, top: 0, behavior: 'instant' });
  // The next Tab goes on from what had the focus last.
  const start = document.body;
  const before = start.getAttribute('tabindex');
  start.setAttribute('tabindex', '-1');
  start.focus({ preventScroll: true });
  start.blur();
  if (before === null) start.removeAttribute('tabindex');
  else start.setAttribute('tabindex', before);

  const native =
    'a[href],area[href],button,input:not([type=hidden]),select,textarea,summary,iframe,audio[controls],video[controls],[contenteditable=""],[contenteditable=true]';
  const roles =
    'button link checkbox switch tab menuitem menuitemcheckbox menuitemradio option radio treeitem slider spinbutton combobox searchbox textbox'.split(
      ' ',
    );
  // Parts of one widget: Tab comes to the widget, arrow keys move in it (WAI-ARIA Authoring Practices).
  const widgets =
    '[role=tablist],[role=menu],[role=menubar],[role=listbox],[role=radiogroup],[role=tree],[role=grid],[role=treegrid],[role=toolbar],[role=combobox]';
  const controls: TabControl[] = [];
  const lookInto = (content: Document, within: number[]) => {
    const all = Array.from(content.querySelectorAll('*'));
    for (const [element, one] of all.entries()) walk.numbers.set(one, { element, within });
    listControls(content, within);
    for (const [number, one] of all.entries()) {
      const inner =
        one.localName === 'iframe' && one.checkVisibility() ? (one as HTMLIFrameElement).contentDocument : null;
      if (inner) lookInto(inner, [...within, number]);
    }
  };
  const listControls = (content: Document, within: number[]) => {
    const modal = content.querySelector('dialog:modal,[aria-modal=true]');
    const seenRadios = new Set<string>();
    for (const element of Array.from(
      content.querySelectorAll<HTMLElement>(`${native},${roles.map((role) => `[role=${role}]`).join(',')}`),
    )) {
      const { width, height } = element.getBoundingClientRect();
      if (width < 2 || height < 2 || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        continue;
      if (element.matches(':disabled,[aria-disabled=true]') || element.closest('[inert],[aria-hidden=true]')) continue;
      if (element.localName === 'iframe') continue;
      const focusable = element.tabIndex >= 0 || element.hasAttribute('tabindex') || element.matches(native);
      const takenOut = Number(element.getAttribute('tabindex') ?? 0) < 0;
      let expected = element.closest(widgets) === null && !(modal && !modal.contains(element));
      if (element.matches('input[type=radio][name]:not([name=""])')) {
        // Of a group Tab comes to one.
        const { name } = element as HTMLInputElement;
        expected &&= !seenRadios.has(name);
        seenRadios.add(name);
      }
      // A control in a control is pressed with it; a label's control is focused itself.
      if (!element.matches(native) && element.querySelector(native)) expected = false;
      if (!element.matches(native) && element.parentElement?.closest(native)) expected = false;
      const number = walk.numbers.get(element)?.element ?? -1;
      controls.push({ element: number, within, expected, focusable, takenOut });
    }
  };
  lookInto(document, []);
  return controls;
}

/** Where the focus is; undefined: nowhere on the page. */
export function currentStop(): Stop | undefined {
  const walk = Reflect.get(window, Symbol.for('codeloop.walk')) as Walk | undefined;
  let at: Element | null = document.activeElement;
  const offset = { x: 0, y: 0 };
  for (let inner: Element | null = at; inner; ) {
    at = inner;
    const content: Document | null = at.localName === 'iframe' ? (at as HTMLIFrameElement).contentDocument : null;
    const next: Element | null = at.shadowRoot?.activeElement ?? content?.activeElement ?? null;
    inner = next === content?.body || next === content?.documentElement ? null : next;
    if (!inner || !content) continue;
    const { left, top } = at.getBoundingClientRect();
    offset.x += left + at.clientLeft;
    offset.y += top + at.clientTop;
  }
  if (!walk || !at || at === document.body || at === document.documentElement) return undefined;
  const id = walk.ids.get(at) ?? walk.ids.size;
  walk.ids.set(at, id);
  const labels = 'labels' in at && at.labels ? Array.from(at.labels as NodeListOf<Element>) : [];
  const shown = [at, at.nextElementSibling, at.previousElementSibling, ...labels];
  const holder = at.parentElement?.getBoundingClientRect();
  // What holds a control alone, as an input's frame does, shows the focus for it.
  if (holder && holder.width < 600 && holder.height < 120) shown.push(at.parentElement);
  const boxes = shown
    .flatMap((one) => (one ? [one.getBoundingClientRect()] : []))
    .filter(({ width, height }) => width > 0 && height > 0);
  const room = 12;
  const left = Math.max(0, offset.x + Math.min(...boxes.map((box) => box.left)) - room);
  const top = Math.max(0, offset.y + Math.min(...boxes.map((box) => box.top)) - room);
  const right = Math.min(innerWidth, offset.x + Math.max(...boxes.map((box) => box.right)) + room);
  const bottom = Math.min(innerHeight, offset.y + Math.max(...boxes.map((box) => box.bottom)) + room);
  const around = {
    x: left + scrollX,
    y: top + scrollY,
    width: Math.max(0, right - left),
    height: Math.max(0, bottom - top),
  };
  return {
    ...(walk.numbers.get(at) ?? { element: -1, within: [] }),
    id,
    frame: at.localName === 'iframe',
    around,
    dialog: at.closest('dialog,[role=dialog],[role=alertdialog],[aria-modal=true]') !== null,
  };
}

/** Takes the focus away; the next Tab goes on from there. */
export function dropFocus(): void {
  let at: Element | null = document.activeElement;
  for (let inner: Element | null = at; inner; ) {
    at = inner;
    const content: Document | null = at.localName === 'iframe' ? (at as HTMLIFrameElement).contentDocument : null;
    const next: Element | null = at.shadowRoot?.activeElement ?? content?.activeElement ?? null;
    inner = next === content?.body || next === content?.documentElement ? null : next;
  }
  if (!at || !('blur' in at)) return;
  const walk = Reflect.get(window, Symbol.for('codeloop.walk')) as Walk | undefined;
  // What has the focus of a page can lose it.
  const last = at as HTMLElement;
  if (walk) walk.last = last;
  last.blur();
}

/** Gives the focus back to what lost it by `dropFocus`; as after a press of a key, so that its sign shows. */
export function giveFocusBack(): void {
  (Reflect.get(window, Symbol.for('codeloop.walk')) as Walk | undefined)?.last?.focus({ preventScroll: true });
}
