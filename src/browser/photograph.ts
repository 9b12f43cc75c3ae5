import type { Page } from 'playwright';
import type { CaptureOptions, ScreenshotRequest } from '../capture/capture.js';
import { differingRegion, isBlank, joinStack, stackSize } from '../capture/look-at-picture.js';
import { type SteadyFrames, steadyFrames } from '../capture/steady-frames.js';
import type { ArtifactSink } from '../core/artifact-sink.js';
import { errorPageText } from '../core/error-page.js';
import { CodeloopError } from '../core/errors.js';
import { packLayout } from '../core/pack-layout.js';
import type { DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Screenshot, Steadiness } from '../core/vocabulary/screenshot.js';
import { readPageBoxes } from './dom-boxes.js';
import { setDeaf, setHeld } from './page/agenda-switches.js';
import { framesPass } from './page/frames-pass.js';
import { paintMasks } from './page/mask.js';
import { pressTest } from './page/press-test.js';
import { proposeMask } from './page/propose-mask.js';
import { scrollThrough } from './page/scroll-through.js';
import type { PageSession } from './page-session.js';
import { everyFrame, type RestLog, restLog, restPage } from './rest-page.js';
import { clipOf, shootStack } from './tall-page.js';

/**
 * The boxes of masks in CSS px of the page: every visible match of a selector, and rectangles, which are given in the picture's own
 * coordinates, moved to the page's by the picture's `origin`.
 */
async function maskedBoxes(
  page: Page,
  masks: readonly (string | Rect)[],
  origin: { x: number; y: number },
): Promise<Rect[]> {
  const boxes: Rect[] = [];
  for (const mask of masks) {
    if (typeof mask !== 'string') {
      boxes.push({ ...mask, x: mask.x + origin.x, y: mask.y + origin.y });
      continue;
    }
    boxes.push(
      ...(await page.locator(mask).evaluateAll((elements) =>
        elements
          .map((element) => element.getBoundingClientRect())
          .filter((box) => box.width > 0 && box.height > 0)
          .map((box) => ({ x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height })),
      )),
    );
  }
  return boxes;
}

/** Boxes of the page as whole device pixels of a picture, cut at its edges; what lies outside is left out. */
export function boxesInPicture(
  boxes: readonly Rect[],
  origin: { x: number; y: number },
  scale: number,
  picture: { width: number; height: number },
): Rect[] {
  return boxes.flatMap((box) => {
    const left = Math.max(0, Math.floor((box.x - origin.x) * scale));
    const top = Math.max(0, Math.floor((box.y - origin.y) * scale));
    const right = Math.min(picture.width, Math.ceil((box.x - origin.x + box.width) * scale));
    const bottom = Math.min(picture.height, Math.ceil((box.y - origin.y + box.height) * scale));
    return right > left && bottom > top ? [{ x: left, y: top, width: right - left, height: bottom - top }] : [];
  });
}

/** Share of a picture that rectangles cover, 0-1; what two cover counts once. */
export function coveredRatio(rects: readonly Rect[], picture: { width: number; height: number }): number {
  const edges = [...new Set(rects.flatMap((rect) => [rect.x, rect.x + rect.width]))].sort((a, b) => a - b);
  let area = 0;
  for (const [index, left] of edges.entries()) {
    const right = edges[index + 1];
    if (right === undefined) break;
    const spans = rects
      .filter((rect) => rect.x <= left && rect.x + rect.width >= right)
      .map((rect) => [rect.y, rect.y + rect.height] as const)
      .sort((a, b) => a[0] - b[0]);
    let end = Number.NEGATIVE_INFINITY;
    for (const [top, bottom] of spans) {
      area += (right - left) * Math.max(0, bottom - Math.max(top, end));
      end = Math.max(end, bottom);
    }
  }
  return picture.width * picture.height === 0 ? 0 : area / (picture.width * picture.height);
}

/** Colour of masked parts; loud, so that it is not mistaken for the page. */
const MASK_COLOR = '#ff00ff';
/** Furthest that a page which grows as it is scrolled is scrolled for lazy content, CSS px; one that is longer to begin with, to its end. */
const LAZY_MAX_PX = 40_000;
/** Longest that one frame is waited for, ms: a page that draws none within it will not. */
const FRAME_LIMIT_MS = 2000;
/** Controls of a page that are tried at most. */
export const MAX_PRESSES = 400;
/** A page with no more texts than this says nothing besides its message. */
const FEW_TEXTS = 12;
/** Longest time to put a page back as it was, ms. */
const LEAVE_MS = 3000;
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
  const { page, shutter } = session;
  const { viewport } = options;
  const full =
    typeof request.fullPage === 'object' ? request.fullPage.untilHeight > viewport.height + 1 : request.fullPage;
  const beyond = full || request.selector !== undefined;
  const scale = viewport.device_scale_factor;
  const log = restLog();
  const ask = <T>(what: string, work: () => Promise<T>) => session.call(what, work, signal);

  await everyFrame(session, (frame) => frame.evaluate(setHeld, true), signal);
  let home: { x: number; y: number } | undefined;
  if (beyond) {
    await restPage(session, log, FIRST_QUIET_MS, signal);
    const { clip } = await ask('measuring the page', () => clipOf(session, { fullPage: true }, true, scale));
    const maxPx = Math.max(LAZY_MAX_PX, clip?.height ?? 0);
    const lazy = await session.call(
      'scrolling the page',
      () => page.evaluate(scrollThrough, { maxPx }),
      signal,
      60_000,
    );
    log.settle.lazy_scroll_px = lazy.px;
    log.settle.lazy_complete = lazy.complete;
    home = await ask('scrolling to the top', () => page.evaluate(() => ({ x: scrollX, y: scrollY })));
    await ask('scrolling to the top', () => page.evaluate(() => scrollTo({ left: 0, top: 0, behavior: 'instant' })));
    // Its listeners and observers hear that it is at the top before it goes deaf, and what they start is waited for.
    await ask('drawing the top', () => page.evaluate(framesPass, { count: 3, limitMs: FRAME_LIMIT_MS }));
    await restPage(session, log, 500, signal);
    await everyFrame(session, (frame) => frame.evaluate(setDeaf, true), signal);
  }
  try {
    let clip: Rect | undefined;
    let whole: Size | undefined;
    let masks: Rect[] = [];
    const subject = {
      rest: async (waitMs: number) => {
        const rest = await restPage(session, log, waitMs, signal);
        ({ clip, whole } = await ask('measuring the page', () => clipOf(session, request, full, scale)));
        const origin =
          clip ?? (await ask('measuring the page', () => page.evaluate(() => ({ x: scrollX, y: scrollY }))));
        if (request.masks.length > 0) {
          masks = await ask('finding the masks', () => maskedBoxes(page, request.masks, origin));
          await ask('painting the masks', () => page.evaluate(paintMasks, { boxes: masks, color: MASK_COLOR }));
        }
        return rest;
      },
      shoot: () => shootStack(clip, scale, (part) => ask('taking the picture', () => shutter.shoot(part))),
    };
    const taken = await steadyFrames(subject, request.settleTimeoutMs, signal);
    const origin = clip ?? (await ask('measuring the page', () => page.evaluate(() => ({ x: scrollX, y: scrollY }))));
    const size = stackSize(taken.frame);
    const rects = boxesInPicture(masks, origin, scale, size);
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
        ? await ask('trying the controls', () => page.evaluate(pressTest, { most: MAX_PRESSES }))
        : undefined;
    const [image, blank, read] = await Promise.all([
      sink.put({ kind: 'screenshot', name: `${request.name}.png`, data: await joinStack(taken.frame), size }),
      isBlank(taken.frame, size),
      protocol && (request.dom ?? true)
        ? ask('reading the boxes', () => readPageBoxes(protocol, picture, facts))
        : undefined,
    ]);
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
      settle: { ...log.settle, images_missing: log.settle.images_missing.map(options.redact) },
      masks: rects,
      masked_ratio: coveredRatio(rects, size),
      blank,
      ...(said === undefined ? {} : { error_page: said.slice(0, 200) }),
      logs: session.log.drain(),
    };
  } finally {
    await leave(session, home, request.masks.length > 0);
  }
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
async function leave(session: PageSession, home: { x: number; y: number } | undefined, masked: boolean): Promise<void> {
  const { page } = session;
  const work = async () => {
    if (masked) await page.evaluate(paintMasks, { boxes: [], color: MASK_COLOR });
    if (home) await everyFrame(session, (frame) => frame.evaluate(setDeaf, false));
    if (home) await page.evaluate(({ x, y }) => scrollTo({ left: x, top: y, behavior: 'instant' }), home);
    await everyFrame(session, (frame) => frame.evaluate(setHeld, false));
  };
  try {
    await session.call('letting the page go on', work, undefined, LEAVE_MS);
  } catch (error) {
    // The picture, or the error that says what is wrong, is already there.
    if (!(error instanceof CodeloopError)) throw error;
  }
}
