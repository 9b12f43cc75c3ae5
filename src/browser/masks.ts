import type { Frame } from 'playwright';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import { maskedApart } from './evaluate-apart.js';
import { uncovered } from './mask-covers.js';
import { type MaskedParts, maskedParts } from './page/mask.js';
import type { PageSession } from './page-session.js';

/** Boxes to cover, CSS px of the page, and what each selector found. */
export interface FoundMasks {
  boxes: Rect[];
  matches: NonNullable<Screenshot['mask_matches']>;
}

/**
 * The visible parts of every match of the selectors, in all frames and shadow roots, and the rectangles, which are given in the picture's
 * own coordinates, moved to the page's by the picture's `origin`. Nothing outside `page`, the size of the page, is covered.
 */
export async function findMasks(
  session: PageSession,
  masks: readonly (string | Rect)[],
  origin: { x: number; y: number },
  size: { width: number; height: number },
): Promise<FoundMasks> {
  const boxes: Rect[] = [];
  const matches: FoundMasks['matches'] = [];
  const scroll = await session.page.evaluate(() => ({ x: scrollX, y: scrollY }));
  const onPage = (box: Rect) => cut(box, { x: 0, y: 0, ...size });
  for (const mask of masks) {
    if (typeof mask !== 'string') {
      boxes.push(...onPage({ ...mask, x: mask.x + origin.x, y: mask.y + origin.y }));
      continue;
    }
    let matched = 0;
    const covered: Rect[] = [];
    for (const frame of session.page.frames()) {
      const main = frame === session.page.mainFrame();
      const apart = main ? await maskedApart(session.page, session.protocol, mask) : undefined;
      const found = apart ?? (await partsIn(frame, mask, main));
      matched += found.matched;
      const placed = found.boxes.map((box) => ({ ...box, x: box.x + scroll.x, y: box.y + scroll.y }));
      covered.push(...(main ? await uncovered(session, placed) : placed).flatMap(onPage));
    }
    boxes.push(...covered);
    matches.push({ selector: mask, matched, covered: covered.length });
  }
  return { boxes, matches };
}

/** The parts in one frame, in px of the page's viewport. */
async function partsIn(frame: Frame, mask: string, main: boolean): Promise<{ matched: number; boxes: Rect[] }> {
  if (main)
    try {
      return await frame.locator(mask).evaluateAll(maskedParts, mask);
    } catch (error) {
      // What is no selector of elements (`a::after`, a typing error) finds nothing, and that is told.
      if (!(error instanceof Error) || !/valid selector|parsing (?:css )?selector|Unexpected token/.test(error.message))
        throw error;
      return { matched: 0, boxes: [] };
    }
  // A frame's element is one of its parent's.
  const showing = maskedParts as (node: Node) => MaskedParts;
  try {
    const found = await frame.locator(mask).evaluateAll(maskedParts, mask);
    let { boxes } = found;
    for (let at: Frame | null = frame; at?.parentFrame() && boxes.length > 0; at = at.parentFrame()) {
      const element = await at.frameElement();
      const holder = await element.evaluate((node) => {
        if (!(node instanceof Element)) return { x: 0, y: 0, scale: 1 };
        const box = node.getBoundingClientRect();
        const scale = node instanceof HTMLElement && node.offsetWidth > 0 ? box.width / node.offsetWidth : 1;
        const { paddingLeft, paddingTop } = getComputedStyle(node);
        const [left, top] = [
          node.clientLeft + Number.parseFloat(paddingLeft),
          node.clientTop + Number.parseFloat(paddingTop),
        ];
        return { x: box.x + left * scale, y: box.y + top * scale, scale };
      });
      const [window] = (await element.evaluate(showing)).boxes;
      boxes = window
        ? boxes.flatMap((box) =>
            cut(
              {
                x: holder.x + box.x * holder.scale,
                y: holder.y + box.y * holder.scale,
                width: box.width * holder.scale,
                height: box.height * holder.scale,
              },
              window,
            ),
          )
        : [];
    }
    return { matched: found.matched, boxes };
  } catch (error) {
    // A frame that went away meanwhile shows nothing.
    if (!(error instanceof Error)) throw error;
    return { matched: 0, boxes: [] };
  }
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
