import type { Pass, Stop, Unseen, Way } from './page/agenda-parts.js';
import { inTurn, withAgenda } from './page/agenda-parts.js';
import { framesPass } from './page/condition.js';
import { installEye } from './page/scene.js';
import { installSurvey } from './page/survey.js';
import { installWay, lookThere, stepOn, takeWay, tellOfWay } from './page/way.js';
import { bringOn, drawsItsEnd, findScrollers, growScroller, type Scroller } from './page/whole-page.js';
import type { PageSession } from './page-session.js';
import { everyFrame, type RestLog, restPage } from './rest-page.js';
import { DWELL_MS, FRAME_LIMIT_MS, fromHereOn, goTo, MOST_STOPS, MOST_UNSEEN, QUIET_MS } from './screens.js';
import { clipOf } from './shutter.js';

/** Furthest that a page which grows as it is scrolled is scrolled for lazy content, CSS px; a longer one to its end. */
const LAZY_MAX_PX = 40_000;
/** Longest that scrolling through a page may take, ms. */
const SURVEY_MS = 90_000;
/** How long what a place asks for may take to come, and all of them, ms. */
const [ARRIVE_MS, ARRIVE_ALL_MS] = [4000, 40_000];
/** Tallest that a page is made so that its main scroller shows everything, CSS px, and how often it is tried: content may grow along. */
const TALLEST_PX = 16_000;
const STRETCHES = 3;

/** What a way through a page is gone by, and what notes what is seen on it. */
const installWays = inTurn(installEye, installSurvey, installWay);

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
  const { still, ...home } = await ask('scrolling to the top', () => page.evaluate(standing));
  // Where no script runs nothing answers to scrolling, lazy pictures load at once, and neither frames nor timers ever come.
  if (still) return { stops: [], home, stretched: 0, drawsPart: false, run: false };
  const { stretched, drawsPart } = whole
    ? await stretchToContent(session, log, unseen, signal)
    : { stretched: 0, drawsPart: false };
  await ask('scrolling the page', () => page.evaluate(installWays));
  const { clip } = await ask('measuring the page', () =>
    clipOf(session, { fullPage: true }, true, session.viewport.device_scale_factor),
  );
  const longest = Math.max(LAZY_MAX_PX, clip?.height ?? 0);
  const walk = new Walk(session, signal);
  const mark = session.traffic.mark();
  const first = await walk.pass({ step: 1, dwellMs: 0, maxPx: longest });
  log.settle.lazy_scroll_px = first.px;
  log.settle.lazy_complete = first.complete;
  if (first.px > 0) log.scrolledFrom = mark;
  // What answers to scrolling is gone through once more, in steps that overlap, slowly enough for who listens or looks now and then only.
  const run = first.polls > 0;
  const dwellMs = first.hears || run ? Math.min(1000, Math.max(DWELL_MS, first.polls)) : 0;
  const reacts = first.reacts || ((first.hears || first.watches) && (await walk.scriptsAsked()));
  let { waits, late } = first;
  if (reacts) {
    const slow = { step: 0.5, dwellMs, maxPx: LAZY_MAX_PX, run };
    const second = await walk.pass(slow);
    ({ waits, late } = second);
    if (!second.complete && first.complete) unseen.push(fromHereOn(second.px));
    // Some pages show a part only to who comes back to it.
    if (second.misses && (first.hears || run)) ({ waits, late } = await walk.pass({ ...slow, up: true }));
    log.settle.lazy_scroll_px = Math.max(first.px, second.px);
  }
  const stayMs = late ? Math.max(dwellMs, DWELL_MS) : reacts ? dwellMs : 0;
  if (waits) await walk.go(stayMs, false);
  await toTop(session, log, run, signal);
  const seen = await ask('looking at what was seen', () => page.evaluate(endOfSurvey));
  if (seen.doubtful) {
    seen.stops.push(...(await walk.go(stayMs, true)));
    seen.stops.sort((one, other) => one.y - other.y);
    await toTop(session, log, run, signal);
  }
  unseen.push(...seen.unseen, ...(await walk.late(seen.doubtful || seen.stops.length > 0)));
  const beyond = seen.stops[MOST_STOPS];
  if (beyond) unseen.push(fromHereOn(beyond.y));
  if (whole) await listScrollers(session, log, unseen, signal);
  if (unseen.length > 0) log.settle.unseen = unseen.slice(0, MOST_UNSEEN);
  return { stops: seen.stops.slice(0, MOST_STOPS), home, stretched, drawsPart, run };
}

/** Runs in the page: where it is scrolled to, and whether nothing in it can move: its sandbox allows no scripts, or it has no element left. */
const standing = () => ({
  x: scrollX,
  y: scrollY,
  still: matchMedia('(scripting: none)').matches || document.documentElement === null,
});

/** Runs in the page, at its top and at rest. */
const endOfSurvey = withAgenda(() => {
  const agenda = agendaOf(window);
  const { stops, unseen, doubtful } = agenda?.survey?.end() ?? { stops: [], unseen: [], doubtful: false };
  const told = [...unseen, ...(agenda?.way?.passed() ?? [])];
  const never = agenda?.way?.never() ?? [];
  return {
    stops,
    doubtful,
    unseen: [...told, ...never.filter(({ selector }) => !told.some((one) => one.selector === selector))],
  };
});

/** The ways through one page. Where scrolling asks the network for something, each stop waits until that is there. */
class Walk {
  readonly #mark: number;
  readonly #late = new Set<string>();
  #leftMs = ARRIVE_ALL_MS;

  constructor(
    readonly session: PageSession,
    readonly signal: AbortSignal,
  ) {
    this.#mark = session.traffic.mark();
  }

  /** Once through the page, and what it tells after that. */
  async pass(options: Pass) {
    return this.#along({ pass: options });
  }

  /** To what waits to be seen; `again`: to what was seen and shows something else now. Returns what of that came again. */
  async go(dwellMs: number, again: boolean): Promise<Stop[]> {
    return (await this.#along({ dwellMs, again })).found;
  }

  /** Whether scripts, not pictures that were brought on, have asked for something since it began. */
  scriptsAsked(): Promise<boolean> {
    return this.session.traffic.scriptsAsked(this.#mark, QUIET_MS);
  }

  /** What scripts asked for at one place and did not get in its time: all of it where the page `letsGo` of what is out of sight, else what has not come yet. */
  async late(letsGo: boolean): Promise<Unseen[]> {
    if (this.#late.size === 0) return [];
    const open = new Set((await this.session.traffic.arrived(this.#mark)).map(({ url }) => url));
    const reason = `it did not arrive within ${ARRIVE_MS / 1000} s of being asked for where the page was scrolled to`;
    return [...this.#late]
      .filter((url) => letsGo || open.has(url))
      .map((url) => ({ selector: url.slice(0, 500), reason }));
  }

  async #along(kind: Parameters<Way['take']>[0]) {
    const { page, traffic } = this.session;
    if (traffic.mark() === this.#mark) return this.#ask(() => page.evaluate(tellOfWay, kind));
    await this.#ask(() => page.evaluate(takeWay, kind));
    const until = performance.now() + SURVEY_MS;
    // What the stop before asked for may still come.
    let [before, mark] = [traffic.mark(), traffic.mark()];
    for (; await this.#ask(() => page.evaluate(stepOn)); before = mark, mark = traffic.mark()) {
      const from = performance.now();
      const late = await traffic.arrived(before, QUIET_MS, Math.min(ARRIVE_MS, this.#leftMs));
      for (const { url, kind, again } of late) if (!again && /^(?:fetch|xhr|script)$/.test(kind)) this.#late.add(url);
      this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - from));
      const arrived = traffic.mark() > mark;
      await this.#ask(() => page.evaluate(lookThere, arrived));
      // What lies beyond is told as not seen.
      if (performance.now() > until) break;
    }
    return this.#ask(() => page.evaluate(tellOfWay, undefined));
  }

  #ask<Told>(work: () => Promise<Told>): Promise<Told> {
    return this.session.call('scrolling the page', work, this.signal, SURVEY_MS);
  }
}

/** To the top, and its listeners and observers hear that it is there before it goes deaf; what they start is waited for. */
export async function toTop(session: PageSession, log: RestLog, run: boolean, signal: AbortSignal): Promise<void> {
  await goTo(session, 0, run, signal);
  await restPage(session, log, 500, signal);
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
  const { total = 0, selector = 'body' } = scroller ?? {};
  let hidden = scroller ? total - scroller.shown : 0;
  const ending = (go: boolean) =>
    session.call('looking at its end', () => page.evaluate(drawsItsEnd, { go, seenPx: viewport.height }), signal);
  const stretch = async (px?: number) => {
    await session.call('making the page taller', () => session.stretch(px), signal);
    await settle();
  };
  const drawn = hidden > 0 && (await ending(true));
  let grows = false;
  for (let round = 0; round < STRETCHES && hidden > 0 && height < TALLEST_PX && !grows; round++) {
    height = Math.min(TALLEST_PX, height + hidden);
    await stretch(height);
    scroller = await main();
    const left = scroller ? scroller.total - scroller.shown : 0;
    grows = left >= hidden;
    if (!grows) hidden = left;
  }
  const stretched = height > viewport.height ? height : 0;
  const drawsPart = drawn && stretched > 0 && !(await ending(false));
  if (hidden === 0 || height >= TALLEST_PX || !scroller || (drawsPart && !grows)) return { stretched, drawsPart };
  // Its height is not the screen's, or what is in it grows with the screen: it is given one of its own.
  await stretch();
  const now = (await main())?.total ?? 0;
  if (drawsPart && Math.abs(now - total) > 1) {
    await stretch(height);
    return { stretched, drawsPart };
  }
  const held = now === 0 || (await session.call('making a part taller', () => page.evaluate(growScroller), signal));
  await settle();
  if (!held)
    unseen.push({ selector, reason: `not all of the ${Math.round(now)} px that scroll in it are in the picture` });
  if (drawn && !(await ending(false)))
    unseen.push({ selector, reason: 'it draws only what it is scrolled to, and that is in the picture in part' });
  return { stretched: 0, drawsPart: false };
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
