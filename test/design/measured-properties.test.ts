import { describe, expect, test } from 'vitest';
import type { DomElement } from '../../src/core/vocabulary/dom-boxes.js';
import type { Rect } from '../../src/core/vocabulary/geometry.js';
import { elementTree } from '../../src/design/element-tree.js';
import { measureProperties } from '../../src/design/measured-properties.js';
import type { RawImage } from '../../src/image/pixels.js';
import { blankImage } from '../../src/image/resize.js';
import { verifies } from '../requirements.js';
import { dom, el, rect } from './draw-dom.js';

/** A picture of 400 x 600 px with boxes on white, each with a colour (0xrrggbb) and a radius, drawn with 4 x 4 samples a pixel. */
function picture(...boxes: { box: [number, number, number, number]; color: number; radius?: number }[]): RawImage {
  const image = blankImage(400, 600);
  for (const { box, color, radius = 0 } of boxes) {
    const { x, y, width, height } = rect(box);
    for (let py = Math.floor(y); py < y + height; py++)
      for (let px = Math.floor(x); px < x + width; px++) {
        const part = coverage(px - x, py - y, width, height, radius);
        for (const at of [0, 1, 2]) {
          const index = (py * 400 + px) * 4 + at;
          const channel = (color >>> (8 * (2 - at))) & 255;
          image.data[index] = Math.round((image.data[index] ?? 255) * (1 - part) + channel * part);
        }
      }
  }
  return image;
}

function coverage(x: number, y: number, width: number, height: number, radius: number): number {
  let inside = 0;
  for (const dx of [0.125, 0.375, 0.625, 0.875])
    for (const dy of [0.125, 0.375, 0.625, 0.875]) {
      const fromX = Math.max(0, radius - (x + dx), x + dx - (width - radius));
      const fromY = Math.max(0, radius - (y + dy), y + dy - (height - radius));
      inside += Math.hypot(fromX, fromY) <= radius || (fromX === 0 && fromY === 0) ? 1 : 0;
    }
  return inside / 16;
}

/** A word of `letters` bars, `stroke` px wide. */
function word(x: number, y: number, height: number, stroke: number, color = 0x000000) {
  return [0, 1, 2, 3].map((at) => ({
    box: [x + at * 10, y, stroke, height] as [number, number, number, number],
    color,
  }));
}

function measure(
  reference: RawImage,
  actual: RawImage,
  box: [number, number, number, number],
  facts: Partial<DomElement>,
): string[] {
  const tree = elementTree(dom(el('body', [0, 0, 400, 600], {}, [el('div', box, facts)])));
  const node = tree.nodes[1];
  if (!node) throw new Error('no element');
  return measureProperties(node, { reference, actual, shifts: [], scale: 1 }).map(
    ({ property, expected, actual: is, source }) => `${source} ${property}: ${expected} -> ${is}`,
  );
}

const BOX: [number, number, number, number] = [50, 50, 100, 40];
const BLUE = { styles: { 'background-color': 'rgb(0, 0, 255)' } };
const TEXT_BOX: Rect = { x: 100, y: 100, width: 40, height: 16 };
const text = (styles: Record<string, string> = {}): Partial<DomElement> => ({
  text: 'IIII',
  text_rect: TEXT_BOX,
  styles: { color: 'rgb(0, 0, 0)', 'font-size': '16px', ...styles },
});

describe('measureProperties', () => {
  const blue = (box = BOX, radius = 0) => ({ box, color: 0x0000ff, radius });
  const boxes: [string, RawImage, RawImage, Partial<DomElement>, string[]][] = [
    ['nothing where nothing differs', picture(blue()), picture(blue()), BLUE, []],
    [
      'the colour of the ground',
      picture({ box: BOX, color: 0x00aa77 }),
      picture(blue()),
      BLUE,
      ['measured background-color: #00aa77 -> #0000ff'],
    ],
    [
      'not a colour that the browser did not compute',
      picture({ box: BOX, color: 0x00aa77 }),
      picture(blue()),
      { styles: { 'background-color': 'rgb(255, 0, 0)' } },
      [],
    ],
    ['a width', picture(blue([50, 50, 110, 40])), picture(blue()), BLUE, ['measured width: 110px -> 100px']],
    ['a place', picture(blue([46, 50, 100, 40])), picture(blue()), BLUE, ['measured x: 46px -> 50px']],
    ['not one pixel, which may be rounding', picture(blue([49, 50, 100, 40])), picture(blue()), BLUE, []],
    [
      'a radius',
      picture(blue(BOX, 12)),
      picture(blue(BOX, 4)),
      { styles: { ...BLUE.styles, 'border-top-left-radius': '4px' } },
      ['measured border-radius: 12px -> 4px'],
    ],
    [
      'square corners',
      picture(blue()),
      picture(blue(BOX, 8)),
      { styles: { ...BLUE.styles, 'border-top-left-radius': '8px' } },
      ['measured border-radius: 0px -> 8px'],
    ],
    [
      'no size beside a neighbour that touches it',
      picture(blue([50, 50, 110, 40]), blue([0, 60, 400, 10])),
      picture(blue(), blue([0, 60, 400, 10])),
      BLUE,
      [],
    ],
  ];
  test.each(boxes)('%s', (_, reference, actual, facts, expected) => {
    verifies('design.measured');
    expect(measure(reference, actual, BOX, facts)).toEqual(expected);
  });

  const drawn = picture(...word(100, 100, 16, 3));
  const texts: [string, RawImage, Partial<DomElement>, string[]][] = [
    ['the same text', drawn, text(), []],
    ['its colour', picture(...word(100, 100, 16, 3, 0x880000)), text(), ['measured color: #880000 -> #000000']],
    [
      'its weight by its ink',
      picture(...word(100, 100, 16, 4)),
      text(),
      ['measured font-weight: 1.33 times the ink -> 400'],
    ],
    ['its place', picture(...word(104, 100, 16, 3)), text(), ['measured x: 104px -> 100px']],
    ['nothing where there was no text', picture(), text(), []],
  ];
  test.each(texts)('of type: %s', (_, reference, facts, expected) => {
    verifies('design.measured');
    expect(measure(reference, drawn, [90, 95, 200, 26], facts)).toEqual(expected);
  });
});
