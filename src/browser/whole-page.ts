import type { ScreenshotRequest } from '../capture/capture.js';
import { coverParts, type Patches } from '../capture/frame-store.js';
import { stackSize, steadyFrames } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { boxesInPicture, MASK_COLOR } from './masks.js';
import type { Pass, Stop, Unseen } from './page/agenda-parts.js';
import { withAgenda } from './page/agenda-parts.js';
import { setHeld } from './page/agenda-switches.js';
import { framesPass } from './page/endless-motion.js';
import { installSurvey } from './page/survey.js';
import {
  bringOn,
  drawsItsEnd,
  findScrollers,
  growScroller,
  hidePinned,
  installEye,
  type Scroller,
  showPinned,
} from './page/whole-page.js';
import type { PageSession } from './page-session.js';
import { everyFrame, type RestLog, restPage } from './rest-page.js';

/** Furthest that a page which grows as it is scrolled is scrolled for lazy content, CSS px; one that is longer to begin with, to its end. */
const LAZY_MAX_PX = 40_000;
/** Longest that one frame is waited for, ms: a page that draws none within it will not. */
export const FRAME_LIMIT_MS = 2000;
/** Time at each stop for listeners that hear of scrolling a few times a second only, ms. */
const DWELL_MS = 260;
/** Longest that scrolling through a page may take, ms. */
const SURVEY_MS = 90_000;
/** Most screens that are put into one picture; each is steady for itself. */
const MOST_STOPS = 80;
/** After this no more screens are begun, ms: a page that draws itself anew at each place has no end. */
const STOPS_MS = 45_000;
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
  /** It was made taller than its viewport. */
  stretched: boolean;
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
  const stretched = whole && (await stretchToContent(session, log, unseen, signal));
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
  return { stops: seen.stops.slice(0, MOST_STOPS), home, stretched, run };
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

/** An app whose page does not scroll but holds a part that does: the page is made as tall as that part needs. True when it was. */
async function stretchToContent(
  session: PageSession,
  log: RestLog,
  unseen: Unseen[],
  signal: AbortSignal,
): Promise<boolean> {
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
  if (drawn && height > viewport.height && !(await ending(false))) {
    unseen.push({ selector, reason: 'it draws only what it is scrolled to, and that is in the picture in part' });
  }
  if (hidden === 0 || height >= TALLEST_PX || !scroller) return height > viewport.height;
  // Its height is not the screen's: it is given one of its own.
  await session.call('making the page taller', () => session.stretch(), signal);
  await settle();
  if (await main()) await session.call('making a part taller', () => page.evaluate(growScroller), signal);
  await settle();
  return false;
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

/** Tallest page that is photographed as a whole, CSS px. */
const TALLEST = 200_000;

/** Widest picture, and most pixels of one, device px: what is read later in bands, or scaled down as it is read. */
const WIDEST = 32_768;
const MOST_PIXELS = 1_200_000_000;

/** Device pixels up to which a page is one picture; Chromium leaves white what lies below 130,000 rows, without a word. */
const ONE_PICTURE = 32_768;

/** Rows of each picture of a taller page, device pixels: what browsers draw at once without cutting it up themselves. */
const BAND = 16_384;

/**
 * The part of the page to photograph, CSS px of the page; none: the viewport as it stands. `whole`: the size of the page or element where
 * it is too large and only its upper left part is taken. Throws TARGET_NOT_FOUND.
 */
export async function clipOf(
  { page, shutter }: PageSession,
  request: Pick<ScreenshotRequest, 'selector' | 'fullPage'>,
  full: boolean,
  scale: number,
): Promise<{ clip?: Rect; whole?: Size }> {
  if (request.selector === undefined) return full ? within({ x: 0, y: 0, ...(await shutter.pageSize()) }, scale) : {};
  const element = page.locator(request.selector).first();
  const box = (await element.count()) > 0 ? await element.boundingBox() : null;
  if (box === null || box.width === 0 || box.height === 0)
    throw new CodeloopError('TARGET_NOT_FOUND', { target: request.selector });
  // Whole pixels: half a pixel of the neighbour is no part of the element, half a pixel of the element is.
  const [x, y] = [Math.floor(box.x), Math.floor(box.y)];
  return within({ x, y, width: Math.ceil(box.x + box.width) - x, height: Math.ceil(box.y + box.height) - y }, scale);
}

function within(whole: Rect, scale: number): { clip: Rect; whole?: Size } {
  const width = Math.min(whole.width, Math.floor(WIDEST / scale));
  const height = Math.min(whole.height, TALLEST, Math.floor(MOST_PIXELS / (width * scale * scale)));
  const clip = { ...whole, width, height };
  return width === whole.width && height === whole.height ? { clip } : { clip, whole };
}

/** Most device pixels of one picture: with more the browser gives up. */
const ONE_PIXELS = 60_000_000;

/**
 * A part of the page as a stack of pictures: one, or for what is taller than browsers can draw, several that lie one below the other.
 * Each is asked for by itself. `part` is in CSS px of the page, `scale` device px per CSS px.
 */
export async function shootStack(
  part: Rect | undefined,
  scale: number,
  shoot: (clip: Rect | undefined) => Promise<Buffer>,
): Promise<Buffer> {
  if (part === undefined) return shoot(part);
  const wide = part.width * scale;
  if (part.height * scale <= ONE_PICTURE && wide * part.height * scale <= ONE_PIXELS) return shoot(part);
  const rows = Math.max(1, Math.floor(Math.min(BAND, ONE_PIXELS / wide) / scale));
  const pictures: Buffer[] = [];
  for (let top = 0; top < part.height; top += rows)
    pictures.push(await shoot({ ...part, y: part.y + top, height: Math.min(rows, part.height - top) }));
  return Buffer.concat(pictures);
}
