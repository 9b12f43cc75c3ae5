import type { Page } from 'playwright';
import type { Rect } from '../core/vocabulary/geometry.js';

/**
 * The boxes of masks in CSS px of the page: every visible match of a selector, and rectangles, which are given in the picture's own
 * coordinates, moved to the page's by the picture's `origin`.
 */
export async function maskedBoxes(
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
