/// <reference lib="dom" />

/** Where the focus is after a press of Tab. */
export interface Stop {
  /** Number of the element in the order of the document as the walk began; -1: it came later, or lies in a shadow tree. */
  element: number;
  /** The same for the same element, also in shadow trees. */
  id: number;
  /** Frames have stops of their own, which are not told apart. */
  frame: boolean;
  /** Where the sign of the focus may be, CSS px of the page: the control, its labels and what stands beside it. */
  around: { x: number; y: number; width: number; height: number };
  /** It lies in a dialog. */
  dialog: boolean;
}

/** A control as the walk is to meet it. */
export interface TabControl {
  element: number;
  expected: boolean;
  focusable: boolean;
  takenOut: boolean;
}

interface Walk {
  last?: HTMLElement | SVGElement;
  numbers: Map<Element, number>;
  ids: Map<Element, number>;
}

/** Begins a walk by Tab at the top of the document, and tells what controls there are. */
export function beginWalk(): TabControl[] {
  const all = Array.from(document.querySelectorAll('*'));
  const walk: Walk = { numbers: new Map(all.map((element, number) => [element, number])), ids: new Map() };
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
  const modal = document.querySelector('dialog:modal,[aria-modal=true]');
  const seenRadios = new Set<string>();
  const controls: TabControl[] = [];
  for (const element of Array.from(
    document.querySelectorAll<HTMLElement>(`${native},${roles.map((role) => `[role=${role}]`).join(',')}`),
  )) {
    const { width, height } = element.getBoundingClientRect();
    if (width < 2 || height < 2 || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      continue;
    if (element.matches(':disabled,[aria-disabled=true]') || element.closest('[inert],[aria-hidden=true]')) continue;
    if (element.localName === 'iframe') continue;
    const focusable = element.tabIndex >= 0 || element.hasAttribute('tabindex') || element.matches(native);
    const takenOut = Number(element.getAttribute('tabindex') ?? 0) < 0;
    let expected = element.closest(widgets) === null && !(modal && !modal.contains(element));
    if (element instanceof HTMLInputElement && element.type === 'radio' && element.name !== '') {
      // Of a group Tab comes to one.
      expected &&= !seenRadios.has(element.name);
      seenRadios.add(element.name);
    }
    // A control in a control is pressed with it; a label's control is focused itself.
    if (!element.matches(native) && element.querySelector(native)) expected = false;
    if (!element.matches(native) && element.parentElement?.closest(native)) expected = false;
    controls.push({ element: walk.numbers.get(element) ?? -1, expected, focusable, takenOut });
  }
  return controls;
}

/** Where the focus is; undefined: nowhere on the page. */
export function currentStop(): Stop | undefined {
  const walk = Reflect.get(window, Symbol.for('codeloop.walk')) as Walk | undefined;
  let at: Element | null = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!walk || !at || at === document.body || at === document.documentElement) return undefined;
  const id = walk.ids.get(at) ?? walk.ids.size;
  walk.ids.set(at, id);
  const labels = 'labels' in at && at.labels instanceof NodeList ? Array.from(at.labels as NodeListOf<Element>) : [];
  const shown = [at, at.nextElementSibling, at.previousElementSibling, ...labels];
  const holder = at.parentElement?.getBoundingClientRect();
  // What holds a control alone, as an input's frame does, shows the focus for it.
  if (holder && holder.width < 600 && holder.height < 120) shown.push(at.parentElement);
  const boxes = shown
    .flatMap((one) => (one ? [one.getBoundingClientRect()] : []))
    .filter(({ width, height }) => width > 0 && height > 0);
  const room = 12;
  const left = Math.max(0, Math.min(...boxes.map((box) => box.left)) - room);
  const top = Math.max(0, Math.min(...boxes.map((box) => box.top)) - room);
  const right = Math.min(innerWidth, Math.max(...boxes.map((box) => box.right)) + room);
  const bottom = Math.min(innerHeight, Math.max(...boxes.map((box) => box.bottom)) + room);
  const around = {
    x: left + scrollX,
    y: top + scrollY,
    width: Math.max(0, right - left),
    height: Math.max(0, bottom - top),
  };
  return {
    element: walk.numbers.get(at) ?? -1,
    id,
    frame: at instanceof HTMLIFrameElement,
    around,
    dialog: at.closest('dialog,[role=dialog],[role=alertdialog],[aria-modal=true]') !== null,
  };
}

/** Takes the focus away; the next Tab goes on from there. */
export function dropFocus(): void {
  let at: Element | null = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!(at instanceof HTMLElement || at instanceof SVGElement)) return;
  const walk = Reflect.get(window, Symbol.for('codeloop.walk')) as Walk | undefined;
  if (walk) walk.last = at;
  at.blur();
}

/** Gives the focus back to what lost it by `dropFocus`; as after a press of a key, so that its sign shows. */
export function giveFocusBack(): void {
  (Reflect.get(window, Symbol.for('codeloop.walk')) as Walk | undefined)?.last?.focus({ preventScroll: true });
}
