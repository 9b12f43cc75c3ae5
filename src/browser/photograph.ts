import type { CaptureOptions, ScreenshotRequest, Target } from '../capture/capture.js';
import { composePicture, coverParts, type Patches } from '../capture/frame-store.js';
import { isBlank, joinStack, type Rest, stackSize, steadyFrames } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import { errorOfPage } from '../core/page-kind.js';
import { intersection } from '../core/rects.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { packLayout } from '../core/vocabulary/laid-out-page.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { Screenshot, Steadiness } from '../core/vocabulary/screenshot.js';
import { readPageBoxes } from './boxes/dom-boxes.js';
import {
  boxesInPicture,
  coveredRatio,
  type FoundMasks,
  findMasks,
  MASK_COLOR,
  paintOver,
  uniqueBoxes,
} from './masks.js';
import { letGo, setDeaf, setHeld } from './page/agenda-switches.js';
import { framesPass } from './page/condition.js';
import { missingGlyphs } from './page/missing-glyphs.js';
import { layoutShifts, type PageFacts, readPageFacts } from './page/page-facts.js';
import { readSpoken, readStanding } from './page/parts.js';
import { showPictureEnds } from './page/picture-ends.js';
import { leaveOut } from './page/way.js';
import { continueBackdrops } from './page/whole-page.js';
import type { PageSession } from './page-session.js';
import {
  everyFrame,
  nameClosedRoots,
  type RestLog,
  restLog,
  restPage,
  safeLog,
  steadinessOf,
  withWaiting,
} from './rest-page.js';
import { FRAME_LIMIT_MS, photographScroller, photographStops } from './screens.js';
import { clipOf, shootStack } from './shutter.js';
import { type Surveyed, surveyPage, toTop } from './whole-page.js';
import { lookAtWriting } from './writing.js';

/** Controls of a page that are tried at most. */
export const MAX_PRESSES = 400;
/** Longest that the boxes of a page may take to be read, ms: 120,000 elements take about 25 s on two crowded cores. */
const BOXES_MS = 90_000;
/** Longest time to put a page back as it was, ms. */
const LEAVE_MS = 3000;
/** Rounds after which a page that will not stand still is looked through for roots that nobody has named. */
const UNSTEADY_ROUNDS = 4;
/** Longest wait for a quiet network before lazy content is loaded, ms. */
const FIRST_QUIET_MS = 3000;

/** One steady picture of a page, stored through the sink. Throws as `Capture.screenshot`. */
export async function photograph(
  session: PageSession,
  options: CaptureOptions,
  opened: { url: string; status: number | undefined; target?: Target & { kind: 'url' } },
  request: ScreenshotRequest,
  sink: ArtifactSink,
  signal: AbortSignal,
): Promise<Screenshot> {
  const { redact } = options;
  const sitting = new Sitting(session, options, request, opened.target?.waitFor?.selector, signal);
  await everyFrame(session, (frame) => frame.evaluate(setHeld, true), signal);
  try {
    await nameClosedRoots(session, false);
    if (sitting.beyond) await sitting.lookThrough();
    const shot = await sitting.shoot();
    const spoken = await sitting.ask('reading the title', () => session.page.evaluate(readSpoken));
    const title = redact(spoken.title);
    const url = redact(session.page.url());
    const facts = await sitting.readFacts();
    const stored = await store(sitting, shot, { url, title, redact }, facts, sink);
    const said = errorOfPage(spoken);
    const failed = spoken.failed.map((text) => redact(text).slice(0, 200));
    const { whole, masks, scale } = sitting;
    await session.windows.loaded(session.page);
    await session.log.settled();
    const words = session.log.doubted();
    const standing = words && {
      ...(await sitting.ask('looking at how the page stands', () => session.page.evaluate(readStanding, words))),
      ...{
        url: session.page.url(),
        ...(said === undefined && failed.length === 0 ? {} : { failed: said ?? failed[0] }),
      },
    };
    return {
      ...stored.files,
      size: shot.size,
      device_scale_factor: scale,
      full_page: sitting.full,
      ...(whole
        ? { cut_from: { width: Math.ceil(whole.width * scale), height: Math.ceil(whole.height * scale) } }
        : {}),
      requested_url: redact(opened.url),
      url,
      title,
      ...(opened.status === undefined ? {} : { http_status: opened.status }),
      steady: shot.steady,
      settle: safeLog(withWaiting(sitting.log), redact),
      masks: shot.masked,
      masked_ratio: coveredRatio(shot.masked, shot.size),
      ...(masks.matches.length > 0 ? { mask_matches: masks.matches } : {}),
      ...(stored.writing ? { writing: stored.writing } : {}),
      blank: stored.blank,
      ...(said === undefined ? {} : { error_page: redact(said).slice(0, 200) }),
      ...(failed.length > 0 ? { error_parts: failed } : {}),
      logs: session.log.drain(standing),
    };
  } finally {
    await leave(session, sitting.surveyed, request.masks.length > 0);
  }
}

/** A picture that was taken, before it is stored. */
interface Shot {
  /** The screen or the whole page as it was taken, and with what only single screens showed. */
  frame: Buffer;
  stack: Buffer;
  /** Device px. */
  size: Size;
  /** Its corner on the page, CSS px. */
  origin: { x: number; y: number };
  /** Device px of the picture. */
  masked: Rect[];
  steady: Steadiness;
}

/** A page that is being photographed: what of it is in the picture, what is covered, and what was seen on the way. */
class Sitting {
  readonly log: RestLog;
  readonly scale: number;
  readonly full: boolean;
  /** More of the page is in the picture than its window shows. */
  readonly beyond: boolean;
  surveyed: Surveyed | undefined;
  /** CSS px of the page; undefined for its window as it is scrolled. */
  clip: Rect | undefined;
  whole: Size | undefined;
  masks: FoundMasks = { boxes: [], matches: [], scale: 1 };
  readonly #screens: Patches[] = [];
  readonly #alsoMasked: Rect[] = [];
  readonly #until: number;
  #shift: PageFacts['shift'];

  constructor(
    readonly session: PageSession,
    { viewport }: CaptureOptions,
    readonly request: ScreenshotRequest,
    meant: string | undefined,
    readonly signal: AbortSignal,
  ) {
    this.scale = viewport.device_scale_factor;
    this.full =
      typeof request.fullPage === 'object' ? request.fullPage.untilHeight > viewport.height + 1 : request.fullPage;
    this.beyond = this.full || request.selector !== undefined;
    this.#until = performance.now() + request.settleTimeoutMs;
    this.log = restLog({ inWindow: !this.beyond, waits: false, ...(meant === undefined ? {} : { meant }) });
  }

  /** One round of rest. All rounds together wait no longer than the whole time for what the page shows to be waiting for. */
  async rest(waitMs: number): Promise<Rest> {
    const rest = await restPage(this.session, this.log, waitMs, this.signal);
    return { ...rest, waits: rest.waits === true && performance.now() < this.#until };
  }

  ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.session.call(what, work, this.signal);
  }

  /** Where the picture begins on the page, CSS px. */
  async corner(): Promise<{ x: number; y: number }> {
    const { page } = this.session;
    return this.clip ?? (await this.ask('measuring the page', () => page.evaluate(() => ({ x: scrollX, y: scrollY }))));
  }

  /** Measures what is in the picture, and covers what is masked in it. */
  async #cover(): Promise<void> {
    const { session, request } = this;
    ({ clip: this.clip, whole: this.whole } = await this.ask('measuring the page', () =>
      clipOf(session, request, this.full, this.scale),
    ));
    if (request.masks.length === 0) return;
    const corner = await this.corner();
    const size = await this.ask('measuring the page', () => session.shutter.pageSize());
    this.masks = await this.ask('finding the masks', () => findMasks(session, request.masks, corner, size));
    await this.ask('painting the masks', () => paintOver(session, this.masks.boxes));
  }

  /** Goes through the whole page, keeps what only single screens show, and stretches it for the picture. */
  async lookThrough(): Promise<void> {
    const { session, log, full, signal } = this;
    const { page } = session;
    // What comes late may wait to be seen, too.
    for (let rest = await this.rest(FIRST_QUIET_MS); rest.waits; ) rest = await this.rest(1000);
    // Before the page is stretched, which moves it as well.
    if (this.request.layout && session.protocol) this.#shift = await this.#readShift();
    const surveyed = await surveyPage(session, log, full, signal);
    this.surveyed = surveyed;
    await showPictureEnds(session, log, signal);
    if (surveyed.stops.length > 0) {
      await this.#cover();
      const coverScreen = async () => {
        await this.#cover();
        this.#alsoMasked.push(...this.masks.boxes);
        return this.masks.boxes;
      };
      this.#screens.push(
        ...(await photographStops(session, log, surveyed, await this.corner(), this.scale, coverScreen, signal)),
      );
      await toTop(session, log, surveyed.run, signal);
      await this.ask('leaving out what was taken', () => page.evaluate(leaveOut));
    }
    if (surveyed.drawsPart) {
      const coverPart = async (window: Rect, down: number) => {
        await this.#cover();
        const seen = this.masks.boxes.flatMap((box) => intersection(box, window) ?? []);
        this.#alsoMasked.push(...seen.map((box) => ({ ...box, y: box.y + down })));
        return this.masks.boxes;
      };
      const corner = await this.corner();
      this.#screens.push(...(await photographScroller(session, log, surveyed, corner, this.scale, coverPart, signal)));
    }
    await everyFrame(session, (frame) => frame.evaluate(setDeaf, true), signal);
    const { height } = await this.ask('measuring the page', () => session.shutter.pageSize());
    if (full) await this.ask('continuing backdrops', () => page.evaluate(continueBackdrops, { height }));
  }

  /** Takes the picture once the page stands still. */
  async shoot(): Promise<Shot> {
    const { session, log, scale, signal } = this;
    let rounds = 0;
    const subject = {
      rest: async (waitMs: number) => {
        // What keeps moving may do so where nobody has looked yet.
        if (++rounds === UNSTEADY_ROUNDS) await nameClosedRoots(session, true);
        const rest = await this.rest(waitMs);
        if (rounds === 1 && !this.beyond) await showPictureEnds(session, log, signal);
        await this.#cover();
        return rest;
      },
      shoot: () =>
        shootStack(this.clip, scale, (part) => this.ask('taking the picture', () => session.shutter.shoot(part))),
    };
    const taken = await steadyFrames(subject, this.request.settleTimeoutMs, signal);
    const origin = await this.corner();
    const size = stackSize(taken.frame);
    const covered = this.masks.boxes;
    // A page may have moved, or thrown away, its masks or what they are on.
    if (this.request.masks.length > 0) await this.#cover();
    const boxes = uniqueBoxes([...this.masks.boxes, ...covered]);
    // A phone shows a page without a viewport of its own smaller than it is laid out.
    const drawn = this.clip ? scale : scale * this.masks.scale;
    const frame = await coverParts(taken.frame, boxesInPicture(boxes, origin, drawn, size), MASK_COLOR);
    const stack = this.#screens.length > 0 ? await composePicture(frame, this.#screens) : frame;
    const masked = boxesInPicture(uniqueBoxes([...boxes, ...this.#alsoMasked]), origin, drawn, size);
    const steady = await steadinessOf(session, taken, log, subject, origin, scale, signal);
    return { frame, stack, size, origin, masked, steady };
  }

  /** What only the page can tell of its layout; undefined where nobody asks. What it scrolls is put back: before the boxes are read. */
  async readFacts(): Promise<PageFacts | undefined> {
    const { page, protocol } = this.session;
    // The last picture, too, left the page at another size for a moment.
    if (this.beyond)
      await this.ask('drawing the page', () => page.evaluate(framesPass, { count: 2, limitMs: FRAME_LIMIT_MS }));
    if (!this.request.layout || !protocol) return undefined;
    const facts = await this.ask('trying the controls', () => page.evaluate(readPageFacts, { most: MAX_PRESSES }));
    if (!this.beyond) this.#shift = await this.#readShift();
    if (this.#shift) facts.shift = this.#shift;
    facts.missing = await this.ask('looking at letters', () => page.evaluate(missingGlyphs));
    return facts;
  }

  #readShift(): Promise<PageFacts['shift']> {
    return this.ask('reading its moves', () => this.session.page.evaluate(layoutShifts));
  }
}

/** Stores a picture with its boxes and its layout, and looks at the writing in it. */
async function store(
  sitting: Sitting,
  { frame, stack, size, origin }: Shot,
  page: { url: string; title: string; redact: (text: string) => string },
  facts: PageFacts | undefined,
  sink: ArtifactSink,
) {
  const { session, request, scale, clip, signal } = sitting;
  const { protocol } = session;
  const css = { width: Math.round(size.width / scale), height: Math.round(size.height / scale) };
  const [image, blank, read] = await Promise.all([
    sink.put({ kind: 'screenshot', name: `${request.name}.png`, data: await joinStack(stack), size }),
    isBlank(stack, size),
    protocol && (request.dom ?? true)
      ? session.call(
          'reading the boxes',
          () => readPageBoxes(protocol, { ...page, origin, size: css, scale }, facts),
          signal,
          BOXES_MS,
        )
      : undefined,
  ]);
  const writing = request.writing ? await lookAtWriting(session, frame, { clip, origin, scale }, signal) : undefined;
  const boxes = read?.boxes;
  const dom = boxes && (await sink.put({ kind: 'dom', name: `${request.name}.dom.json`, data: JSON.stringify(boxes) }));
  const layout =
    read?.laidOut &&
    (await sink.put({
      kind: 'layout',
      name: `${request.name}.layout.json.gz`,
      data: await packLayout([read.laidOut]),
    }));
  return {
    files: { image, ...(dom ? { dom } : {}), ...(layout ? { layout } : {}) },
    blank,
    writing,
  };
}

/** Puts the page back as it was before the picture; a page that hangs or is gone is left as it is. */
async function leave(session: PageSession, surveyed: Surveyed | undefined, masked: boolean): Promise<void> {
  const { page } = session;
  const work = async () => {
    if (masked) await paintOver(session, []);
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
