import type { CDPSession } from 'playwright';
import { differingRegion } from '../../capture/steady-frames.js';
import { CodeloopError } from '../../core/errors.js';
import type { Focus, LaidOutPage } from '../../core/vocabulary/laid-out-page.js';
import type { LayoutCondition } from '../../core/vocabulary/layout.js';
import {
  endlessMotion,
  endTransitions,
  finishMotion,
  framesPass,
  type TextChange,
  textCondition,
} from '../page/condition.js';
import { type PageFacts, readPageFacts } from '../page/page-facts.js';
import { beginWalk, currentStop, dropFocus, giveFocusBack, type Stop } from '../page/tab-stops.js';
import type { PageSession } from '../page-session.js';
import { MAX_PRESSES } from '../photograph.js';
import { restLog, restPage } from '../rest-page.js';
import { readLaidOut } from './laid-out.js';

/** Longest that one frame is waited for, and that a page may take to come to rest at another width, ms. */
const FRAME_LIMIT_MS = 1000;
const REST_MS = 3000;

/**
 * Widths from which on a style holds or ends, CSS px: of every style sheet, whatever origin it came from. Container queries are none of
 * them: they ask for boxes, not for the window. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED, INTERNAL.
 */
export async function styleBreakpoints(session: PageSession, signal: AbortSignal): Promise<number[]> {
  const protocol = chromium(session);
  const read = async () => {
    await protocol.send('DOM.enable');
    await protocol.send('CSS.enable');
    const { medias } = await protocol.send('CSS.getMediaQueries');
    await protocol.send('CSS.disable');
    await protocol.send('DOM.disable');
    return medias;
  };
  const widths = new Set<number>();
  for (const { mediaList = [] } of await session.call('reading breakpoints', read, signal))
    for (const { feature, value, computedLength = value, unit } of mediaList.flatMap(
      ({ expressions }) => expressions,
    )) {
      const at = unit === 'px' ? value : computedLength;
      if (feature === 'min-width') widths.add(Math.ceil(at));
      else if (feature === 'max-width') widths.add(Math.floor(at) + 1);
      else if (feature === 'width') widths.add(Math.floor(at)).add(Math.floor(at) + 1);
    }
  return [...widths].filter((width) => width > 0 && width < 10_000).sort((a, b) => a - b);
}

/** Returns the page's layout in a window of another width. The page stays at that width. Throws as `styleBreakpoints`. */
export async function layOutAt(
  session: PageSession,
  width: number,
  rested: boolean,
  redact: (text: string) => string,
  signal: AbortSignal,
  height = session.viewport.height,
): Promise<LaidOutPage> {
  const { page, viewport } = session;
  const protocol = chromium(session);
  const facts = `(${readPageFacts})(${JSON.stringify({ most: MAX_PRESSES })})`;
  // Its own listeners hear of the new size, and what styles animate towards it is taken to its end.
  const settled = `(${framesPass})(${JSON.stringify({ count: 2, limitMs: FRAME_LIMIT_MS })}).then(${finishMotion})`;
  const resize = async () => {
    await evaluate(protocol, `(${endTransitions})()`);
    await protocol.send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height, screenWidth: width, screenHeight: height },
      ...{ deviceScaleFactor: viewport.device_scale_factor, mobile: viewport.is_mobile },
    });
    if (rested) await evaluate(protocol, settled);
  };
  await session.call('laying the page out', resize, signal);
  if (rested) {
    await restPage(session, restLog(), REST_MS, signal);
    await session.call('laying the page out', () => page.evaluate(finishMotion), signal);
  }
  // What it scrolls is put back before the page hears of it, in the next frame.
  const read = async () =>
    readLaidOut(
      protocol,
      await evaluate<PageFacts>(protocol, rested ? facts : `${settled}.then(() => ${facts})`),
      redact,
    );
  return session.call('reading the layout', read, signal);
}

/** Returns the page's layout at its own size, with what moves without end in it. Throws as `styleBreakpoints`. */
export async function layOutMoving(
  session: PageSession,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<LaidOutPage> {
  const { page } = session;
  const work = async () => {
    await page.evaluate(framesPass, { count: 2, limitMs: FRAME_LIMIT_MS });
    const motions = await page.evaluate(endlessMotion);
    const facts = await page.evaluate(readPageFacts, { most: 0 });
    return readLaidOut(chromium(session), { ...facts, left: 0, motions }, redact);
  };
  return session.call('looking for motion', work, signal);
}

/** Returns the page's layout at its own size, with what a walk by Tab met. Throws as `styleBreakpoints`. */
export async function walkByTab(
  session: PageSession,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<LaidOutPage> {
  const { page } = session;
  await session.stretch();
  const facts = await session.call('reading the layout', () => page.evaluate(readPageFacts, { most: 0 }), signal);
  return readLaidOut(chromium(session), { ...facts, left: 0 }, redact, () => walkKeyboard(session, signal));
}

/** The text change of each condition that is one. */
const TEXTS: Partial<Record<LayoutCondition, TextChange>> = {
  text_200: 'larger',
  text_spacing: 'spaced',
  long_text: 'longer',
  rtl: 'turned',
};

/**
 * Puts the page under a condition, or back as it was without one. What its own scripts do about it is theirs. Throws DEADLINE_EXCEEDED,
 * BROWSER_CRASHED, CANCELLED.
 */
export async function putUnder(
  session: PageSession,
  condition: Exclude<LayoutCondition, 'keyboard'> | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { page, viewport } = session;
  const work = async () => {
    await page.emulateMedia({
      media: condition === 'print' ? 'print' : 'screen',
      colorScheme: condition === 'dark' ? 'dark' : viewport.color_scheme,
      reducedMotion: condition === 'reduced_motion' ? 'reduce' : viewport.reduced_motion,
      forcedColors: condition === 'forced_colors' ? 'active' : 'none',
    });
    await page.evaluate(textCondition, (condition && TEXTS[condition]) ?? 'none');
  };
  await session.call('putting the page under a condition', work, signal);
}

/** The value of an expression in the page. Playwright's own way is three times as expensive, and a page is laid out twenty times. */
async function evaluate<Value>(protocol: CDPSession, expression: string): Promise<Value> {
  const options = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = await protocol.send('Runtime.evaluate', options);
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  // `expression` calls a function of ours, whose type the caller names.
  return result.value as Value;
}

function chromium(session: PageSession) {
  if (session.protocol) return session.protocol;
  throw new CodeloopError('INTERNAL', { reason: 'only Chromium tells how it laid a page out' });
}

/** Most presses of Tab; what was not come to by then is told. */
const MAX_TABS = 120;
/** Presses that one frame inside the page may take before the walk is given up. */
const MAX_IN_FRAME = 30;

/**
 * Presses Tab from the top of the document until the focus is back where it was, and looks at each stop with and without the focus: what
 * changes in the picture is the sign of the focus. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED.
 */
export async function walkKeyboard(
  session: PageSession,
  signal: AbortSignal,
): Promise<Pick<PageFacts, 'focus' | 'walk'>> {
  const { page } = session;
  const ask = <T>(what: string, work: () => Promise<T>) => session.call(what, work, signal);
  const controls = await ask('beginning the walk', () => page.evaluate(beginWalk));
  const nameOf = ({ element, within }: Pick<Stop, 'element' | 'within'>) => [...within, element].join(' ');
  const focus = new Map<string, Focus & Pick<Stop, 'element' | 'within'>>(
    controls.map(({ takenOut, ...control }) => [nameOf(control), { ...control, taken_out: takenOut, reached: false }]),
  );
  const stops: Stop[] = [];
  let presses = 0;
  let inFrame = 0;
  let trap: Stop | undefined;
  let complete = false;
  let caught = false;
  while (presses < MAX_TABS && inFrame < MAX_IN_FRAME) {
    presses += 1;
    const stop = await ask('pressing Tab', async () => {
      await page.keyboard.press('Tab');
      return page.evaluate(currentStop);
    });
    if (!stop) {
      // Beyond the last stop; or there is none.
      complete = stops.length > 0 || presses > 1;
      if (complete) break;
      continue;
    }
    if (stop.frame && stops.at(-1)?.id === stop.id) {
      inFrame += 1;
      continue;
    }
    const again = stops.findIndex(({ id }) => id === stop.id);
    if (again >= 0) {
      complete = true;
      // A dialog keeps the focus in it on purpose, and a page may begin anew without a stop between.
      caught = stops.slice(again).every(({ dialog }) => dialog);
      if (!caught && (again > 0 || stops.length === 1)) trap = stop;
      break;
    }
    stops.push(stop);
    const known = focus.get(nameOf(stop));
    if (known) focus.set(nameOf(stop), { ...known, reached: true, changed: await changeAt(session, stop, signal) });
  }
  return {
    focus: [...focus.values()].map(({ within, ...one }) => ({ ...one, frame: within })),
    walk: {
      presses,
      // What lies outside a dialog that keeps the focus is not to be come to.
      complete: complete && !caught,
      ...(trap && trap.element >= 0 ? { trap: { element: trap.element, frame: trap.within } } : {}),
    },
  };
}

/** Pixels of the part that changes with the focus, first around the stop and, where nothing does, in the whole window. */
async function changeAt(session: PageSession, { around }: Stop, signal: AbortSignal): Promise<number> {
  const { page, shutter } = session;
  const clip = around.width >= 1 && around.height >= 1 ? around : undefined;
  const still = async () => {
    await page.evaluate(framesPass, { count: 1, limitMs: FRAME_LIMIT_MS });
    await page.evaluate(finishMotion);
  };
  const work = async () => {
    await still();
    const focused = clip && (await shutter.shoot(clip));
    await page.evaluate(dropFocus);
    await still();
    let region = focused && (await differingRegion(focused, await shutter.shoot(clip)));
    if (!region) {
      const without = await shutter.shoot();
      await page.evaluate(giveFocusBack);
      await still();
      region = await differingRegion(await shutter.shoot(), without);
    }
    // What the next press does is the business of what has the focus.
    await page.evaluate(giveFocusBack);
    return region ? Math.round(region.width * region.height) : 0;
  };
  return session.call('looking at the focus', work, signal);
}
