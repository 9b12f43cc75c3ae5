import type { WitnessMessage, WitnessOptions } from './witness-message.js';

/**
 * Watches a document from an isolated world, where the page can neither see nor reach it: what is pressed, what changes, which lines of
 * text come up, and how long scripts hold everything up. Reads only; nothing of the page is touched.
 */
export function witness(options: WitnessOptions): void {
  const key = Symbol.for('codeloop.witness');
  const before: unknown = Reflect.get(globalThis, key);
  if (typeof before === 'function') before();
  const binding: unknown = Reflect.get(globalThis, options.binding);
  if (typeof binding !== 'function') return;
  const tell = (message: WitnessMessage) => binding(JSON.stringify(message));
  const stop = new AbortController();
  const known = new Set<string>();
  let lastChange = 0;
  let changeTimer: ReturnType<typeof setTimeout> | undefined;
  let textsTimer: ReturnType<typeof setTimeout> | undefined;
  let lastTexts = Number.NEGATIVE_INFINITY;
  let changedAt: number | undefined;
  let introduced = window !== window.top;
  let valuesTimer: ReturnType<typeof setInterval> | undefined;

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
    if (!target || placesAtPress.get(target) !== placeOf(target)) return tell({ what: 'input' });
    echo = true;
    setTimeout(endEcho);
    tell({ what: 'aside', scrolled: true });
  };

  const changed = (records: readonly MutationRecord[]) => {
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
    if (textsTimer === undefined) {
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
    const lines = [document.title, ...(document.body?.innerText ?? '').split('\n')]
      .map((line) => line.replace(/\s+/g, ' ').trim().slice(0, options.maxTextLength))
      .filter((line) => line !== '');
    const news = [...new Set(lines)].filter((line) => !known.has(line)).slice(0, options.maxTexts);
    const now = new Set(lines);
    const gone = [...known].filter((line) => !now.has(line)).slice(0, options.maxTexts);
    // What is gone may come again, and is news then.
    known.clear();
    for (const line of now) known.add(line);
    if (news.length + gone.length === 0) return;
    tell({ what: 'texts', texts: news, gone, ms: ago, ...(introduced ? {} : { url: location.href }) });
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
  // What scripts put into fields changes neither the document nor tells of itself.
  const valuesNow = () =>
    [...document.querySelectorAll('input, textarea, select')]
      .slice(0, options.maxFields)
      .map((element) => `${Reflect.get(element, 'value')}\n${Reflect.get(element, 'checked')}`)
      .join('\r');
  const watchValues = () => {
    clearInterval(valuesTimer);
    const before = valuesNow();
    const until = performance.now() + options.valuesMs;
    valuesTimer = setInterval(() => {
      const differ = valuesNow() !== before;
      if (differ) tell({ what: 'input' });
      if (differ || performance.now() > until) clearInterval(valuesTimer);
    }, options.changeEveryMs / 2);
  };
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
  // Who hears a press is alive: what holds the page up from now on began with it, not with the beat before, up to half a second ago and
  // longer on a crowded machine, when the step had not begun.
  for (const type of ['pointerdown', 'keydown', 'click']) listen(type, beat);
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
    tell({
      what: 'press',
      ...(pressed ? { box: boxOf(pressed) } : {}),
      ...(left ? { left } : {}),
      ...(name === '' ? {} : { name }),
    });
    watchValues();
  });
  // A text field tells that it has changed when it is left, long after the typing: that is no answer to what was pressed then.
  listen('change', (event) => {
    const element = elementOf(event);
    if (!(element instanceof HTMLTextAreaElement) && !(element instanceof HTMLInputElement && isText(element)))
      tell({ what: 'input' });
  });
  listen('scroll', onScroll);
  for (const type of ['pointerup', 'click', 'keydown']) listen(type, endEcho);
  for (const type of ['input', 'submit', 'toggle', 'select', 'copy', 'paste', 'play', 'pause', 'drop'])
    listen(type, () => tell({ what: 'input' }));
  // Who presses a field wants to type: that it has the focus now is what was wanted.
  listen('focusin', (event) => {
    if (elementOf(event)?.matches(field)) tell({ what: 'input' });
  });
  listen('click', (event) => {
    if (elementOf(event)?.matches('input[type=file]')) tell({ what: 'input' });
  });

  const heart = setInterval(beat, 500);
  Reflect.set(globalThis, Symbol.for('codeloop.witness.flush'), readTexts);
  Reflect.set(globalThis, key, () => {
    observer.disconnect();
    stop.abort();
    clearInterval(heart);
    clearTimeout(changeTimer);
    clearTimeout(textsTimer);
    clearInterval(valuesTimer);
  });
  tell({ what: 'beat' });
  if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', () => readTexts(), { once: true, signal: stop.signal });
  else readTexts();
}
