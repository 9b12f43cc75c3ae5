import { expect, test } from 'vitest';
import type { Rect } from '../../../src/core/vocabulary/geometry.js';
import { elementTree } from '../../../src/design/element-tree.js';
import { letterProperties, readWordWidths } from '../../../src/design/reading/letters.js';
import type { Part } from '../../../src/design/reading/parts.js';
import type { Renderer } from '../../../src/design/reading/renderer.js';
import { differenceWords } from '../../../src/report/findings.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { type Drawn, dom, el } from '../draw-dom.js';
import { OTHERS, OURS, type Shape, widthOf } from './draw-page.js';
import { INK, rgb, said, text } from './said-page.js';

const WHITE: Color = [255, 255, 255];
const LINE: Color = [170, 178, 196];
const sides = (name: (side: string) => string, value: string, of = ['top', 'right', 'bottom', 'left']) =>
  Object.fromEntries(of.map((side) => [name(side), value]));

/** A box with a border: its shapes with one of another width, and what it is in the app. */
function bordered(
  [x, y, width, height]: readonly [number, number, number, number],
  make: { line: Color; fill: Color; radius?: number; only?: string },
) {
  const { line, fill, radius = 0, only } = make;
  const shapes = (border: number): Shape[] => [
    { box: [x, y, width, height], color: line, radius },
    {
      box: only ? [x, y, width, height - border] : [x + border, y + border, width - 2 * border, height - 2 * border],
      color: fill,
      radius: Math.max(0, radius - border),
    },
  ];
  const part = (border: number) =>
    el('div', [x, y, width, height], {
      test_id: 'it',
      styles: {
        'background-color': rgb(fill),
        ...sides((side) => `border-${side}-width`, `${border}px`, only ? [only] : undefined),
        ...sides((side) => `border-${side}-radius`, `${radius}px`, [
          'top-left',
          'top-right',
          'bottom-left',
          'bottom-right',
        ]),
      },
    });
  return { shapes, part };
}

test.each([
  ['a card', bordered([180, 40, 150, 90], { line: LINE, fill: WHITE }), 'border-width'],
  ['a button', bordered([180, 40, 130, 44], { line: [36, 89, 214], fill: WHITE, radius: 8 }), 'border-width'],
  [
    'a pill on dark',
    bordered([180, 40, 130, 28], { line: [120, 132, 160], fill: [27, 32, 43], radius: 14 }),
    'border-width',
  ],
  ['a bar', bordered([180, 40, 190, 60], { line: LINE, fill: WHITE, only: 'bottom' }), 'border-bottom-width'],
])(
  'the border of %s that is twice as wide, or half, is told as its width, not as a shade',
  (_what, { shapes, part }, name) => {
    verifies('design.read-picture');
    for (const [now, then] of [
      [2, 1],
      [1, 2],
    ] as const)
      expect(said({ shapes: shapes(now), parts: [part(now)] }, shapes(then), OTHERS)[0]).toBe(
        `major unknown [data-testid="it"] self ${name} ${then}px -> ${now}px`,
      );
  },
);

const BAR: Color = [27, 42, 74];

/** A bar at the top of the page, or a box below it, with a label; so high, with the label so far in. */
function barred([top, height, inside]: readonly [number, number, number], styles: Record<string, string>) {
  const label = text('COURSES', [190, top + inside], 12, WHITE);
  const box = [170, top, 220, height] as const;
  const below = text('BELOW IT', [190, top + height + 20]);
  const bar = el('div', box, { test_id: 'bar', styles: { 'background-color': rgb(BAR), ...styles } }, [label.part]);
  const shapes: Shape[] = [{ box, color: BAR }, label.shape, below.shape];
  return { shapes, parts: [bar, below.part] as Drawn[] };
}

test.each([
  ['in the middle of a bar', [0, 72, 30], [0, 64, 26], {}, 'height 64px -> 72px'],
  [
    'between two paddings',
    [30, 60, 24],
    [30, 52, 20],
    { 'padding-top': '24px', 'padding-bottom': '24px' },
    'height 52px -> 60px, padding-top 20px -> 24px, padding-bottom 20px -> 24px',
  ],
  [
    'with more below it',
    [30, 60, 20],
    [30, 48, 20],
    { 'padding-top': '20px', 'padding-bottom': '28px' },
    'height 48px -> 60px, padding-bottom 16px -> 28px',
  ],
  [
    'with less below it',
    [30, 48, 16],
    [30, 56, 16],
    { 'padding-top': '16px', 'padding-bottom': '20px' },
    'height 56px -> 48px, padding-bottom 28px -> 20px',
  ],
] as const)(
  'a bar that is higher is told by its height, and by no padding that is as it should be: %s',
  (_how, now, then, styles, wanted) => {
    verifies('design.read-picture');
    for (const drawer of [OURS, OTHERS])
      expect(said(barred(now, styles), barred(then, styles).shapes, drawer, true)).toEqual([
        `major resized [data-testid="bar"] self ${wanted}`,
      ]);
  },
);

test('what is missing is told by its size and by what it stands beside, wherever it stood', () => {
  verifies('design.read-picture');
  const labels = ['START', 'LEARN', 'PRICES'];
  const row = (words: string, at: number) => text(words, [180 + 70 * at, 60]);
  for (const gone of [0, 1, 2]) {
    const kept = labels.flatMap((words, at) => (at === gone ? [] : [row(words, at)]));
    const holder = el(
      'div',
      [170, 40, 220, 60],
      { test_id: 'row' },
      kept.map(({ part }) => part),
    );
    const size = `${Math.round(widthOf(labels[gone] ?? '', 11))} x 11 px`;
    const beside = gone === 0 ? 'before “LEARN”' : `after “${labels[gone - 1]}”`;
    const [first] = said(
      { shapes: kept.map(({ shape }) => shape), parts: [holder] },
      labels.map((words, at) => row(words, at).shape),
      OURS,
      true,
    );
    expect(first).toMatch(
      new RegExp(
        `^critical missing \\[data-testid="row"\\] container presence present -> missing, place \\d+ x \\d+ px ${beside} -> nothing$`,
      ),
    );
    expect(Math.abs(Number(/place (\d+)/.exec(first ?? '')?.[1]) - Number.parseFloat(size))).toBeLessThanOrEqual(3);
  }
  const element = { selector: 'div.actions', tag: 'div', role: '', relation: 'container' as const };
  const place = {
    property: 'place',
    expected: '96 x 44 px after “Start”',
    actual: 'nothing',
    source: 'measured' as const,
  };
  expect(differenceWords({ kind: 'missing', element, properties: [place] })).toBe(
    'Something is missing in actions: 96 x 44 px after “Start”.',
  );
});

test('the ground of a badge that is too small for a surface is told by what is about its letters', () => {
  verifies('design.read-picture');
  const badge = (color: Color): Shape[] => [
    { box: [200, 60, 24, 15], color, radius: 5 },
    text('BB', [206, 64], 7, WHITE).shape,
  ];
  const { part } = text('BB', [206, 64], 7, WHITE);
  const styles = { ...part.facts.styles, 'background-color': 'rgb(160, 133, 82)' };
  const node = el('span', [200, 60, 24, 15], { ...part.facts, test_id: 'badge', styles });
  expect(said({ shapes: badge([160, 133, 82]), parts: [node] }, badge([231, 74, 59]), OTHERS)[0]).toMatch(
    /^major recolored \[data-testid="badge"\] self background-color #e[0-9a-f]{5} -> #a08552$/,
  );
});

const WORDS = 'the harbour office opens at eight and closes when the last boat has left';

/** The words of a text one after the other, each letter 8 px wide, made larger and further apart. */
function widths(size = 1, space = 0, tall = 12): Rect[] {
  return WORDS.split(' ').map((word, at) => ({
    x: 0,
    y: 20 * at,
    width: 8 * size * word.length + space * (word.length - 1),
    height: tall,
  }));
}

test.each<[string, Rect[], number, string | undefined]>([
  ['as wide, wherever its lines are broken', widths(), 1, 'rewrapped'],
  ['larger', widths(1.125, 0, 13.5), 1, 'font-size 18px -> 16px'],
  ['smaller', widths(0.875, 0, 10.5), 1, 'font-size 14px -> 16px'],
  ['further apart', widths(1, 1), 1, 'letter-spacing 1px -> normal'],
  ['closer together', widths(1, -0.5), 1, 'letter-spacing -0.5px -> normal'],
  ['wider with more ink', widths(1.06), 1.3, 'font-weight 1.3 times the ink -> 400'],
  ['other words', [...widths()].reverse(), 1, undefined],
  ['fewer words', widths().slice(0, 8), 1, undefined],
])('the words of a text, drawn %s, are read by how wide they are', (_how, reference, ink, wanted) => {
  verifies('design.read-picture');
  const { nodes } = elementTree(dom(el('p', [0, 0, 300, 20], { text: WORDS, styles: { 'font-size': '16px' } })));
  const [node] = nodes;
  if (!node) throw new Error('the page has one element');
  const ground = { top: 0xffffff, bottom: 0xffffff, plain: true };
  const part: Part = {
    node,
    kind: 'text',
    rect: { x: 0, y: 0, width: 300, height: 12 },
    words: widths(),
    ground,
    em: 16,
  };
  const renderer: Renderer = {
    ...{ same: false, lossy: false, scaled: false, word: 0.88, letter: 0.82 },
    ...{ ink: 1, core: 1, inkSpread: 0.02, otherColor: 3, otherHue: 2 },
  };
  const read = readWordWidths(part, widths(), reference, ink, renderer);
  const [property] = read?.properties ?? [];
  const told = property && `${property.property} ${property.expected} -> ${property.actual}`;
  expect(told ?? (read?.rewrapped ? 'rewrapped' : undefined)).toBe(wanted);
});

test('a chip that is a pill in the reference has another radius, not another border', () => {
  verifies('design.read-picture');
  const chip = (radius: number) => bordered([180, 40, 90, 30], { line: [204, 204, 204], fill: WHITE, radius });
  for (const drawer of [OURS, OTHERS])
    expect(said({ shapes: chip(6).shapes(1), parts: [chip(6).part(1)] }, chip(15).shapes(1), drawer, true)).toEqual([
      'major unknown [data-testid="it"] self border-radius 15px -> 6px',
    ]);
});

test.each<[string, readonly [number, number, number, number], number]>([
  ['a swatch', [180, 40, 16, 16], 8],
  ['a pill', [180, 40, 60, 16], 8],
  ['a round button', [180, 40, 28, 28], 14],
])('%s, all curve at its ends, says nothing of its border', (_what, box, radius) => {
  verifies('design.read-silent');
  const one = bordered(box, { line: [120, 133, 145], fill: [141, 153, 166], radius });
  // A line that is as good as none, and curves that begin where a wider one would end.
  for (const border of [1, 4]) {
    const told = said({ shapes: one.shapes(1), parts: [one.part(1)] }, one.shapes(border), OTHERS, true);
    expect(told.filter((words) => words.includes('border'))).toEqual([]);
  }
});

test('rows of a grid that stand further apart are one gap of the grid', () => {
  verifies('design.read-picture', 'design.element-alone');
  const grid = (gap: number) => {
    const cards = [0, 1, 2, 3, 4, 5].map((at) => {
      const [x, y] = [180 + 70 * (at % 3), 30 + (60 + gap) * Math.floor(at / 3)];
      return { box: [x, y, 56, 60] as const, color: BAR };
    });
    const styles = { display: 'grid', 'row-gap': `${gap}px`, 'column-gap': '14px' };
    const parts = cards.map(({ box }) => el('div', box, { styles: { 'background-color': rgb(BAR) } }));
    return {
      shapes: cards,
      parts: [el('div', [180, 30, 196, 120 + gap], { test_id: 'grid', styles }, parts)],
    };
  };
  for (const drawer of [OURS, OTHERS])
    expect(said(grid(28), grid(20).shapes, drawer, true)).toEqual([
      'major moved [data-testid="grid"] self row-gap 20px -> 28px',
    ]);
});

test.each<[string, 'left' | 'center' | 'right', 'left' | 'center' | 'right']>([
  ['in the middle', 'left', 'center'],
  ['at the left', 'center', 'left'],
  ['at the right', 'left', 'right'],
])('lines that stand %s of their box are told as an alignment', (_where, now, then) => {
  verifies('design.read-picture');
  const lines = (align: string) => {
    const shown = ['SUPPORT PEOPLE', 'COURSES'].map((words, at) => {
      // The last letter has no room behind it.
      const free = 200 - widthOf(words, 11) + 11 / 7;
      return text(words, [180 + (align === 'left' ? 0 : align === 'center' ? free / 2 : free), 40 + 22 * at]);
    });
    const text_rect = { x: 180, y: 40, width: 200, height: 33 };
    const facts = { text: 'SUPPORT PEOPLE COURSES', text_rect, test_id: 'lead' };
    const styles = { color: rgb(INK), 'font-size': '16px', 'text-align': align };
    return { shapes: shown.map(({ shape }) => shape), parts: [el('p', [180, 40, 200, 33], { ...facts, styles })] };
  };
  for (const drawer of [OURS, OTHERS])
    expect(said(lines(now), lines(then).shapes, drawer, true)).toEqual([
      `major moved [data-testid="lead"] self text-align ${then} -> ${now}`,
    ]);
});

test.each<[string, number, number, string]>([
  ['less ink, as of another weight', -3, 0.78, 'font-weight 0.78 times the ink -> 700'],
  ['more ink, as of the same letters closer together', -3, 1.06, 'letter-spacing -0.4px -> normal'],
])('a shorter line of letters that are alike, with %s, is told as that', (_what, drift, ink, wanted) => {
  verifies('design.read-picture');
  const styles = { 'font-size': '15px', 'font-weight': '700' };
  const [node] = elementTree(dom(el('h3', [0, 0, 80, 20], { text: 'Heavy knit', styles }))).nodes;
  if (!node) throw new Error('the page has one element');
  const ground = { top: 0xffffff, bottom: 0xffffff, plain: true };
  const part: Part = { node, kind: 'text', rect: { x: 0, y: 0, width: 74, height: 14 }, words: [], ground, em: 15 };
  const renderer: Renderer = {
    ...{ same: false, lossy: false, scaled: true, word: 0.65, letter: 0.59 },
    ...{ ink: 1, core: 0.86, inkSpread: 0.04, otherColor: 3, otherHue: 2 },
  };
  const glyphs = { size: 1, alike: 0.983, share: 1, drift, over: 55, uneven: 1.2, ink: 1 };
  const read = letterProperties(part, glyphs, 1, { actual: 2, reference: 2, width: 70, ink }, 1, renderer);
  expect(read.map(({ property, expected, actual }) => `${property} ${expected} -> ${actual}`)).toEqual([wanted]);
});
