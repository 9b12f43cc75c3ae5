import type { Frame } from 'playwright';
import { coverParts } from '../capture/frame-store.js';
import { stackSize } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import { MASK_HOST, uncovered } from './boxes/mask-covers.js';
import { type FrameWorld, type FrameWorlds, frameWorlds, mainWorld } from './evaluate-apart.js';
import { type MaskedParts, maskedParts, paintMasks } from './page/mask.js';
import type { PageSession } from './page-session.js';

/** Colour of masked parts; loud, so that it is not mistaken for the page. */
export const MASK_COLOR = '#ff00ff';
/** Longest wait for the box of something that was just found, ms. */
const BOX_MS = 2000;
/** What says that a text is no selector of elements (`a::after`, a typing error). */
const NO_SELECTOR = /valid selector|parsing (?:css )?selector|Unexpected token/;

/** Boxes to cover, CSS px of the page, and what each selector found. */
export interface FoundMasks {
  boxes: Rect[];
  matches: NonNullable<Screenshot['mask_matches']>;
  /** How much larger than CSS px the screen shows the page. */
  scale: number;
}

/**
 * The visible parts of every match of the selectors, in all frames and shadow roots, and the rectangles, which are given in the picture's
 * own coordinates, moved to the page's by the picture's `origin`. Nothing outside `size`, that of the page, is covered. In Chromium
 * everything is read in worlds of our own, where nothing that a page has put in the place of what it is read by is known.
 */
export async function findMasks(
  session: PageSession,
  masks: readonly (string | Rect)[],
  origin: { x: number; y: number },
  size: { width: number; height: number },
): Promise<FoundMasks> {
  const onPage = (box: Rect) => cut(box, { x: 0, y: 0, ...size });
  const boxes: Rect[] = [];
  const matches: FoundMasks['matches'] = [];
  let scale = 1;
  const { context, page, protocol } = session;
  const named = masks.some((mask) => typeof mask === 'string');
  const worlds = protocol && named ? await frameWorlds(context, page, protocol) : undefined;
  try {
    const look = worlds ? await lookInWorlds(session, worlds) : (mask: string) => lookByDriver(session, mask);
    for (const mask of masks) {
      if (typeof mask !== 'string') {
        boxes.push(...onPage({ ...mask, x: mask.x + origin.x, y: mask.y + origin.y }));
        continue;
      }
      const { matched, placed, scale: shown = 1 } = await look(mask);
      scale = shown;
      const covered = placed.flatMap(onPage);
      boxes.push(...covered);
      matches.push({ selector: mask, matched, covered: covered.length });
    }
  } finally {
    if (worlds) await worlds.close();
  }
  return { boxes, matches, scale };
}

/** Paints the boxes (CSS px of the page) over the page, in place of those that were painted before. */
export async function paintOver({ page, protocol }: PageSession, boxes: readonly Rect[]): Promise<void> {
  const given = { boxes: [...boxes], color: MASK_COLOR, id: MASK_HOST };
  if (!protocol) return page.evaluate(paintMasks, given);
  await (await mainWorld(protocol)).evaluate(`(${paintMasks})(${JSON.stringify(given)})`);
}

/** A part of the page, CSS px of the picture of the whole page, with the masks on it; `covered`: CSS px of the page. They are taken off again. */
export async function shootCovered(
  session: PageSession,
  clip: Rect,
  masks: readonly (string | Rect)[],
): Promise<{ picture: Buffer; covered: readonly Rect[] }> {
  if (masks.length === 0) return { picture: await session.shutter.shoot(clip), covered: [] };
  const find = async () => (await findMasks(session, masks, { x: 0, y: 0 }, await session.shutter.pageSize())).boxes;
  const before = await find();
  await paintOver(session, before);
  try {
    const picture = await session.shutter.shoot(clip);
    // A page may have moved what is masked, or thrown away what it was painted with.
    const covered = [...before, ...(await find())];
    const { width, height } = stackSize(picture);
    const inPicture = boxesInPicture(covered, clip, width / clip.width, { width, height });
    return { picture: await coverParts(picture, inPicture, MASK_COLOR), covered };
  } finally {
    await paintOver(session, []);
  }
}

/** What a selector found on a page; `placed`: CSS px of the page. */
interface Looked {
  matched: number;
  placed: Rect[];
  scale?: number;
}

/** Looks for masks in worlds of our own, one in each frame. */
async function lookInWorlds(session: PageSession, worlds: FrameWorlds): Promise<(mask: string) => Promise<Looked>> {
  const entered = new Map<string, FrameWorld>();
  for (const id of worlds.parents.keys()) {
    const world = await whileThere(async () => {
      const one = await worlds.enter(id);
      await one.openRoots();
      return one;
    });
    if (world) entered.set(id, world);
  }
  const parts = async (world: FrameWorld | undefined, given: string | readonly Rect[]) => {
    const found = await world?.evaluate(`(${maskedParts})(${JSON.stringify(given)}, undefined, '${MASK_HOST}')`);
    // It ran as it is written in `page/mask.ts`; no answer is that of another kind of selector.
    return found as MaskedParts | undefined;
  };
  return async (mask) => {
    const looked: Looked = { matched: 0, placed: [] };
    let [other, reaching] = [false, false];
    const { view } = (await parts(entered.get(worlds.main), [])) ?? { view: { x: 0, y: 0, scale: 1 } };
    looked.scale = view.scale;
    for (const [id, world] of entered) {
      const main = id === worlds.main;
      const found = main ? await parts(world, mask) : await whileThere(() => parts(world, mask));
      if (!found) {
        other = true;
        break;
      }
      looked.matched += found.matched;
      reaching ||= found.shadows && /[\s>+~]/.test(mask.trim());
      const onPage = main ? found.boxes : await placedOnPage(worlds, entered, id, found.boxes);
      const placed = onPage.map((box) => ({ ...box, x: box.x + view.x, y: box.y + view.y }));
      looked.placed.push(...(main ? await uncovered(session, placed) : placed));
    }
    if (!other && !reaching) return looked;
    // Text and XPath, and what reaches into shadow roots from outside, is what the driver's own engine finds.
    const boxes = await boxesByDriver(session, mask, worlds, entered);
    const found = await parts(entered.get(worlds.main), boxes.main);
    const { x, y, scale } = view;
    const placed = [...(found?.boxes ?? []), ...boxes.framed].map((box) => ({ ...box, x: box.x + x, y: box.y + y }));
    return {
      scale,
      matched: Math.max(looked.matched, boxes.matched),
      placed: [...looked.placed, ...(await uncovered(session, placed))],
    };
  };
}

/** Boxes of a frame's viewport as they lie in the main frame's, cut by all that they lie in. */
async function placedOnPage(
  worlds: FrameWorlds,
  entered: ReadonlyMap<string, FrameWorld>,
  frame: string,
  boxes: readonly Rect[],
): Promise<Rect[]> {
  let [placed, at]: [readonly Rect[], string] = [boxes, frame];
  while (placed.length > 0 && at !== worlds.main) {
    const [parent, child] = [worlds.parents.get(at), at];
    const world = parent === undefined ? undefined : entered.get(parent);
    const holder = world && (await whileThere(() => world.askHolder(child, String(maskedParts))));
    if (!holder || parent === undefined) return [];
    // It ran as it is written in `page/mask.ts`.
    const { boxes: shown, frame: corner } = holder as MaskedParts;
    placed = shown.flatMap((window) =>
      corner
        ? placed.flatMap((box) => cut(stretched(box, corner), window))
        : // Where in a turned frame something lies nobody can say: all of it is covered.
          [window],
    );
    at = parent;
  }
  return [...placed];
}

/** A frame that went away meanwhile shows nothing. */
async function whileThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof CodeloopError && error.code !== 'INTERNAL')) throw error;
    return undefined;
  }
}

/** Boxes of what the driver's own engine finds, px of the main frame's viewport: in the main frame, and in others cut by those frames. */
async function boxesByDriver(
  { page }: PageSession,
  mask: string,
  worlds: FrameWorlds,
  entered: ReadonlyMap<string, FrameWorld>,
) {
  const [main, framed]: [Rect[], Rect[]] = [[], []];
  let matched = 0;
  for (const frame of page.frames()) {
    const all = await locate(frame, mask);
    matched += all.length;
    const boxes = (await Promise.all(all.map((one) => one.boundingBox({ timeout: BOX_MS })))).filter(
      (box) => box !== null,
    );
    if (frame === page.mainFrame()) main.push(...boxes);
    else if (boxes.length > 0) framed.push(...(await placedByHolders(frame, boxes, worlds, entered)));
  }
  return { matched, main, framed };
}

async function locate(frame: Frame, mask: string) {
  try {
    return await frame.locator(mask).all();
  } catch (error) {
    // What is no selector of elements finds nothing, and that is told; a frame that went away has nothing.
    const gone = frame.parentFrame() !== null && error instanceof Error;
    if (!gone && !(error instanceof Error && NO_SELECTOR.test(error.message))) throw error;
    return [];
  }
}

/** The driver tells where something lies in the page that shares its process; from there on it is placed by what holds that page. */
async function placedByHolders(
  frame: Frame,
  boxes: readonly Rect[],
  worlds: FrameWorlds,
  entered: ReadonlyMap<string, FrameWorld>,
): Promise<Rect[]> {
  let seen = boxes;
  for (let at: Frame | null = frame; at?.parentFrame() && seen.length > 0; at = at.parentFrame()) {
    const holder = at;
    const edge = await whileThere(async () => (await holder.frameElement()).boundingBox());
    if (!edge) return [];
    const foreign = worlds.foreign.get(at);
    const own = seen.map((box) => ({ ...box, x: box.x - edge.x, y: box.y - edge.y }));
    if (foreign !== undefined) return placedOnPage(worlds, entered, foreign, own);
    seen = seen.flatMap((box) => cut(box, edge));
  }
  return [...seen];
}

/** The same in a browser without worlds of our own: in the page's own. */
async function lookByDriver({ page }: PageSession, mask: string): Promise<Looked> {
  const looked: Looked = { matched: 0, placed: [] };
  const scroll = await page.evaluate(() => ({ x: scrollX, y: scrollY }));
  for (const frame of page.frames()) {
    const found = await partsIn(frame, mask, frame === page.mainFrame());
    looked.matched += found.matched;
    looked.placed.push(...found.boxes.map((box) => ({ ...box, x: box.x + scroll.x, y: box.y + scroll.y })));
  }
  return looked;
}

async function partsIn(frame: Frame, mask: string, main: boolean): Promise<{ matched: number; boxes: Rect[] }> {
  const showing = maskedParts as (given: Element | readonly Element[], selector?: string) => MaskedParts;
  try {
    const found = await frame.locator(mask).evaluateAll(showing, mask);
    let { boxes }: { boxes: Rect[] } = found;
    for (let at: Frame | null = frame; at?.parentFrame() && boxes.length > 0; at = at.parentFrame()) {
      const element = await at.frameElement();
      const holder = await element.evaluate(showing as (node: Node) => MaskedParts);
      const { frame: corner } = holder;
      boxes = holder.boxes.flatMap((window) =>
        corner ? boxes.flatMap((box) => cut(stretched(box, corner), window)) : [window],
      );
    }
    return { matched: found.matched, boxes };
  } catch (error) {
    if (!(error instanceof Error) || (main && !NO_SELECTOR.test(error.message))) throw error;
    return { matched: 0, boxes: [] };
  }
}

/** A box of a frame's viewport in that of the page that the frame lies in. */
function stretched(box: Rect, { x, y, across, down }: NonNullable<MaskedParts['frame']>): Rect {
  return {
    ...{ x: x + box.x * across, width: box.width * across },
    ...{ y: y + box.y * down, height: box.height * down },
  };
}

function cut(box: Rect, edge: Rect): Rect[] {
  const x = Math.max(box.x, edge.x);
  const y = Math.max(box.y, edge.y);
  const width = Math.min(box.x + box.width, edge.x + edge.width) - x;
  const height = Math.min(box.y + box.height, edge.y + edge.height) - y;
  return width > 0 && height > 0 ? [{ x, y, width, height }] : [];
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

/** Each of these boxes once. */
export function uniqueBoxes(boxes: readonly Rect[]): Rect[] {
  return [...new Map(boxes.map((box) => [JSON.stringify(box), box])).values()];
}
