import { coverParts, type Patches } from '../capture/frame-store.js';
import { stackSize, steadyFrames } from '../capture/steady-frames.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { boxesInPicture, MASK_COLOR } from './masks.js';
import type { Stop, Unseen } from './page/agenda-parts.js';
import { setHeld } from './page/agenda-switches.js';
import { framesPass } from './page/condition.js';
import { stirring } from './page/rest.js';
import { hidePinned, showPinned } from './page/scene.js';
import { placesNow } from './page/way.js';
import { lookInScroller } from './page/whole-page.js';
import type { PageSession } from './page-session.js';
import { type RestLog, restPage } from './rest-page.js';

/** Longest that one frame is waited for, ms: a page that draws none within it will not. */
export const FRAME_LIMIT_MS = 2000;
/** Time for listeners that hear of scrolling a few times a second only, ms. */
export const DWELL_MS = 260;
/** Most screens that are put into one picture, and ms after which no more are begun: a page that draws itself anew at each place has no end. */
export const MOST_STOPS = 80;
const STOPS_MS = 45_000;
/** Most parts of a page that are told as not seen. */
export const MOST_UNSEEN = 50;
/** No request for so long, ms: what a place asks for is asked. And how long it may take to come. */
export const QUIET_MS = 60;
const ARRIVE_MS = 5000;
/** Longest that a loop which looks where the page stands runs there, ms. */
const RUN_MS = 2500;
/** How long a screen that goes into the picture may take to stand still, ms. */
const STOP_SETTLE_MS = 3000;

/** Scrolls there; `run`: an endless chain of animation frames gets to see it. */
export async function goTo(session: PageSession, y: number, run: boolean, signal: AbortSignal): Promise<void> {
  const { page } = session;
  const held = (hold: boolean) =>
    run ? session.call('holding the page', () => page.evaluate(setHeld, hold), signal) : undefined;
  const go = (top: number) => scrollTo({ left: 0, top, behavior: 'instant' });
  await held(false);
  await session.call('scrolling the page', () => page.evaluate(go, y), signal);
  const frames = { count: 3, limitMs: FRAME_LIMIT_MS };
  await session.call('drawing the page', () => page.evaluate(framesPass, frames), signal);
  // What the loop moves there comes to its end first.
  if (run)
    await session.call('drawing the page', () => page.evaluate(stirring, { quietMs: 150, maxMs: RUN_MS }), signal);
  await held(true);
}

/**
 * Steady pictures of the screens from which the given places can be seen, without what goes along with the screen. `origin` is the corner of
 * the picture that they go into, CSS px of the page; `paint` covers what is masked on that screen. What a place asked for and did not get in
 * time goes into `log` as not seen. The page stays where it was scrolled to.
 */
export async function photographStops(
  session: PageSession,
  log: RestLog,
  { stops, run }: { stops: readonly Stop[]; run: boolean },
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
    const mark = session.traffic.mark();
    await goTo(session, y, run, signal);
    await session.traffic.arrived(mark, QUIET_MS, ARRIVE_MS);
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
    await noteLate(session, log, mark, y);
    const now = await session.call('measuring the page', () => page.evaluate(placesNow, y), signal);
    await session.call('showing what goes along', () => page.evaluate(showPinned), signal);
    const covered = boxesInPicture(masked, clip ?? { x: 0, y }, scale, stackSize(frame));
    const picture = await coverParts(frame, covered, MASK_COLOR);
    screens.push({
      picture,
      parts: (now.length === places.length ? now : places).map((place) => partOf(place, y, origin, scale)),
    });
  }
  return screens;
}

/** Notes what was asked for since `mark`, when the page was scrolled to `y`, and has not come. */
async function noteLate(session: PageSession, log: RestLog, mark: number, y: number): Promise<void> {
  const late = (await session.traffic.arrived(mark)).filter(
    ({ kind, again }) => !again || !/^(?:fetch|xhr)$/.test(kind),
  );
  const reason = `it did not arrive within ${ARRIVE_MS / 1000} s, and the page asks for it only where it is scrolled to ${Math.round(y)} px`;
  const unseen = late.map(({ url }) => ({ selector: url.slice(0, 500), reason }));
  if (unseen.length > 0) log.settle.unseen = [...(log.settle.unseen ?? []), ...unseen].slice(0, MOST_UNSEEN);
}

/** Runs in the page: the screen that it stands at, when that is not drawn in the page's own px. */
function screenInPage(): Rect | undefined {
  if (visualViewport === null || Math.abs(visualViewport.scale - 1) < 0.01) return undefined;
  return { x: scrollX, y: scrollY, width: innerWidth, height: innerHeight };
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

/**
 * Steady pictures of what the main scroller shows at each place that it can be scrolled to, where it draws only that: at the page's own size, as
 * a person goes through it. `paint` covers what is masked in the part of the screen that goes into the picture, further down by so much. What
 * shows nothing, or goes elsewhere, goes into `log` as not seen. Leaves the page as tall as it was.
 */
export async function photographScroller(
  session: PageSession,
  log: RestLog,
  { stretched }: { stretched: number },
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
  let mark = session.traffic.mark();
  let [seen, y, reason, view] = [0, 0, '', await look(0)];
  const { selector = 'body', total = 0 } = view ?? {};
  while (view && reason === '') {
    await session.traffic.arrived(mark, 0, ARRIVE_MS);
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
      await noteLate(session, log, mark, at);
      const picture = await coverParts(
        frame,
        boxesInPicture(masked, { x: 0, y: 0 }, scale, stackSize(frame)),
        MASK_COLOR,
      );
      screens.push({ picture, parts: [partOf({ ...window, y: window.y + at }, at, origin, scale)] });
      seen = at + window.height;
      if (seen >= view.total - 1) break;
      y = Math.min(at + Math.max(40, Math.floor(window.height * 0.75)), view.total - window.height);
      mark = session.traffic.mark();
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

/** What is told of a page of which only so much was gone through, CSS px. */
export function fromHereOn(y: number): Unseen {
  const reason = `from ${Math.round(y)} px on, what is seen only when the page is scrolled there was not put into the picture`;
  return { selector: 'html', reason };
}
