import type { BrowserContext, BrowserContextOptions, CDPSession } from 'playwright';
import type { Target } from '../capture/capture.js';
import { withDeadline } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import type { Viewport } from '../core/vocabulary/geometry.js';
import type { SecondLook } from '../core/vocabulary/run.js';
import type { RawSnapshot } from './boxes/snapshot-tree.js';
import { trustOwnMachine } from './navigate.js';
import { ownShutter } from './shutter.js';
import type { WarmBrowser } from './warm-browser.js';

/** What one visit to a page showed: facts that were there at any time, and those that stayed. */
export interface Visit {
  ever: ReadonlySet<string>;
  steady: ReadonlySet<string>;
}

/** A page that chance changes is the same to both kinds of visits for so many pairs once in four thousand times. */
const MOST_PAIRS = 6;
/** Longest wait for the document, and for what is disputed to come up, ms. */
const LOAD_MS = 15_000;
const PATIENCE_MS = 2500;
/** Pairs that are waited for so long; slow content has come up by then, and only chance is left to be told from intent. */
const PATIENT_PAIRS = 2;
const SHORT_MS = 500;
const POLL_MS = 250;
/** Longest visit, ms: to load, to be patient, and as long again for a browser that is busy with others. */
const VISIT_MS = 40_000;
/** Differences that are named. */
const NAMED = 8;

const STYLES = ['visibility', 'opacity', 'color', 'background-color', 'background-image', 'font-size'] as const;

interface Question {
  browser: Pick<WarmBrowser, 'get' | 'replace'>;
  /** Options of the context in which the page was photographed. */
  options: BrowserContextOptions;
  viewport: Viewport;
  freezeTime: string | undefined;
  target: Target & { kind: 'url' };
  redact: (text: string) => string;
  signal: AbortSignal;
}

/**
 * Looks at a page as people's browsers do, without the marks of an automated one (name of the browser, `navigator.webdriver`, size of the
 * window), and says what it showed to one kind alone. `first`: the page as it was photographed. Where that differs, the page is opened in
 * turns with the marks and without, but without anything else of ours: only what every visit of the one kind had, and none of the other
 * at any time, is a difference, so that chance, time and slow content accuse nobody. Numbers do not count. Chromium alone.
 * Throws CANCELLED, BROWSER_CRASHED, DEADLINE_EXCEEDED, INTERNAL.
 */
export async function seenByOthers(first: Visit, question: Question): Promise<SecondLook> {
  const plain = [await visit(question, { ordinary: true, patienceMs: PATIENCE_MS }, (now) => disputed([first], [now]))];
  if (isSettled(disputed([first], plain))) return { looks: 1, differences: [] };
  const marked: Visit[] = [];
  // A server may answer in turns: the kinds are asked in an order that has no period.
  for (let pair = 0; pair < MOST_PAIRS; pair++) {
    const swapped = isSwapped(pair);
    const patienceMs = pair < PATIENT_PAIRS ? PATIENCE_MS : SHORT_MS;
    for (const ordinary of [!swapped, swapped]) {
      if (pair === 0 && ordinary) continue;
      const now = await visit(question, { ordinary, patienceMs }, (seen) =>
        ordinary ? disputed(marked, [...plain, seen]) : disputed([...marked, seen], plain),
      );
      (ordinary ? plain : marked).push(now);
    }
    if (isSettled(disputed(marked, plain))) break;
  }
  const found = disputed(marked, plain);
  const named = (by: 'codeloop' | 'others', facts: readonly string[]) =>
    facts.map((what) => ({ by, what: question.redact(what).slice(0, 200) }));
  const all = [...named('codeloop', found.marked), ...named('others', found.plain)];
  // Words and pictures say more than where something lies.
  const rank = ({ what }: { what: string }) => (what.startsWith('lies ') ? 1 : 0);
  return { looks: plain.length + marked.length, differences: all.sort((a, b) => rank(a) - rank(b)).slice(0, NAMED) };
}

/** Facts that every visit of the one kind had to the end, and none of the other at any time. Pure. */
export function disputed(marked: readonly Visit[], plain: readonly Visit[]): { marked: string[]; plain: string[] } {
  const only = (of: readonly Visit[], against: readonly Visit[]) =>
    [...(of[0]?.steady ?? [])].filter(
      (fact) => of.every(({ steady }) => steady.has(fact)) && !against.some(({ ever }) => ever.has(fact)),
    );
  return { marked: only(marked, plain), plain: only(plain, marked) };
}

function isSettled({ marked, plain }: ReturnType<typeof disputed>): boolean {
  return marked.length + plain.length === 0;
}

/** The Thue-Morse sequence. */
function isSwapped(pair: number): boolean {
  return [...pair.toString(2)].filter((digit) => digit === '1').length % 2 === 1;
}

/** The facts of a page that is open, as one visit. */
export async function visitNow(protocol: CDPSession, status: number | undefined): Promise<Visit> {
  const facts = await readFacts(protocol, status);
  return { ever: facts, steady: facts };
}

type Manner = Parameters<typeof visitOnce>[1];

/** One visit; where a browser makes no page any more (it has lost the process that begins them, and says nothing), once again in another. */
async function visit(question: Question, manner: Manner, dispute: Parameters<typeof visitOnce>[2]): Promise<Visit> {
  const once = () =>
    withDeadline(
      'the second look',
      VISIT_MS,
      (signal) => visitOnce({ ...question, signal }, manner, dispute),
      question.signal,
    );
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof CodeloopError) || error.code !== 'DEADLINE_EXCEEDED') throw error;
    question.browser.replace(undefined);
    return once();
  }
}

/** One visit in a context of its own, until nothing is disputed any more or patience ends. */
async function visitOnce(
  { browser, options, viewport, freezeTime, target, signal }: Question,
  { ordinary, patienceMs }: { ordinary: boolean; patienceMs: number },
  dispute: (now: Visit) => ReturnType<typeof disputed>,
): Promise<Visit> {
  const warm = await browser.get();
  const context = await warm.newContext({ ...options, ...(ordinary ? ordinaryScreen(viewport) : {}) });
  const stop = () => void context.close().catch(() => undefined); // it may be closed already
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (freezeTime !== undefined) await context.clock.setFixedTime(freezeTime);
    return await visitIn(context, { target, viewport, ordinary, patienceMs }, dispute);
  } finally {
    signal.removeEventListener('abort', stop);
    await context.close();
  }
}

async function visitIn(
  context: BrowserContext,
  {
    target,
    viewport,
    ordinary,
    patienceMs,
  }: { target: Question['target']; viewport: Viewport; ordinary: boolean; patienceMs: number },
  dispute: (now: Visit) => ReturnType<typeof disputed>,
): Promise<Visit> {
  const page = await context.newPage();
  const protocol = await context.newCDPSession(page);
  // The metrics that pictures are taken with show as well.
  await (ordinary ? hideMarks(protocol, viewport) : ownShutter(page, protocol, viewport));
  await trustOwnMachine(protocol, target.url);
  const answer = await page
    .goto(target.url, { waitUntil: 'load', timeout: LOAD_MS })
    .then((response) => response?.status())
    // What came until then is what people see.
    .catch(() => 0);
  let now = await readFacts(protocol, answer);
  let ever = now;
  let steady = now;
  for (const until = Date.now() + patienceMs; Date.now() < until; ) {
    if (isSettled(dispute({ ever, steady }))) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const before = now;
    now = await readFacts(protocol, answer);
    ever = new Set([...ever, ...now]);
    steady = new Set([...now].filter((fact) => before.has(fact)));
  }
  return { ever, steady };
}

/** A window of a person's is smaller than the screen; a phone's is not. */
function ordinaryScreen({ width, height, is_mobile: phone }: Viewport): BrowserContextOptions {
  return phone ? {} : { screen: { width: Math.max(1920, width), height: Math.max(1080, height + 140) } };
}

async function hideMarks(protocol: CDPSession, { locale, is_mobile: mobile }: Viewport): Promise<void> {
  const { userAgent, product } = await protocol.send('Browser.getVersion');
  const version = product.split('/')[1] ?? '0';
  const [major = '0'] = version.split('.');
  const brands = ['Google Chrome', 'Chromium'].map((brand) => ({ brand, version: major }));
  await protocol.send('Emulation.setUserAgentOverride', {
    userAgent: userAgent.replace('HeadlessChrome', 'Chrome'),
    ...(locale === undefined ? {} : { acceptLanguage: locale }),
    userAgentMetadata: {
      brands: [...brands, { brand: 'Not_A Brand', version: '24' }],
      fullVersionList: brands.map(({ brand }) => ({ brand, version })),
      ...{ platform: platformOf(userAgent), platformVersion: '', architecture: 'x86', model: '', mobile },
    },
  });
  await protocol.send('Page.enable');
  await protocol.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${beOrdinary.toString()})()` });
}

function platformOf(userAgent: string): string {
  return /Windows/.test(userAgent) ? 'Windows' : /Mac OS X/.test(userAgent) ? 'macOS' : 'Linux';
}

/** Read past the page: no script of its runs, and none can answer in place of the document. */
async function readFacts(protocol: CDPSession, status: number | undefined): Promise<ReadonlySet<string>> {
  const asked = { computedStyles: [...STYLES], includeDOMRects: false };
  const facts = factsOf(await protocol.send('DOMSnapshot.captureSnapshot', asked));
  return status === undefined || status === 200 ? facts : new Set([...facts, `answers ${status || 'nothing'}`]);
}

/** What can be seen of a page, frames and closed shadow roots included: texts, pictures, and where each element lies in which colours. Pure. */
export function factsOf({ documents, strings }: RawSnapshot): Set<string> {
  const facts = new Set<string>();
  const text = (at: number | undefined) => (at === undefined || at < 0 ? '' : (strings[at] ?? ''));
  for (const { nodes, layout } of documents) {
    const namesBrowser = holdersOf(nodes.parentIndex ?? [], layout, (said) => BROWSER.test(text(said)));
    const sources = new Map(nodes.currentSourceURL?.index.map((node, at) => [node, nodes.currentSourceURL?.value[at]]));
    for (const [at, node] of layout.nodeIndex.entries()) {
      const [visibility, opacity, color, ground, picture, size] = (layout.styles[at] ?? []).map(text);
      const [x = 0, y = 0, width = 0, height = 0] = (layout.bounds[at] ?? []).map(Math.round);
      if (visibility === 'hidden' || opacity === '0' || width * height === 0) continue;
      const said = plain(text(layout.text[at]));
      if (said !== '') facts.add(`says ${said}`);
      const source = text(sources.get(node));
      if (source !== '') facts.add(`shows ${address(source)}`);
      for (const [, url = ''] of (picture ?? '').matchAll(/url\("([^"]+)"\)/g)) facts.add(`shows ${address(url)}`);
      if (namesBrowser.has(node)) continue;
      const name = text(nodes.nodeName?.[node]).toLowerCase();
      facts.add(`lies ${name} ${width} x ${height} at ${x}, ${y}, ${color} on ${ground}, ${size}`);
    }
  }
  return facts;
}

/** How a browser calls itself, with the mark of an automated one or without. */
const BROWSER = /(?:Headless)?Chrome/;

/** Nodes whose text says the like, and those that they lie in: their size is that of the text. */
function holdersOf(
  parents: readonly number[],
  { nodeIndex, text }: RawSnapshot['documents'][number]['layout'],
  says: (text: number | undefined) => boolean,
): ReadonlySet<number> {
  const holders = new Set<number>();
  for (const [at, node] of nodeIndex.entries()) {
    if (!says(text[at])) continue;
    for (let up: number | undefined = node; up !== undefined && up >= 0 && !holders.has(up); up = parents[up])
      holders.add(up);
  }
  return holders;
}

/** Numbers change by themselves: times, counts, ids. What tells people the name of their browser tells each the right one. */
function plain(said: string): string {
  return said.replace(/\s+/g, ' ').trim().replace(/\d+/g, '#').replaceAll('HeadlessChrome', 'Chrome');
}

/** Path of a picture; what builds, ids and stamps put into it does not count. */
function address(source: string): string {
  if (!URL.canParse(source) || source.startsWith('data:') || source.startsWith('blob:')) return source.slice(0, 60);
  return new URL(source).pathname.replace(/[0-9a-f]{8,}|\d+/gi, '#');
}

/**
 * Takes from a page's window what only a driven browser has: `navigator.webdriver`, and a window without a frame around the page. Proxies of the
 * browser's own getters still read as native code.
 */
export function beOrdinary(): void {
  const answer = (owner: object, name: string, value: () => unknown): void => {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    if (own?.get) Object.defineProperty(owner, name, { ...own, get: new Proxy(own.get, { apply: value }) });
  };
  answer(Navigator.prototype, 'webdriver', () => false);
  answer(window, 'outerHeight', () => innerHeight + 87);
}
