import { expect, test } from 'vitest';
import type { DomBoxes } from '../../../src/core/vocabulary/dom-boxes.js';
import { readReference } from '../../../src/design/reading/read-reference.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { sampled, sampleOf } from '../../sample.js';
import { type Drawn, dom, el, rounded } from '../draw-dom.js';
import { type Drawer, drawPage, OTHERS, OURS, type Shape, widthOf } from './draw-page.js';

const some = sampled(test, 2);

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
  /** CSS px by which the button stands further right or lower. */
  aside: number;
  lower: number;
  /** CSS px of the button's border. */
  border: number;
  edge: Color;
  /** The button's label after an icon of this width, CSS px; 0 for none. */
  mark: number;
  /** Cards are outlines of a CSS px, white inside, instead of surfaces. */
  outlined: boolean;
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
  aside: 0,
  lower: 0,
  border: 0,
  edge: [10, 20, 60],
  mark: 0,
  outlined: false,
};

const rgb = ([red, green, blue]: Color) => `rgb(${red}, ${green}, ${blue})`;
const INK: Color = [40, 40, 40];
const BLUE: Color = [30, 90, 220];
const EDGE: Color = [10, 20, 60];
const WHITE: Color = [255, 255, 255];

/** The page as shapes and as boxes: a title, three cards with a text each, a button, an icon and a link. */
function page(wrong: Partial<Page> = {}): { shapes: Shape[]; boxes: DomBoxes } {
  const { title, titleHigh, titleColor, bold, radius, gap, surface, icon, link, label } = { ...RIGHT, ...wrong };
  const { aside, lower, border, edge, mark, outlined } = { ...RIGHT, ...wrong };
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
    shapes.push({ box: [40, y, 320, 80], color: outlined ? EDGE : surface, radius });
    if (outlined) shapes.push({ box: [41, y + 1, 318, 78], color: WHITE, radius: Math.max(0, radius - 1) });
    const lines = ['top', 'right', 'bottom', 'left'].map((side) => [`border-${side}-width`, '1px']);
    const styles: Record<string, string> = {
      ...(outlined ? Object.fromEntries(lines) : { 'background-color': rgb(surface) }),
      ...(radius > 0 ? rounded(radius) : {}),
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
  const [left, top] = [40 + aside, below + 40 + lower];
  shapes.push({ box: [left, top, 120, 40], color: border > 0 ? edge : BLUE, radius: 6 });
  if (border > 0)
    shapes.push({ box: [left + border, top + border, 120 - 2 * border, 40 - 2 * border], color: BLUE, radius: 6 });
  if (mark > 0) shapes.push({ box: [left + 12, top + 14, mark - 6, 12], color: [255, 220, 90] });
  const borders = ['top', 'right', 'bottom', 'left'].map((side) => [`border-${side}-width`, `${border}px`]);
  const button = {
    styles: {
      'background-color': rgb(BLUE),
      ...rounded(6),
      ...(border > 0 ? Object.fromEntries(borders) : {}),
    },
    test_id: 'buy',
  };
  const sign = mark > 0 ? [el('svg', [left + 12, top + 14, mark - 6, 12], { test_id: 'mark' })] : [];
  const shown = write(label, [left + 36 + mark, top + 13], 14, [255, 255, 255]);
  parts.push(el('button', [left, top, 120, 40], button, [...sign, shown]));
  return { shapes, boxes: dom(el('body', [0, 0, 400, 600], {}, parts)) };
}

const scaledShape = (shape: Shape, by: number): Shape =>
  'box' in shape
    ? {
        ...shape,
        box: [shape.box[0] * by, shape.box[1] * by, shape.box[2] * by, shape.box[3] * by],
        radius: (shape.radius ?? 0) * by,
      }
    : { ...shape, at: [shape.at[0] * by, shape.at[1] * by], high: shape.high * by };

const draw = (shapes: readonly Shape[], drawer: Drawer, scale: number) =>
  drawPage(
    400 * scale,
    600 * scale,
    shapes.map((shape) => scaledShape(shape, scale)),
    drawer,
  );

/** What is said of a page that is wrong, against the right one by a renderer: kind, element, first property. */
function said(wrong: Partial<Page>, drawer: Drawer, scale = 1, right: Partial<Page> = {}): string[] {
  const { shapes, boxes } = page({ ...right, ...wrong });
  const actual = draw(shapes, OURS, scale);
  const reference = draw(page(right).shapes, drawer, scale);
  const { findings } = readReference({ boxes, actual, reference, scale });
  return findings.map(
    ({ severity, kind, node, properties: [first] }) =>
      `${severity} ${kind} ${node.element.selector}: ${first?.property} ${first?.expected} -> ${first?.actual}`,
  );
}

test.each(
  sampleOf(
    [
      ['the same renderer', OURS],
      ['another one', OTHERS],
      ['one half a pixel beside', { beside: 0.5, ink: 0 }],
      ['one with less ink', { beside: 0.2, ink: -0.1 }],
    ],
    2,
  ),
)('a page that is as it should be is silent, drawn by %s', (_name, drawer) => {
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

test.each(
  sampleOf<[string, Partial<Page>, RegExp]>(
    [
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
    ],
    3,
  ),
)('%s is named, by whichever renderer', (_name, wrong, expected) => {
  verifies('design.read-picture', 'design.element-alone');
  for (const drawer of [OURS, OTHERS]) expect(said(wrong, drawer)[0]).toMatch(expected);
});

test.each(
  sampleOf(
    [
      [1, OURS],
      [1, OTHERS],
      [2, OURS],
      [2, OTHERS],
    ],
    4,
  ),
)('an offset of one CSS px is silent and one of two is told, at %d device px each', (scale, drawer) => {
  verifies('design.read-silent', 'design.read-picture');
  expect(said({ aside: 1, lower: 1 }, drawer, scale)).toEqual([]);
  const aside = said({ aside: 2 }, drawer, scale);
  expect(aside).toHaveLength(1);
  expect(aside[0]).toMatch(/^major moved \[data-testid="buy"\]: margin-left -2(\.1)?px -> 0px$/);
  expect(said({ lower: 2 }, drawer, scale)).toHaveLength(1);
});

some('a border of another width is told as that, and what it moves is not', () => {
  verifies('design.read-picture');
  const told = 'major unknown [data-testid="buy"]: border-width';
  expect(said({ border: 3 }, OURS, 1, { border: 1 })).toEqual([`${told} 1px -> 3px`]);
  expect(said({ border: 1 }, OURS, 1, { border: 4 })).toEqual([`${told} 4px -> 1px`]);
  expect(said({ border: 4 }, OTHERS, 1, { border: 1 })).toEqual([`${told} 1px -> 4px`]);
});

test.each(
  sampleOf<[string, Partial<Page>, Partial<Page>]>(
    [
      ['cyan for dark', { edge: [90, 240, 250] }, {}],
      ['a shade for another one', { edge: [150, 200, 235] }, { edge: [150, 190, 250] }],
      ['one for none that is seen', { edge: [10, 20, 60] }, { edge: BLUE }],
    ],
    3,
  ),
)('a border of another colour is told: %s', (_name, wrong, right) => {
  verifies('design.read-picture');
  const told = said({ border: 2, ...wrong }, OTHERS, 1, { border: 2, ...right });
  expect(told).toEqual([expect.stringMatching(/^major recolored \[data-testid="buy"\]: border-color #.* -> #.*$/)]);
});

some('a hue of thin letters is told by where their colour lies from the ground, however dark they are drawn', () => {
  verifies('design.read-picture', 'design.read-silent');
  const right: Partial<Page> = { titleHigh: 7, titleColor: [133, 135, 150] };
  for (const drawer of [
    { beside: 0.5, ink: -0.15 },
    { beside: 0.2, ink: 0.25 },
  ]) {
    expect(said({}, drawer, 1, right)).toEqual([]);
    expect(said({ titleColor: [145, 133, 150] }, drawer, 1, right)).toEqual([
      expect.stringMatching(/^major recolored body > p:nth-of-type\(1\): color #.* -> #.*$/),
    ]);
  }
});

some('a label that stands elsewhere by a part of a pixel because its icon is missing is the same label', () => {
  verifies('design.read-picture');
  for (const drawer of [OURS, OTHERS]) {
    const { shapes, boxes } = page({ mark: 0 });
    const reference = draw(page({ mark: 24.4 }).shapes, drawer, 1);
    const { findings } = readReference({ boxes, actual: draw(shapes, OURS, 1), reference, scale: 1 });
    expect(findings.map(({ kind, node }) => [kind, node.element.selector])).toContainEqual([
      'missing',
      '[data-testid="buy"]',
    ]);
    expect(findings.filter(({ kind }) => kind === 'text')).toEqual([]);
  }
});

some('three cards with one wrong radius are one cause, also where only a thin border shows it', () => {
  verifies('design.read-picture', 'design.element-alone');
  for (const drawer of [OURS, OTHERS])
    for (const outlined of [false, true]) {
      const { shapes, boxes } = page({ radius: 6, outlined });
      const reference = draw(page({ outlined }).shapes, drawer, 1);
      const { findings } = readReference({ boxes, actual: draw(shapes, OURS, 1), reference, scale: 1 });
      expect(findings.map(({ node, alike, properties }) => [node.element.test_id, alike?.length, properties])).toEqual([
        ['card-1', 2, [{ property: 'border-radius', expected: '14px', actual: '6px', source: 'measured' }]],
      ]);
    }
});
