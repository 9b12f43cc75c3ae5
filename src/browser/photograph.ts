import type { CaptureOptions, ScreenshotRequest } from '../capture/capture.js';
import { drawnWriting, WRITING_ROWS } from '../capture/drawn-writing.js';
import { composePicture, type Patches } from '../capture/frame-store.js';
import {
  differingRegion,
  isBlank,
  joinStack,
  type SteadyFrames,
  stackSize,
  steadyFrames,
} from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import { errorPageText } from '../core/page-kind.js';
import type { DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { packLayout } from '../core/vocabulary/laid-out-page.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { Screenshot, SettleReport, Steadiness, Writing } from '../core/vocabulary/screenshot.js';
import { readPageBoxes } from './dom-boxes.js';
import { boxesInPicture, coveredRatio, type FoundMasks, findMasks } from './masks.js';
import { letGo, setDeaf, setHeld } from './page/agenda-switches.js';
import { framesPass } from './page/endless-motion.js';
import { hideWriting, pictureBoxes } from './page/hide-writing.js';
import { layoutShifts } from './page/layout-shifts.js';
import { paintMasks, proposeMask } from './page/mask.js';
import { missingGlyphs, type PageFacts, readPageFacts } from './page/page-facts.js';
import { continueBackdrops } from './page/whole-page.js';
import type { PageSession } from './page-session.js';
import { everyFrame, nameClosedRoots, type RestLog, restLog, restPage, showPictureEnds } from './rest-page.js';
import { clipOf, FRAME_LIMIT_MS, photographStops, type Surveyed, shootStack, surveyPage } from './whole-page.js';

/** Colour of masked parts; loud, so that it is not mistaken for the page. */
const MASK_COLOR = '#ff00ff';
/** Controls of a page that are tried at most. */
export const MAX_PRESSES = 400;
/** A page with no more texts than this says nothing besides its message. */
const FEW_TEXTS = 12;
/** Longest that the boxes of a page may take to be read, ms: 120,000 elements take about 25 s on two crowded cores. */
const BOXES_MS = 90_000;
/** Longest time to put a page back as it was, ms. */
const LEAVE_MS = 3000;
/** Boxes of pictures that are looked at in each frame, the largest ones. */
const MOST_PICTURES = 600;
/** Rounds after which a page that will not stand still is looked through for roots that nobody has named. */
const UNSTEADY_ROUNDS = 4;
/** Longest wait for a quiet network before lazy content is loaded, ms. */
const FIRST_QUIET_MS = 3000;

/** One steady picture of a page, stored through the sink. Throws as `Capture.screenshot`. */
export async function photograph(
  session: PageSession,
  options: CaptureOptions,
  opened: { url: string; status: number | undefined },
  request: ScreenshotRequest,
  sink: ArtifactSink,
  signal: AbortSignal,
): Promise<Screenshot> {
  const { page } = session;
  const { viewport } = options;
  const full =
    typeof request.fullPage === 'object' ? request.fullPage.untilHeight > viewport.height + 1 : request.fullPage;
  const beyond = full || request.selector !== undefined;
  const log = restLog();
  const ask = <T>(what: string, work: () => Promise<T>) => session.call(what, work, signal);
  const scale = viewport.device_scale_factor;
  let surveyed: Surveyed | undefined;
  let shift: PageFacts['shift'];

  await everyFrame(session, (frame) => frame.evaluate(setHeld, true), signal);
  try {
    await nameClosedRoots(session, false);
    let clip: Rect | undefined;
    let whole: Size | undefined;
    let masks: FoundMasks = { boxes: [], matches: [] };
    const cornerOf = async () =>
      clip ?? (await ask('measuring the page', () => page.evaluate(() => ({ x: scrollX, y: scrollY }))));
    const cover = async () => {
      ({ clip, whole } = await ask('measuring the page', () => clipOf(session, request, full, scale)));
      if (request.masks.length === 0) return;
      const corner = await cornerOf();
      const size = await ask('measuring the page', () => session.shutter.pageSize());
      masks = await ask('finding the masks', () => findMasks(session, request.masks, corner, size));
      await ask('painting the masks', () => page.evaluate(paintMasks, { boxes: masks.boxes, color: MASK_COLOR }));
    };
    const screens: Patches[] = [];
    const alsoMasked: Rect[] = [];
    if (beyond) {
      await restPage(session, log, FIRST_QUIET_MS, signal);
      // Before the page is stretched, which moves it as well.
      if (request.layout && session.protocol) shift = await ask('reading its moves', () => page.evaluate(layoutShifts));
      surveyed = await surveyPage(session, log, full, signal);
      await showPictureEnds(session, log, signal);
      if (surveyed.stops.length > 0) {
        await cover();
        const coverScreen = async () => {
          await cover();
          alsoMasked.push(...masks.boxes);
        };
        screens.push(...(await photographStops(session, log, surveyed, await cornerOf(), scale, coverScreen, signal)));
      }
      await everyFrame(session, (frame) => frame.evaluate(setDeaf, true), signal);
      const { height } = await ask('measuring the page', () => session.shutter.pageSize());
      if (full) await ask('continuing backdrops', () => page.evaluate(continueBackdrops, { height }));
    }
    let rounds = 0;
    const subject = {
      rest: async (waitMs: number) => {
        // What keeps moving may do so where nobody has looked yet.
        if (++rounds === UNSTEADY_ROUNDS) await nameClosedRoots(session, true);
        const rest = await restPage(session, log, waitMs, signal);
        if (rounds === 1 && !beyond) await showPictureEnds(session, log, signal);
        await cover();
        return rest;
      },
      shoot: () => shootStack(clip, scale, (part) => ask('taking the picture', () => session.shutter.shoot(part))),
    };
    const taken = await steadyFrames(subject, request.settleTimeoutMs, signal);
    const origin = await cornerOf();
    const stack = screens.length > 0 ? await composePicture(taken.frame, screens) : taken.frame;
    const size = stackSize(stack);
    const rects = boxesInPicture(uniqueBoxes([...masks.boxes, ...alsoMasked]), origin, scale, size);
    const steady = await steadinessOf(session, taken, log, subject, origin, scale, signal);
    const title = options.redact(await ask('reading the title', () => page.title()));
    const picture = {
      url: options.redact(page.url()),
      title,
      origin,
      size: { width: Math.round(size.width / scale), height: Math.round(size.height / scale) },
      scale,
      redact: options.redact,
    };
    const { protocol } = session;
    // The last picture, too, left the page at another size for a moment.
    if (beyond) await ask('drawing the page', () => page.evaluate(framesPass, { count: 2, limitMs: FRAME_LIMIT_MS }));
    // Before the boxes are read: what it scrolls is put back, and the page is deaf to it.
    const facts =
      request.layout && protocol
        ? await ask('trying the controls', () => page.evaluate(readPageFacts, { most: MAX_PRESSES }))
        : undefined;
    if (facts && !beyond) shift = await ask('reading its moves', () => page.evaluate(layoutShifts));
    if (facts && shift) facts.shift = shift;
    if (facts) facts.missing = await ask('looking at letters', () => page.evaluate(missingGlyphs));
    const [image, blank, read] = await Promise.all([
      sink.put({ kind: 'screenshot', name: `${request.name}.png`, data: await joinStack(stack), size }),
      isBlank(stack, size),
      protocol && (request.dom ?? true)
        ? session.call('reading the boxes', () => readPageBoxes(protocol, picture, facts), signal, BOXES_MS)
        : undefined,
    ]);
    const writing = request.writing
      ? await lookAtWriting(session, taken.frame, { clip, origin, scale }, signal)
      : undefined;
    const boxes = read?.boxes;
    const dom =
      boxes && (await sink.put({ kind: 'dom', name: `${request.name}.dom.json`, data: JSON.stringify(boxes) }));
    const layout =
      read?.laidOut &&
      (await sink.put({
        kind: 'layout',
        name: `${request.name}.layout.json.gz`,
        data: await packLayout([read.laidOut]),
      }));
    const said = errorPageText([title, ...spokenTexts(boxes?.elements ?? [])]);
    return {
      image,
      ...(dom ? { dom } : {}),
      ...(layout ? { layout } : {}),
      size,
      device_scale_factor: scale,
      full_page: full,
      ...(whole
        ? { cut_from: { width: Math.ceil(whole.width * scale), height: Math.ceil(whole.height * scale) } }
        : {}),
      requested_url: options.redact(opened.url),
      url: picture.url,
      title,
      ...(opened.status === undefined ? {} : { http_status: opened.status }),
      steady,
      settle: redacted(log.settle, options.redact),
      masks: rects,
      masked_ratio: coveredRatio(rects, size),
      ...(masks.matches.length > 0 ? { mask_matches: masks.matches } : {}),
      ...(writing ? { writing } : {}),
      blank,
      ...(said === undefined ? {} : { error_page: said.slice(0, 200) }),
      logs: session.log.drain(),
    };
  } finally {
    await leave(session, surveyed, request.masks.length > 0);
  }
}

/**
 * How much of what can be read in a picture of the page is text: the same part is photographed again with all letters hidden. Last of all, because it
 * touches every colour.
 */
async function lookAtWriting(
  session: PageSession,
  shown: Buffer,
  { clip, origin, scale }: { clip: Rect | undefined; origin: { x: number; y: number }; scale: number },
  signal: AbortSignal,
): Promise<Writing> {
  const { page, viewport } = session;
  const ask = <T>(work: () => Promise<T>) => session.call('looking at the writing', work, signal);
  const part = clip && { ...clip, height: Math.min(clip.height, WRITING_ROWS) };
  const boxes = await ask(() => page.evaluate(pictureBoxes, { most: MOST_PICTURES }));
  await everyFrame(session, (frame) => frame.evaluate(hideWriting, { on: true }), signal);
  let hidden: Buffer;
  try {
    hidden = await ask(() => session.shutter.shoot(part));
  } finally {
    await everyFrame(session, (frame) => frame.evaluate(hideWriting, { on: false }));
  }
  const pictures = boxes.map((box) => ({ ...box, x: box.x - origin.x, y: box.y - origin.y }));
  return drawnWriting(shown, hidden, scale, pictures, viewport);
}

function uniqueBoxes(boxes: readonly Rect[]): Rect[] {
  return [...new Map(boxes.map((box) => [JSON.stringify(box), box])).values()];
}

function redacted(settle: SettleReport, redact: (text: string) => string): SettleReport {
  const unseen = settle.unseen?.map((one) => ({ ...one, selector: redact(one.selector) }));
  const scrollers = settle.scrollers?.map((one) => ({ ...one, selector: redact(one.selector) }));
  return {
    ...settle,
    images_missing: settle.images_missing.map(redact),
    ...(unseen ? { unseen } : {}),
    ...(scrollers ? { scrollers } : {}),
  };
}

/** Returns the texts that describe a page: its headings and plain output; everything where it says little, as error pages do. */
function spokenTexts(elements: readonly DomElement[]): string[] {
  const spoken = elements.filter(({ text }) => text !== undefined);
  const loud = spoken.length <= FEW_TEXTS ? spoken : spoken.filter(({ tag }) => /^(?:h1|pre)$/i.test(tag));
  return loud.flatMap(({ text }) => text ?? []);
}

/** Returns the steadiness of the picture: equal frames, and nothing held in a state that another load would not give. */
async function steadinessOf(
  session: PageSession,
  taken: SteadyFrames,
  log: RestLog,
  subject: { shoot(): Promise<Buffer> },
  origin: { x: number; y: number },
  scale: number,
  signal: AbortSignal,
): Promise<Steadiness> {
  const { page } = session;
  const figures = { frames: taken.frames, waited_ms: Math.round(taken.waitedMs) };
  let other = taken.settled ? undefined : taken.before;
  if (taken.settled && log.unrepeatable) {
    await everyFrame(session, (frame) => frame.evaluate(setHeld, false), signal);
    await session.call(
      'a few frames',
      () => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200))),
      signal,
    );
    other = await subject.shoot();
  }
  const region = other === undefined ? undefined : await differingRegion(other, taken.frame);
  if (region === undefined) return { settled: true, ...figures };
  const center = {
    x: origin.x + region.x / scale,
    y: origin.y + region.y / scale,
    width: region.width / scale,
    height: region.height / scale,
  };
  const selector = await session.call('naming the moving part', () => page.evaluate(proposeMask, center), signal);
  return {
    settled: false,
    ...figures,
    moving_region: region,
    mask_proposal: selector ?? inCss(region, scale),
  };
}

function inCss(rect: Rect, scale: number): Rect {
  return { x: rect.x / scale, y: rect.y / scale, width: rect.width / scale, height: rect.height / scale };
}

/** Puts the page back as it was before the picture; a page that hangs or is gone is left as it is. */
async function leave(session: PageSession, surveyed: Surveyed | undefined, masked: boolean): Promise<void> {
  const { page } = session;
  const work = async () => {
    if (masked) await page.evaluate(paintMasks, { boxes: [], color: MASK_COLOR });
    if (surveyed) {
      await everyFrame(session, (frame) => frame.evaluate(setDeaf, false));
      if (surveyed.stretched) await session.stretch();
      await page.evaluate(({ x, y }) => scrollTo({ left: x, top: y, behavior: 'instant' }), surveyed.home);
    }
    await everyFrame(session, (frame) => frame.evaluate(letGo));
  };
  try {
    await session.call('letting the page go on', work, undefined, LEAVE_MS);
  } catch (error) {
    // The picture, or the error that says what is wrong, is already there.
    if (!(error instanceof CodeloopError)) throw error;
  }
}
