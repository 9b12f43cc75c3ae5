import { readRegions } from '../../../src/design/reading/read-pair.js';
import { readReference } from '../../../src/design/reading/read-reference.js';
import type { Color } from '../../compare/draw.js';
import { type Drawn, dom, el } from '../draw-dom.js';
import { type Drawer, drawPage, OURS, type Shape, widthOf } from './draw-page.js';

export const SIZE = { width: 400, height: 300 };
export const INK: Color = [30, 30, 40];
export const rgb = (color: Color) => `rgb(${color.join(', ')})`;

/** Things as they are drawn and as they are boxes of the app. */
export interface Page {
  shapes: Shape[];
  parts: Drawn[];
}

export function text(
  words: string,
  at: readonly [number, number],
  high = 11,
  color = INK,
): { shape: Shape; part: Drawn } {
  const box = [at[0], at[1], widthOf(words, high) + 2, high] as const;
  const text_rect = { x: box[0], y: box[1], width: box[2], height: box[3] };
  const styles = { color: rgb(color), 'font-size': `${high + 5}px` };
  return { shape: { text: words, at, high, color }, part: el('p', box, { text: words, text_rect, styles }) };
}

/** Four lines that are as they should be, and what a test puts beside them. */
export function page({ shapes, parts }: Page) {
  const right = ['LESSON ONE', 'SUPPORT', 'OTHER PEOPLE', 'COURSES'].map((words, at) =>
    text(words, [20, 20 + 30 * at]),
  );
  return {
    shapes: [...right.map(({ shape }) => shape), ...shapes],
    boxes: dom(el('body', [0, 0, SIZE.width, SIZE.height], {}, [...right.map(({ part }) => part), ...parts])),
  };
}

/** What is said in all: severity, kind, element and the first property, or `every` one, by one renderer of the reference. */
export function said(app: Page, reference: readonly Shape[], drawer: Drawer = OURS, every = false): string[] {
  const { shapes, boxes } = page(app);
  const draw = (all: readonly Shape[], by: Drawer) => drawPage(SIZE.width, SIZE.height, all, by);
  const there = page({ shapes: [...reference], parts: [] }).shapes;
  const reading = readReference({ boxes, actual: draw(shapes, OURS), reference: draw(there, drawer), scale: 1 });
  return readRegions(reading, SIZE).map(
    ({ severity, kind, element, properties }) =>
      `${severity} ${kind} ${element?.selector} ${element?.relation} ${properties
        ?.map((one) => `${one.property} ${one.expected} -> ${one.actual}`)
        .slice(0, every ? undefined : 1)
        .join(', ')}`,
  );
}
