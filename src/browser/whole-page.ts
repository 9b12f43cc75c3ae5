import { coverParts, type Patches } from '../capture/frame-store.js';
import { stackSize, steadyFrames } from '../capture/steady-frames.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { boxesInPicture, MASK_COLOR } from './masks.js';
import type { Pass, Stop, Unseen } from './page/agenda-parts.js';
import { withAgenda } from './page/agenda-parts.js';
import { setHeld } from './page/agenda-switches.js';
import { framesPass } from './page/endless-motion.js';
import { installEye } from './page/scene.js';
import { installSurvey } from './page/survey.js';
import {
  bringOn,
  drawsItsEnd,
  findScrollers,
  growScroller,
  hidePinned,
  lookInScroller,
  type Scroller,
  showPinned,
} from './page/whole-page.js';
import type { PageSession } from './page-session.js';
import { everyFrame, type RestLog, restPage } from './rest-page.js';
import { clipOf } from './shutter.js';

/** Furthest that a page which grows as it is scrolled is scrolled for lazy content, CSS px; a longer one to its end. */
const LAZY_MAX_PX = 40_000;
/** Longest that one frame is waited for, ms: a page that draws none within it will not. */
export const FRAME_LIMIT_MS = 2000;
/** Time at each stop for listeners that hear of scrolling a few times a second only, ms. */
const DWELL_MS = 260;
/** Longest that scrolling through a page may take, ms. */
const SURVEY_MS = 90_000;
/** Most screens that are put into one picture, and ms after which no more are begun: a page that draws itself anew at each place has no end. */
const [MOST_STOPS, STOPS_MS] = [80, 45_000];
/** How long a screen that goes into the picture may take to stand still, ms. */
const STOP_SETTLE_MS = 3000;
/** Tallest that a page is made so that its main scroller shows everything, CSS px, and how often it is tried: content may grow along. */
const TALLEST_PX = 16_000;
const STRETCHES = 3;

/** What is left to be done for a picture of everything. */
export interface Surveyed {
  /** Places that are seen only from where they were scrolled to. */
  stops: Stop[];
  /** Where the page was scrolled to before. */
  home: { x: number; y: number };
  /** It was made taller than its viewport: how tall, CSS px; 0 where it was not. */
  stretched: number;
  /** What scrolls in its place draws only what it is scrolled to. */
  drawsPart: boolean;
  /** An endless chain of animation frames looks where the page stands: it has to run at each stop. */
  run: boolean;
}

/**
 * Brings everything of a page on: draws what is skipped off the screen, makes the page as tall as its main scroller needs (`whole`), scrolls
 * to the end as a person does, and finds out what can be seen only from there. Leaves the page at its top, at rest. Fills `log`.
 */
export async function surveyPage(
  session: PageSession,
  log: RestLog,
  whole: boolean,
  signal: AbortSignal,
): Promise<Surveyed> {
  const { page } = session;
  const ask = <T>(what: string, work: () => Promise<T>, ms?: number) => session.call(what, work, signal, ms);
  const unseen: Unseen[] = [];
  await everyFrame(session, (frame) => frame.evaluate(bringOn), signal);
  const home = await ask('scrolling to the top', () => page.evaluate(() => ({ x: scrollX, y: scrollY })));
  const { stretched, drawsPart } = whole
    ? await stretchToContent(session, log, unseen, signal)
    : { stretched: 0, drawsPart: false };
  await ask('scrolling the page', () => page.evaluate(installEye));
  await ask('scrolling the page', () => page.evaluate(installSurvey));
  const { clip } = await ask('measuring the page', () =>
    clipOf(session, { fullPage: true }, true, session.viewport.device_scale_factor),
  );
  const longest = Math.max(LAZY_MAX_PX, clip?.height ?? 0);
  const pass = (options: Pass) => ask('scrolling the page', () => page.evaluate(goThrough, options), SURVEY_MS);
  const first = await pass({ step: 1, dwellMs: 0, maxPx: longest });
  log.settle.lazy_scroll_px = first.px;
  log.settle.lazy_complete = first.complete;
  // What answers to scrolling is gone through once more, in steps that overlap, slowly enough for who listens or looks now and then only.
  const run = first.polls > 0;
  const dwellMs = first.hears || run ? Math.min(1000, Math.max(DWELL_MS, first.polls)) : 0;
  let { waits, late } = first;
  if (first.reacts) {
    const slow = { step: 0.5, dwellMs, maxPx: LAZY_MAX_PX, run };
    const second = await pass(slow);
    ({ waits, late } = second);
    if (!second.complete && first.complete) unseen.push(fromHereOn(second.px));
    // Some pages show a part only to who comes back to it.
    if (second.misses && (first.hears || run)) ({ waits, late } = await pass({ ...slow, up: true }));
  }
  const visit = withAgenda((ms: number) => agendaOf(window)?.survey?.visit(ms));
  const stayMs = late ? Math.max(dwellMs, DWELL_MS) : first.reacts ? dwellMs : 0;
  if (waits) await ask('scrolling the page', () => page.evaluate(visit, stayMs), SURVEY_MS);
  await toTop(session, log, run, signal);
  const seen = await ask('looking at what was seen', () =>
    page.evaluate(withAgenda(() => agendaOf(window)?.survey?.end() ?? { stops: [], unseen: [], doubtful: false })),
  );
  if (seen.doubtful) {
    const again = withAgenda((ms: number) => agendaOf(window)?.survey?.again(ms));
    seen.stops.push(...((await ask('scrolling the page', () => page.evaluate(again, stayMs), SURVEY_MS)) ?? []));
    seen.stops.sort((one, other) => one.y - other.y);
    await toTop(session, log, run, signal);
  }
  unseen.push(...seen.unseen);
  const beyond = seen.stops[MOST_STOPS];
  if (beyond) unseen.push(fromHereOn(beyond.y));
  if (whole) await listScrollers(session, log, unseen, signal);
  if (unseen.length > 0) log.settle.unseen = unseen.slice(0, 50);
  return { stops: seen.stops.slice(0, MOST_STOPS), home, stretched, drawsPart, run };
}

/** Runs in the page: one way through it, and what it tells after that. */
const goThrough = withAgenda(async (given: Pass) => {
  const agenda = agendaOf(window);
  const survey = agenda?.survey;
  return {
    ...((await survey?.pass(given)) ?? { px: 0, complete: true }),
    waits: survey?.waits() ?? false,
    late: survey?.late() ?? false,
    polls: survey?.polls() ?? 0,
    misses: survey?.misses() ?? false,
    reacts: survey?.reacts() ?? false,
    hears: agenda?.hearsScroll() ?? false,
  };
});

/** To the top, and its listeners and observers hear that it is there before it goes deaf; what they start is waited for. */
async function toTop(session: PageSession, log: RestLog, run: boolean, signal: AbortSignal): Promise<void> {
  await goTo(session, 0, run, signal);
  await restPage(session, log, 500, signal);
}

/** Scrolls there; `run`: an endless chain of animation frames gets to see it. */
async function goTo(session: PageSession, y: number, run: boolean, signal: AbortSignal): Promise<void> {
  const { page } = session;
  const held = (hold: boolean) =>
    run ? session.call('holding the page', () => page.evaluate(setHeld, hold), signal) : undefined;
  const go = (top: number) => scrollTo({ left: 0, top, behavior: 'instant' });
  await held(false);
  await session.call('scrolling the page', () => page.evaluate(go, y), signal);
  const frames = { count: 3, limitMs: FRAME_LIMIT_MS };
  await session.call('drawing the page', () => page.evaluate(framesPass, frames), signal);
  await held(true);
}

/**
 * Steady pictures of the screens from which the given places can be seen, without what goes along with the screen. `origin` is the corner of
 * the picture that they go into, CSS px of the page; `paint` covers what is masked on that screen. Leaves the page at its top.
 */
export async function photographStops(
  session: PageSession,
  log: RestLog,
  { stops, run }: Surveyed,
  origin: { x: number; y: number },
  scale: number,
  paint: () => Promise<readonly Rect[]>,
  signal: AbortSignal,
): Promise<Patches[]> {
  const { page } = session;
  const screens: Patches[] = [];
  const until = performance.now() + STOPS_MS;
  for (const { y, places } of stops) {
    if (performance.now() > until) {
      log.settle.unseen = [...(log.settle.unseen ?? []), fromHereOn(y)];
      break;
    }
    await goTo(session, y, run, signal);
    await session.call('hiding what goes along', () => page.evaluate(hidePinned), signal);
    // A page that is shown smaller than it is laid out (a phone's, without a viewport of its own) is taken in its own px.
    const clip = await session.call('measuring the page', () => page.evaluate(screenInPage), signal);
    let masked: readonly Rect[] = [];
    const subject = {
      rest: async (waitMs: number) => {
        const rest = await restPage(session, log, waitMs, signal);
        masked = await paint();
        return rest;
      },
      shoot: () => session.call('taking the picture', () => session.shutter.shoot(clip), signal),
    };
    const { frame } = await steadyFrames(subject, STOP_SETTLE_MS, signal);
    await session.call('showing what goes along', () => page.evaluate(showPinned), signal);
    const covered = boxesInPicture(masked, clip ?? { x: 0, y }, scale, stackSize(frame));
    const picture = await coverParts(frame, covered, MASK_COLOR);
    screens.push({ picture, parts: places.map((place) => partOf(place, y, origin, scale)) });
  }
  await toTop(session, log, run, signal);
  return screens;
}

/** Runs in the page: the screen that it stands at, when that is not drawn in the page's own px. */
function screenInPage(): Rect | undefined {
  if (visualViewport === null || Math.abs(visualViewport.scale - 1) < 0.01) return undefined;
  return { x: scrollX, y: scrollY, width: innerWidth, height: innerHeight };
}

function fromHereOn(y: number): Unseen {
  const reason = `from ${Math.round(y)} px on, what is seen only when the page is scrolled there was not put into the picture`;
  return { selector: 'html', reason };
}

function partOf(
  place: Rect,
  scrolled: number,
  origin: { x: number; y: number },
  scale: number,
): Patches['parts'][number] {
  const [left, top] = [Math.floor(place.x * scale), Math.floor(place.y * scale)];
  const width = Math.ceil((place.x + place.width) * scale) - left;
  const height = Math.ceil((place.y + place.height) * scale) - top;
  const from = { x: left, y: top - Math.round(scrolled * scale), width, height };
  return { from, to: { x: left - Math.round(origin.x * scale), y: top - Math.round(origin.y * scale) } };
}

/** An app whose page does not scroll but holds a part that does: the page is made as tall as that part needs. */
async function stretchToContent(
  session: PageSession,
  log: RestLog,
  unseen: Unseen[],
  signal: AbortSignal,
): Promise<Pick<Surveyed, 'stretched' | 'drawsPart'>> {
  const { page, viewport } = session;
  const main = async (): Promise<Scroller | undefined> =>
    (await session.call('looking for scrollers', () => page.evaluate(findScrollers), signal)).find((one) => one.main);
  const settle = async () => {
    await session.call(
      'drawing the page',
      () => page.evaluate(framesPass, { count: 3, limitMs: FRAME_LIMIT_MS }),
      signal,
    );
    await restPage(session, log, 1000, signal);
  };
  let height = viewport.height;
  let scroller = await main();
  let hidden = scroller ? scroller.total - scroller.shown : 0;
  const selector = scroller?.selector ?? 'body';
  const ending = (go: boolean) =>
    session.call('looking at its end', () => page.evaluate(drawsItsEnd, { go, seenPx: viewport.height }), signal);
  const drawn = hidden > 0 && (await ending(true));
  for (let round = 0; round < STRETCHES && hidden > 0 && height < TALLEST_PX; round++) {
    height = Math.min(TALLEST_PX, height + hidden);
    await session.call('making the page taller', () => session.stretch(height), signal);
    await settle();
    scroller = await main();
    const left = scroller ? scroller.total - scroller.shown : 0;
    if (left >= hidden) break;
    hidden = left;
  }
  const stretched = height > viewport.height ? height : 0;
  const drawsPart = drawn && stretched > 0 && !(await ending(false));
  if (hidden === 0 || height >= TALLEST_PX || !scroller || drawsPart) return { stretched, drawsPart };
  // Its height is not the screen's: it is given one of its own.
  await session.call('making the page taller', () => session.stretch(), signal);
  await settle();
  if (await main()) await session.call('making a part taller', () => page.evaluate(growScroller), signal);
  await settle();
  if (drawn && !(await ending(false)))
    unseen.push({ selector, reason: 'it draws only what it is scrolled to, and that is in the picture in part' });
  return { stretched: 0, drawsPart: false };
}

/**
 * Steady pictures of what the main scroller shows at each place that it can be scrolled to, where it draws only that: at the page's own size, as
 * a person goes through it. `paint` covers what is masked in the part of the screen that goes into the picture, further down by so much. What
 * shows nothing, or goes elsewhere, goes into `log` as not seen. Leaves the page as tall as it was.
 */
export async function photographScroller(
  session: PageSession,
  log: RestLog,
  { stretched }: Surveyed,
  origin: { x: number; y: number },
  scale: number,
  paint: (window: Rect, down: number) => Promise<readonly Rect[]>,
  signal: AbortSignal,
): Promise<Patches[]> {
  const { page } = session;
  const ask = <T>(what: string, work: () => Promise<T>) => session.call(what, work, signal);
  const look = (y: number) => ask('scrolling a part', () => page.evaluate(lookInScroller, { y }));
  const screens: Patches[] = [];
  const until = performance.now() + STOPS_MS;
  await ask('giving the page its own size', () => session.stretch());
  await restPage(session, log, 1000, signal);
  await ask('hiding what goes along', () => page.evaluate(hidePinned));
  let [seen, y, reason, view] = [0, 0, '', await look(0)];
  const { selector = 'body', total = 0 } = view ?? {};
  while (view && reason === '') {
    await restPage(session, log, 1000, signal);
    // What draws it may take its time, or count anew only after it has drawn.
    for (let round = 0; round < 3 && (view?.bare ?? 0) > (view?.window.height ?? 0) / 2; round++) {
      await restPage(session, log, DWELL_MS, signal);
      view = await look(y);
    }
    if (!view) break;
    const { window, y: at } = view;
    if (view.bare > window.height / 2) reason = 'there it shows nothing';
    // Some stop only at places of their own.
    else if (at > seen + 1 || (screens.length > 0 && at + window.height <= seen)) reason = 'it goes elsewhere';
    else if (screens.length >= MOST_STOPS || performance.now() > until) reason = 'there were too many places to go to';
    else {
      let masked: readonly Rect[] = [];
      const rest = async (waitMs: number) => {
        const rested = await restPage(session, log, waitMs, signal);
        masked = await paint(window, at);
        return rested;
      };
      const shoot = () => ask('taking the picture', () => session.shutter.shoot());
      const { frame } = await steadyFrames({ rest, shoot }, STOP_SETTLE_MS, signal);
      const picture = await coverParts(
        frame,
        boxesInPicture(masked, { x: 0, y: 0 }, scale, stackSize(frame)),
        MASK_COLOR,
      );
      screens.push({ picture, parts: [partOf({ ...window, y: window.y + at }, at, origin, scale)] });
      seen = at + window.height;
      if (seen >= view.total - 1) break;
      y = Math.min(at + Math.max(40, Math.floor(window.height * 0.75)), view.total - window.height);
      view = await look(y);
    }
  }
  if (seen < total - 1) {
    const said = `${Math.round(seen)} of ${Math.round(total)} px were seen: it draws only what it is scrolled to, and ${reason || 'it went away'}`;
    log.settle.unseen = [...(log.settle.unseen ?? []), { selector, reason: said }];
  }
  await look(0);
  await ask('showing what goes along', () => page.evaluate(showPinned));
  await ask('making the page taller', () => session.stretch(stretched));
  await restPage(session, log, 1000, signal);
  return screens;
}

/** What scrolls by itself, with how much of it is in the picture; a main scroller that is not whole is a part that was not seen. */
async function listScrollers(session: PageSession, log: RestLog, unseen: Unseen[], signal: AbortSignal): Promise<void> {
  const found = await session.call('looking for scrollers', () => session.page.evaluate(findScrollers), signal);
  if (found.length > 0)
    log.settle.scrollers = found.slice(0, 50).map(({ selector, shown, total, sideways }) => ({
      selector,
      shown_px: Math.round(shown),
      total_px: Math.round(total),
      ...(sideways ? { sideways } : {}),
    }));
  for (const { main, selector, shown, total } of found)
    if (main)
      unseen.push({
        selector,
        reason: `${Math.round(shown)} of ${Math.round(total)} px of what scrolls in it are in the picture`,
      });
}
