import type { Habits } from './habits.js';
import type { PartsInView, ShadowText } from './parts.js';
import type { WitnessMessage, WitnessOptions } from './witness-message.js';

/**
 * Watches a document from an isolated world, where the page can neither see nor reach it: what is pressed, what changes, which lines of
 * text come up, and how long scripts hold everything up. Reads only; nothing of the page is touched.
 */
export function witness(options: WitnessOptions): void {
  const key = Symbol.for(`codeloop.witness.${options.binding}`);
  const before: unknown = Reflect.get(globalThis, key);
  if (typeof before === 'function') before();
  const binding: unknown = Reflect.get(globalThis, options.binding);
  if (typeof binding !== 'function') return;
  const tell = (message: WitnessMessage) => binding(JSON.stringify(message));
  const stop = new AbortController();
  const known = new Map<string, string>();
  let lastChange = 0;
  let changeTimer: ReturnType<typeof setTimeout> | undefined;
  let textsTimer: ReturnType<typeof setTimeout> | undefined;
  let lastTexts = Number.NEGATIVE_INFINITY;
  let changedAt: number | undefined;
  let introduced = window !== window.top;
  let pressTimer: ReturnType<typeof setInterval> | undefined;
  const partsInView = Reflect.get(globalThis, Symbol.for('codeloop.parts')) as PartsInView;
  const shadowText = Reflect.get(globalThis, Symbol.for('codeloop.shadow-text')) as ShadowText;
  let parts = new Map<Element, string>();
  let direct = false;
  const habits = Reflect.get(globalThis, Symbol.for('codeloop.habits')) as Habits;

  // What came up lately is likely to go again: a message that is shown for some seconds.
  let fresh: { element: Element; at: number }[] = [];
  let pressedAt: number | undefined;
  let boxesAtPress: WitnessMessage['boxes'] = [];
  const remember = (records: readonly MutationRecord[]) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof Element) fresh.push({ element: node, at: performance.now() });
    if (fresh.length > options.maxFresh) fresh = fresh.slice(-options.maxFresh);
  };
  // What a timer does that was set before the press would have happened without it.
  const onTold = (event: Event) => {
    const records = observer.takeRecords();
    if (records.length === 0) return;
    const askedAt = performance.now() - (event instanceof UIEvent ? event.detail : 0);
    if (pressedAt === undefined || askedAt >= pressedAt) changed(records);
    else changedAside(records);
  };
  const changedAside = (records: readonly MutationRecord[]) => {
    remember(records);
    const touched = records.flatMap(({ target, type }) =>
      type === 'attributes' && target instanceof Element ? [boxOf(target)] : [],
    );
    tell({ what: 'aside', boxes: [...(boxesAtPress ?? []), ...touched].slice(0, options.maxFresh) });
    readLater();
  };
  // What the page does by itself goes on after a press as before; where, is told now and then.
  let ownBoxes: NonNullable<WitnessMessage['boxes']> = [];
  const changedByItself = (records: readonly MutationRecord[]) => {
    remember(records);
    for (const { target } of records.slice(0, options.maxFresh)) {
      const element = target instanceof Element ? target : target.parentElement;
      if (element) ownBoxes.push(boxOf(element));
    }
    ownBoxes = ownBoxes.slice(-options.maxFresh);
    readLater();
  };

  // Whoever takes a step scrolls the button into view first; on a busy machine the page hears of it after the press. What it does then,
  // and what it does in the same frame, is no answer to the press; nor is how that goes on: a button to the top that fades in.
  let placesAtPress = new Map<EventTarget, string>();
  let echo = false;
  let echoed = new WeakSet<Node>();
  const isRestyled = ({ type }: MutationRecord) => type === 'attributes';
  const placeOf = (target: EventTarget) =>
    target instanceof Element ? `${target.scrollLeft},${target.scrollTop}` : `${scrollX},${scrollY}`;
  const endEcho = () => {
    echo = false;
  };
  const onScroll = ({ target }: Event) => {
    if (!target || placesAtPress.get(target) !== placeOf(target)) {
      // A ticker that scrolls goes on scrolling.
      if (!habits.isOwn(`scroll ${target instanceof Element ? `${target.localName}#${target.id}` : ''}`, direct))
        tell({ what: 'input' });
      else if (target instanceof Element) ownBoxes.push(boxOf(target));
      return;
    }
    echo = true;
    setTimeout(endEcho);
    tell({ what: 'aside', scrolled: true });
  };

  const changed = (all: readonly MutationRecord[]) => {
    const { news: records, own } = habits.sort(all, direct);
    if (own.length > 0) changedByItself(own);
    if (records.length === 0) return;
    if (echo) for (const record of records) if (isRestyled(record)) echoed.add(record.target);
    if (echo || records.every((record) => isRestyled(record) && echoed.has(record.target)))
      return changedAside(records);
    remember(records);
    const wait = lastChange + options.changeEveryMs - performance.now();
    if (wait <= 0) {
      lastChange = performance.now();
      tell({ what: 'dom' });
    } else changeTimer ??= setTimeout(laterChanged, wait);
    readLater();
  };
  const readLater = () => {
    if (options.texts && textsTimer === undefined) {
      changedAt = performance.now();
      // Soon after a long silence: what a step leads to is read before the next one.
      const wait = Math.max(options.textsAfterMs, lastTexts + options.textsEveryMs - changedAt);
      textsTimer = setTimeout(readTexts, wait);
    }
  };
  const laterChanged = () => {
    changeTimer = undefined;
    lastChange = performance.now();
    tell({ what: 'dom' });
  };
  const readTexts = () => {
    clearTimeout(textsTimer);
    textsTimer = undefined;
    lastTexts = performance.now();
    const ago = changedAt === undefined ? 0 : Math.round(lastTexts - changedAt);
    changedAt = undefined;
    // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
    const own = (document.body?.innerText ?? '').split('\n');
    // What is still being parsed may be the half of a word.
    if (document.readyState === 'loading') own.pop();
    const lines = [document.body ? document.title : '', ...own, ...shadowText().split('\n')].flatMap(
      (line) => line.replace(/\s+/g, ' ').trim() || [],
    );
    // Whoever hears it cuts it, and has to know what it is the beginning of.
    const now = new Map(lines.map((line) => [line.slice(0, options.maxTextLength), line.slice(0, options.toldLength)]));
    const notIn = (others: ReadonlyMap<string, string>, all: ReadonlyMap<string, string>) =>
      [...all].flatMap(([key, line]) => (others.has(key) ? [] : line)).slice(0, options.maxTexts);
    const [news, gone] = [notIn(known, now), notIn(now, known)];
    known.clear(); // What is gone may come again, and is news then.
    for (const [key, line] of now) known.set(key, line);
    const partsBefore = parts;
    parts = partsInView();
    const opened = introduced ? [...parts].flatMap(([part, name]) => (partsBefore.has(part) ? [] : [name])) : [];
    const closed = [...partsBefore].flatMap(([part, name]) => (parts.has(part) ? [] : [name]));
    if (news.length + gone.length + opened.length + closed.length === 0) return;
    tell({ what: 'texts', texts: news, gone, opened, closed, ms: ago, ...(introduced ? {} : { url: location.href }) });
    introduced = true;
  };

  // The next step may remove what was not read yet.
  const readPending = () => {
    if (textsTimer !== undefined) readTexts();
  };

  const observer = new MutationObserver(changed);
  const observe = (root: Node) =>
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  observe(document);
  const listen = (type: string, listener: (event: Event) => void) =>
    document.addEventListener(type, listener, { capture: true, passive: true, signal: stop.signal });
  const elementOf = (event: Event) => event.composedPath().find((node) => node instanceof Element);
  const isText = ({ type }: HTMLInputElement) =>
    !/^(?:checkbox|radio|file|range|color|date|datetime-local|month|week|time)$/.test(type);
  const players = 'canvas, video, iframe, embed, object, audio';
  const chosen =
    '[role=tab][aria-selected=true], [role=option][aria-selected=true], input[type=radio]:checked, [aria-current]:not([aria-current=false]), [aria-disabled=true]';
  const field = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

  const boxOf = (element: Element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };
  const nameOf = (element: Element | null | undefined) => {
    if (!(element instanceof HTMLElement)) return element?.getAttribute('aria-label') ?? '';
    const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels] : [];
    const inner = element.querySelector('img[alt], [aria-label]');
    return (
      element.getAttribute('aria-label') ||
      // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
      labels.map((label) => (label instanceof HTMLElement ? label.innerText : '')).join(' ') ||
      // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
      (element.isContentEditable ? '' : element.innerText) ||
      (element instanceof HTMLInputElement && /^(?:button|submit|reset)$/.test(element.type) ? element.value : '') ||
      inner?.getAttribute('alt') ||
      inner?.getAttribute('aria-label') ||
      element.title
    );
  };

  // Fast typing is not delayed at each letter.
  const typing = () => {
    if (performance.now() - lastTexts > options.changeEveryMs) readPending();
  };
  // For a while after a press: what tells nobody that it changes, and where things move that moved before.
  const watchPress = () => {
    clearInterval(pressTimer);
    const from = performance.now();
    let stirred = false;
    // What opens by style alone tells nobody.
    readLater();
    pressTimer = setInterval(() => {
      const stirs = !stirred && (habits.stirred() || habits.stopped());
      if (stirs) tell({ what: 'input' });
      stirred ||= stirs;
      const boxes = [...ownBoxes.splice(0), ...habits.moving()].slice(-options.maxFresh);
      if (boxes.length > 0) tell({ what: 'aside', boxes });
      if (performance.now() > from + options.pressMs) clearInterval(pressTimer);
    }, options.changeEveryMs);
  };
  // All that changes while an event of a press is handled is its doing, whatever the page does by itself.
  const settleDirect = () => {
    const records = observer.takeRecords();
    if (records.length > 0) changed(records);
    direct = false;
  };
  const handled = (event: Event) => {
    if (!event.isTrusted) return;
    settleDirect();
    direct = true;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = settleDirect;
    port2.postMessage(0);
  };
  const onDid = (event: Event) => {
    if (!(event instanceof UIEvent)) return;
    if (event.detail === 0) tell({ what: 'aside', boxes: [], heard: true });
    else if (!habits.isOwn(`call ${event.detail}`, direct)) tell({ what: 'input' });
  };
  document.addEventListener(`${options.told}-did`, onDid, { signal: stop.signal });
  document.addEventListener(options.told, onTold, { signal: stop.signal });
  let lastBeat = performance.now();
  let loading = document.readyState !== 'complete';
  const beat = () => {
    const now = performance.now();
    if (now - lastBeat > options.stuckMs) tell({ what: 'stuck', ms: Math.round(now - lastBeat), loading });
    else tell({ what: 'beat' });
    lastBeat = now;
    loading = document.readyState !== 'complete';
  };
  const heartbeat = () => {
    habits.look();
    if (options.beats) beat();
  };
  // Who hears a press is alive: what holds the page up from now on began with it, not with the beat before, up to half a second ago and
  // longer on a crowded machine, when the step had not begun.
  if (options.beats) for (const type of ['pointerdown', 'keydown', 'click']) listen(type, beat);
  for (const type of [
    'pointerdown',
    'mousedown',
    'pointerup',
    'mouseup',
    'click',
    'dblclick',
    'input',
    'change',
    'submit',
  ]) {
    addEventListener(type, handled, { capture: true, passive: true, signal: stop.signal });
    addEventListener(type, settleDirect, { passive: true, signal: stop.signal });
  }
  listen('keydown', typing);
  listen('input', typing);
  addEventListener('pagehide', readPending, { signal: stop.signal });
  listen('pointerdown', (event) => {
    readPending();
    const target = elementOf(event);
    // A shadow tree is seen from the first press in it.
    for (const node of event.composedPath()) if (node instanceof ShadowRoot) observe(node);
    const pressed = target?.closest('button, a, label, summary, [role], [tabindex], input') ?? target;
    const focused = document.activeElement;
    const left = focused && focused !== document.body && focused !== pressed ? boxOf(focused) : undefined;
    // Earlier changes are reported already; later ones are reported at once.
    clearTimeout(changeTimer);
    changeTimer = undefined;
    lastChange = Number.NEGATIVE_INFINITY;
    pressedAt = performance.now();
    echoed = new WeakSet();
    placesAtPress = new Map([document, ...event.composedPath()].map((node) => [node, placeOf(node)]));
    fresh = fresh.filter(({ element, at }) => element.isConnected && performance.now() - at < options.freshMs);
    // What holds the pressed element goes or stays by the press.
    boxesAtPress = fresh
      .filter(({ element }) => !(pressed && element.contains(pressed)))
      .map(({ element }) => boxOf(element))
      .filter(({ width, height }) => width * height < (innerWidth * innerHeight) / 4);
    const name = nameOf(pressed).replace(/\s+/g, ' ').trim().slice(0, options.maxTextLength);
    // What draws itself changes without a script that says so; where the press is in it, its picture is what counts.
    const inPlayer = target?.closest(players) ?? undefined;
    tell({
      what: 'press',
      ...(pressed && !inPlayer ? { box: boxOf(pressed) } : {}),
      ...(left ? { left } : {}),
      ...(name === '' ? {} : { name }),
      players: [...document.querySelectorAll(`${players}, img, progress:not([value])`)]
        .slice(0, options.maxFresh)
        .map(boxOf),
      ...(inPlayer ? { inPlayer: true } : {}),
    });
    habits.press(pressed);
    ownBoxes = [];
    // A list or a picker that the browser opens is in no document, a caret in no picture; and what is chosen already stays so.
    const named = target?.closest('label')?.control ?? undefined;
    if (pressed?.closest(`${field}, ${chosen}`) || named?.matches(`${field}, ${chosen}`)) tell({ what: 'input' });
    watchPress();
  });
  // A text field tells that it has changed when it is left, long after the typing: that is no answer to what was pressed then.
  listen('change', (event) => {
    const element = elementOf(event);
    if (!(element instanceof HTMLTextAreaElement) && !(element instanceof HTMLInputElement && isText(element)))
      tell({ what: 'input' });
  });
  listen('scroll', onScroll);
  for (const type of ['pointerup', 'click', 'keydown']) listen(type, endEcho);
  for (const type of [
    'input',
    'submit',
    'invalid',
    'reset',
    'toggle',
    'select',
    'copy',
    'paste',
    'play',
    'pause',
    'drop',
    'fullscreenchange',
  ])
    listen(type, () => tell({ what: 'input' }));
  // Who presses a field wants to type: that it has the focus now is what was wanted.
  listen('focusin', (event) => {
    if (elementOf(event)?.matches(field)) tell({ what: 'input' });
  });
  listen('click', (event) => {
    if (elementOf(event)?.matches('input[type=file]')) tell({ what: 'input' });
  });

  const heart = setInterval(heartbeat, 500);
  Reflect.set(globalThis, Symbol.for(`codeloop.witness.${options.binding}.flush`), readTexts);
  Reflect.set(globalThis, key, () => {
    observer.disconnect();
    stop.abort();
    clearInterval(heart);
    clearTimeout(changeTimer);
    clearTimeout(textsTimer);
    clearInterval(pressTimer);
  });
  if (options.beats) tell({ what: 'beat' });
  if (!options.texts) return;
  if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', () => readTexts(), { once: true, signal: stop.signal });
  else readTexts();
}
