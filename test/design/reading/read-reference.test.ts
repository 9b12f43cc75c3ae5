import { expect, test } from 'vitest';
import type { DomBoxes } from '../../../src/core/vocabulary/dom-boxes.js';
import { readReference } from '../../../src/design/reading/read-reference.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { type Drawn, dom, el } from '../draw-dom.js';
import { type Drawer, drawPage, OTHERS, OURS, type Shape, widthOf } from './draw-page.js';

/** What can be wrong with the page; everything as it should be by default. */
interface Page {
  title: string;
  titleHigh: number;
  titleColor: Color;
  bold: boolean;
  radius: number;
  gap: number;
  surface: Color;
  icon: boolean;
  link: boolean;
  label: string;
}

const RIGHT: Page = {
  title: 'PRICES',
  titleHigh: 21,
  titleColor: [30, 40, 60],
  bold: false,
  radius: 14,
  gap: 24,
  surface: [230, 236, 245],
  icon: true,
  link: true,
  label: 'BUY',
};

const rgb = ([red, green, blue]: Color) => `rgb(${red}, ${green}, ${blue})`;
const INK: Color = [40, 40, 40];
const BLUE: Color = [30, 90, 220];

/** The page as shapes and as boxes: a title, three cards with a text each, a button, an icon and a link. */
function page(wrong: Partial<Page> = {}): { shapes: Shape[]; boxes: DomBoxes } {
  const { title, titleHigh, titleColor, bold, radius, gap, surface, icon, link, label } = { ...RIGHT, ...wrong };
  const shapes: Shape[] = [];
  const write = (text: string, at: readonly [number, number], high: number, color: Color, heavy = false): Drawn => {
    shapes.push({ text, at, high, color, bold: heavy });
    const box = [at[0], at[1], widthOf(text, high) + 2, high] as const;
    const text_rect = { x: box[0], y: box[1], width: box[2], height: box[3] };
    return el('p', box, { text, text_rect, styles: { color: rgb(color), 'font-size': `${high + 5}px` } });
  };
  const parts: Drawn[] = [write(title, [40, 30], titleHigh, titleColor, bold)];
  const cards = ['ONE PERSON', 'TEAL TEAR', 'ALL OPTIONS'].map((text, at) => {
    const y = 80 + at * (80 + gap);
    shapes.push({ box: [40, y, 320, 80], color: surface, radius });
    const styles = {
      'background-color': rgb(surface),
      ...(radius > 0 ? { 'border-top-left-radius': `${radius}px` } : {}),
    };
    return el('div', [40, y, 320, 80], { styles, test_id: `card-${at + 1}` }, [write(text, [60, y + 32], 14, INK)]);
  });
  const height = 240 + 2 * gap;
  parts.push(el('main', [40, 80, 320, height], { styles: { display: 'flex', 'row-gap': `${gap}px` } }, cards));
  const below = 80 + height + 30;
  if (icon) {
    shapes.push({ box: [40, below + 6, 14, 2], color: INK }, { box: [46, below, 2, 14], color: INK });
    parts.push(el('svg', [40, below, 14, 14], { test_id: 'icon' }));
  }
  if (link) parts.push({ ...write('CONTACT', [80, below], 14, BLUE), tag: 'a' });
  shapes.push({ box: [40, below + 40, 120, 40], color: BLUE, radius: 6 });
  const button = { styles: { 'background-color': rgb(BLUE), 'border-top-left-radius': '6px' }, test_id: 'buy' };
  parts.push(el('button', [40, below + 40, 120, 40], button, [write(label, [76, below + 53], 14, [255, 255, 255])]));
  return { shapes, boxes: dom(el('body', [0, 0, 400, 600], {}, parts)) };
}

/** What is said of a page that is wrong, against the right one by a renderer: kind, element, first property. */
function said(wrong: Partial<Page>, drawer: Drawer): string[] {
  const { shapes, boxes } = page(wrong);
  const actual = drawPage(400, 600, shapes, OURS);
  const reference = drawPage(400, 600, page().shapes, drawer);
  const { findings } = readReference({ boxes, actual, reference, scale: 1 });
  return findings.map(
    ({ severity, kind, node, properties: [first] }) =>
      `${severity} ${kind} ${node.element.selector}: ${first?.property} ${first?.expected} -> ${first?.actual}`,
  );
}

test.each([
  ['the same renderer', OURS],
  ['another one', OTHERS],
  ['one half a pixel beside', { beside: 0.5, ink: 0 }],
  ['one with less ink', { beside: 0.2, ink: -0.1 }],
])('a page that is as it should be is silent, drawn by %s', (_name, drawer) => {
  verifies('design.read-silent');
  expect(said({}, drawer)).toEqual([]);
});

test('the renderer is known by the letters', () => {
  const { shapes, boxes } = page();
  const actual = drawPage(400, 600, shapes, OURS);
  const by = (drawer: Drawer) =>
    readReference({ boxes, actual, reference: drawPage(400, 600, shapes, drawer), scale: 1 }).sameRenderer;
  expect([by(OURS), by(OTHERS)]).toEqual([true, false]);
});

test.each<[string, Partial<Page>, RegExp]>([
  ['another word', { title: 'OPTION' }, /^critical text body > p:nth-of-type\(1\): text another text -> OPTION$/],
  ['another label', { label: 'TRY' }, /^critical text .*buy.* > p:nth-of-type\(1\): text another text -> TRY$/],
  [
    'another colour of type',
    { titleColor: [160, 40, 60] },
    /^major recolored body > p:nth-of-type\(1\): color #.* -> #.*$/,
  ],
  ['a smaller title', { titleHigh: 17.5 }, /^major text body > p:nth-of-type\(1\): font-size .* -> 22.5px$/],
  ['a bold title', { bold: true }, /^major text body > p:nth-of-type\(1\): font-weight .* times the ink -> 400$/],
  [
    'another surface',
    { surface: [245, 230, 225] },
    /^major recolored \[data-testid="card-1"\]: background-color #e6ecf5 -> #f5e6e1$/,
  ],
  ['another radius', { radius: 6 }, /^major unknown \[data-testid="card-1"\]: border-radius 14px -> 6px$/],
  ['another gap', { gap: 18 }, /^major moved body > main:nth-of-type\(1\): row-gap 24px -> 18px$/],
  ['a missing icon', { icon: false }, /^critical missing body: presence present -> missing$/],
  ['a missing link', { link: false }, /^critical missing body: presence present -> missing$/],
])('%s is named, by whichever renderer', (_name, wrong, expected) => {
  verifies('design.read-picture', 'design.element-alone');
  for (const drawer of [OURS, OTHERS]) expect(said(wrong, drawer)[0]).toMatch(expected);
});
