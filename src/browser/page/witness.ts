/** What the page is asked to tell, as JSON through one binding. */
export interface WitnessMessage {
  what: 'press' | 'dom' | 'input' | 'texts' | 'stuck' | 'beat';
  box?: { x: number; y: number; width: number; height: number };
  texts?: string[];
  ms?: number;
}

export interface WitnessOptions {
  /** Name of the binding, a function of the isolated world. */
  binding: string;
  /** Least time between two messages that something changed, and between two looks at the page's text, ms. */
  changeEveryMs: number;
  textsEveryMs: number;
  /** A pause of the page's scripts longer than this is told, ms. */
  stuckMs: number;
  maxTexts: number;
  maxTextLength: number;
}

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

  const changed = () => {
    const wait = lastChange + options.changeEveryMs - performance.now();
    if (wait <= 0) {
      lastChange = performance.now();
      tell({ what: 'dom' });
    } else changeTimer ??= setTimeout(laterChanged, wait);
    textsTimer ??= setTimeout(readTexts, options.textsEveryMs);
  };
  const laterChanged = () => {
    changeTimer = undefined;
    lastChange = performance.now();
    tell({ what: 'dom' });
  };
  const readTexts = () => {
    textsTimer = undefined;
    // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
    const lines = [document.title, ...(document.body?.innerText ?? '').split('\n')]
      .map((line) => line.replace(/\s+/g, ' ').trim().slice(0, options.maxTextLength))
      .filter((line) => line !== '');
    const fresh = [...new Set(lines)].filter((line) => !known.has(line)).slice(0, options.maxTexts);
    // What is gone may come again, and is news then.
    known.clear();
    for (const line of lines) known.add(line);
    if (fresh.length > 0) tell({ what: 'texts', texts: fresh });
  };

  const observer = new MutationObserver(changed);
  const observe = (root: Node) =>
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  observe(document);
  const listen = (type: string, listener: (event: Event) => void) =>
    document.addEventListener(type, listener, { capture: true, passive: true, signal: stop.signal });
  const elementOf = (event: Event) => event.composedPath().find((node) => node instanceof Element);
  const field = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

  listen('pointerdown', (event) => {
    const target = elementOf(event);
    // A shadow tree is seen from the first press in it.
    for (const node of event.composedPath()) if (node instanceof ShadowRoot) observe(node);
    const pressed = target?.closest('button, a, label, summary, [role], [tabindex], input') ?? target;
    const box = pressed?.getBoundingClientRect();
    // What changed before is told already; what changes from now on is told at once.
    clearTimeout(changeTimer);
    changeTimer = undefined;
    lastChange = Number.NEGATIVE_INFINITY;
    tell({ what: 'press', ...(box ? { box: { x: box.x, y: box.y, width: box.width, height: box.height } } : {}) });
  });
  for (const type of [
    'input',
    'change',
    'submit',
    'toggle',
    'scroll',
    'select',
    'copy',
    'paste',
    'play',
    'pause',
    'drop',
  ])
    listen(type, () => tell({ what: 'input' }));
  // Who presses a field wants to type: that it has the focus now is what was wanted.
  listen('focusin', (event) => {
    if (elementOf(event)?.matches(field)) tell({ what: 'input' });
  });
  listen('click', (event) => {
    if (elementOf(event)?.matches('input[type=file]')) tell({ what: 'input' });
  });

  let lastBeat = performance.now();
  const heart = setInterval(() => {
    const now = performance.now();
    if (now - lastBeat > options.stuckMs) tell({ what: 'stuck', ms: Math.round(now - lastBeat) });
    else tell({ what: 'beat' });
    lastBeat = now;
  }, 500);
  Reflect.set(globalThis, Symbol.for('codeloop.witness.flush'), readTexts);
  Reflect.set(globalThis, key, () => {
    observer.disconnect();
    stop.abort();
    clearInterval(heart);
    clearTimeout(changeTimer);
    clearTimeout(textsTimer);
  });
  tell({ what: 'beat' });
  if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', () => readTexts(), { once: true, signal: stop.signal });
  else readTexts();
}

/** Tells the texts of this document that were not told yet. */
export function flushWitness(): void {
  const flush: unknown = Reflect.get(globalThis, Symbol.for('codeloop.witness.flush'));
  if (typeof flush === 'function') flush();
}

/** Ends what `witness` began in this document. */
export function dismissWitness(): void {
  const stop: unknown = Reflect.get(globalThis, Symbol.for('codeloop.witness'));
  if (typeof stop === 'function') stop();
}
