import { expect, test } from 'vitest';
import { readRegions } from '../../../src/design/reading/read-pair.js';
import { readReference } from '../../../src/design/reading/read-reference.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { dom, el } from '../draw-dom.js';
import { type Drawer, drawPage, OTHERS, OURS, type Shape } from './draw-page.js';

const SIZE = { width: 400, height: 220 };
const INK: Color = [30, 30, 40];

/** A line of text: how high its letters are, how far apart besides, and whether it begins at the left or stands in the middle. */
interface Line {
  text: string;
  high: number;
  apart: number;
  bold: boolean;
  centred: boolean;
}

const RIGHT: Line = { text: 'BUSINESS PERSON', high: 11, apart: 0, bold: false, centred: false };

/** A line under a text: how thick, and how far below its letters. */
interface Under {
  thick: number;
  below: number;
}

/** One letter after the other, and where they end. */
function letters(text: string, [left, top]: readonly [number, number], { high, apart, bold }: Line) {
  const step = (6 * high) / 7 + apart;
  const shapes: Shape[] = [...text].flatMap((letter, at) =>
    letter === ' ' ? [] : [{ text: letter, at: [left + at * step, top] as const, high, color: INK, bold }],
  );
  return { shapes, width: text.length * step };
}

/** A page of three right lines and one that may be wrong between them, the last one underlined where that is asked for. */
function page(wrong: Partial<Line>, under?: Under) {
  const line = { ...RIGHT, ...wrong };
  const texts: [string, Line][] = [
    ['LESSON ONE', RIGHT],
    [line.text, line],
    ['SUPPORT', RIGHT],
    ['OTHER PEOPLE', RIGHT],
  ];
  const drawn = texts.map(([text, how], at) => {
    const top = 24 + at * 44;
    const { width } = letters(text, [0, 0], how);
    const left = how.centred ? Math.round(200 - width / 2) : 40;
    const isUnder = under !== undefined && at === 3;
    const styles: Record<string, string> = {
      'font-size': `${how.high + 4}px`,
      ...(how.centred ? { 'text-align': 'center' } : {}),
      ...(isUnder ? { 'text-decoration-line': 'underline' } : {}),
    };
    const line: Shape[] = isUnder
      ? [{ box: [left, top + how.high + under.below, width - 2, under.thick], color: INK }]
      : [];
    const text_rect = { x: left, y: top - 3, width: width + 2, height: how.high + 6 };
    return {
      shapes: [...letters(text, [left, top], how).shapes, ...line],
      box: el('p', [40, top - 4, 320, how.high + 8], { text, text_rect, styles, test_id: `line-${at + 1}` }),
    };
  });
  const root = el(
    'body',
    [0, 0, SIZE.width, SIZE.height],
    {},
    drawn.map(({ box }) => box),
  );
  return { shapes: drawn.flatMap(({ shapes }) => shapes), boxes: { ...dom(root), size: SIZE } };
}

function said(wrong: Partial<Line>, right: Partial<Line>, drawer: Drawer): string[] {
  const { shapes, boxes } = page(wrong);
  const actual = drawPage(SIZE.width, SIZE.height, shapes, OURS);
  const reference = drawPage(SIZE.width, SIZE.height, page(right).shapes, drawer);
  return readRegions(readReference({ boxes, actual, reference, scale: 1 }), SIZE).map(
    ({ element, properties }) => `${element?.test_id} ${properties?.[0]?.property}`,
  );
}

test.each<[string, Partial<Line>, Partial<Line>, string]>([
  ['letters that stand further apart', { apart: 2 }, {}, 'line-2 letter-spacing'],
  ['letters that stand closer together', {}, { apart: 1.5 }, 'line-2 letter-spacing'],
  ['a centred line further apart', { apart: 2, centred: true }, { centred: true }, 'line-2 letter-spacing'],
  ['small letters that are larger', { high: 13 }, {}, 'line-2 font-size'],
  ['a centred line that is smaller', { high: 9, centred: true }, { centred: true }, 'line-2 font-size'],
  ['another word in the line', { text: 'BUSINESS LETTER' }, {}, 'line-2 text'],
])('%s are told as that, by whichever renderer', (_name, wrong, right, expected) => {
  verifies('design.read-picture');
  for (const drawer of [OURS, OTHERS]) {
    expect(said(right, right, drawer)).toEqual([]);
    expect(said(wrong, right, drawer)[0]).toBe(expected);
  }
});

test('a line under a text that another renderer draws thinner and lower is silent', () => {
  verifies('design.read-silent');
  const [ours, theirs]: Under[] = [
    { thick: 2, below: 2 },
    { thick: 1, below: 3 },
  ];
  const { shapes, boxes } = page({}, ours);
  const actual = drawPage(SIZE.width, SIZE.height, shapes, OURS);
  const read = (right: Partial<Line>) =>
    readRegions(
      readReference({
        boxes,
        actual,
        reference: drawPage(SIZE.width, SIZE.height, page(right, theirs).shapes, OTHERS),
        scale: 1,
      }),
      SIZE,
    );
  expect(read({})).toEqual([]);
});
