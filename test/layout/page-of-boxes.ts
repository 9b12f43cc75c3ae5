import type { LaidOutElement, LaidOutPage } from '../../src/core/vocabulary/laid-out-page.js';
import { modelOf } from '../../src/layout/page-model.js';

/** A box at a place, CSS px. */
export const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
let paint = 0;
/** An element with the styles of a plain box; each is painted over the one made before. */
export const element = (
  selector: string,
  box: ReturnType<typeof rect>,
  more: Partial<LaidOutElement> = {},
): LaidOutElement => ({
  ...{ tag: selector.replace(/\W.*/, '') || 'div', selector, rect: box, paint: ++paint, attributes: {} },
  ...more,
  styles: { display: 'block', color: 'rgb(0, 0, 0)', 'font-size': '16px', ...more.styles },
});
/** A page of these elements in a window of 800 x 600 px. */
export const page = (elements: LaidOutElement[], more: Partial<LaidOutPage> = {}) =>
  modelOf({
    ...{ window: { width: 800, height: 600 }, content: { width: 800, height: 600 } },
    ...{ elements, omitted: { elements: 0, presses: 0 } },
    ...more,
  });
/** The body of such a page. */
export const body = element('body', rect(0, 0, 800, 600));
