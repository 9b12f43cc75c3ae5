import { expect, test } from 'vitest';
import { elementTree } from '../../../src/design/element-tree.js';
import { measured } from '../../../src/design/reading/finding.js';
import { foldFindings } from '../../../src/design/reading/fold-findings.js';
import { usualOf } from '../../../src/design/reading/offsets.js';
import { cutOff } from '../../../src/design/reading/redrawn-text.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { dom, el, rounded } from '../draw-dom.js';
import { OTHERS, OURS, type Shape } from './draw-page.js';
import { INK, rgb, said, text } from './said-page.js';

test.each([
  [3, 1],
  [1, 3],
  [2, 4],
])('a border of %d px, as light as what is about its box, is told where the reference has %d px', (now, then) => {
  verifies('design.read-picture');
  const edge: Color = [240, 241, 244];
  const fill: Color = [40, 80, 200];
  const drawn = (border: number): Shape[] => [
    { box: [200, 40, 120, 80], color: edge },
    { box: [200 + border, 40 + border, 120 - 2 * border, 80 - 2 * border], color: fill },
  ];
  const widths = ['top', 'right', 'bottom', 'left'].map((side) => [`border-${side}-width`, `${now}px`]);
  const styles: Record<string, string> = { ...Object.fromEntries(widths), 'background-color': rgb(fill) };
  const box = el('div', [200, 40, 120, 80], { test_id: 'card', styles });
  expect(said({ shapes: drawn(now), parts: [box] }, drawn(then))[0]).toBe(
    `major unknown [data-testid="card"] self border-width ${then}px -> ${now}px`,
  );
  // A box that stands elsewhere has no other border.
  const moved = drawn(now).map((one) => ('box' in one ? { ...one, box: [one.box[0] + 3, ...one.box.slice(1)] } : one));
  expect(said({ shapes: drawn(now), parts: [box] }, moved as Shape[])[0]).toMatch(
    /^major moved \[data-testid="card"\] self margin-left 3px -> 0px$/,
  );
});

const CARD: Color = [228, 234, 244];
const surface = (color: Color) => ({ 'background-color': rgb(color) });

test('what a button lacks beside its own words is told of the button', () => {
  verifies('design.read-picture');
  const box = [200, 40, 150, 40] as const;
  const label = text('BUY', [250, 54], 12, [255, 255, 255]);
  const button = el('a', box, {
    ...label.part.facts,
    test_id: 'buy',
    styles: { ...label.part.facts.styles, ...surface([20, 90, 220]) },
  });
  const shapes: Shape[] = [{ box, color: [20, 90, 220], radius: 6 }, label.shape];
  const icon: Shape[] = [
    { box: [222, 54, 12, 4], color: [255, 255, 255] },
    { box: [226, 54, 4, 12], color: [255, 255, 255] },
  ];
  for (const drawer of [OURS, OTHERS])
    expect(said({ shapes, parts: [button] }, [...shapes, ...icon], drawer)).toEqual([
      'critical missing [data-testid="buy"] container presence present -> missing',
    ]);
});

test('what a card lacks before all it holds is told of what holds that, not of what moved up', () => {
  verifies('design.read-picture');
  const card: Shape = { box: [180, 24, 200, 160], color: CARD, radius: 8 };
  const rest = (by: number) => [
    text('PRICE', [200, 36 + by], 18),
    text('ONE PERSON', [200, 80 + by]),
    text('BEST', [200, 110 + by]),
  ];
  const body = el('div', [180, 24, 200, 160], { test_id: 'body' }, [
    el(
      'div',
      [200, 30, 150, 24],
      { test_id: 'row' },
      rest(0)
        .slice(0, 1)
        .map(({ part }) => part),
    ),
    ...rest(0)
      .slice(1)
      .map(({ part }) => part),
  ]);
  const parts = [el('div', [180, 24, 200, 160], { test_id: 'card', styles: surface(CARD) }, [body])];
  const reference: Shape[] = [card, text('SALE', [200, 34]).shape, ...rest(24).map(({ shape }) => shape)];
  expect(said({ shapes: [card, ...rest(0).map(({ shape }) => shape)], parts }, reference)[0]).toBe(
    'critical missing [data-testid="body"] container presence present -> missing',
  );
});

test('a box without a ground of its own is not extra where what holds it has another colour', () => {
  verifies('design.read-picture');
  const drawn = (color: Color): Shape[] => [
    { box: [170, 10, 220, 220], color: [215, 222, 235] },
    { box: [180, 20, 200, 200], color, radius: 8 },
    text('PRICE', [200, 50], 18).shape,
  ];
  const picture = el('div', [180, 100, 200, 120], {
    test_id: 'picture',
    styles: { 'background-image': 'url("/gone.png")' },
  });
  const styles = surface([60, 60, 250]);
  const parts = [
    el('div', [180, 20, 200, 200], { test_id: 'card', styles }, [text('PRICE', [200, 50], 18).part, picture]),
  ];
  const told = said({ shapes: drawn([60, 60, 250]), parts }, drawn([255, 255, 255]));
  expect(told.filter((one) => one.includes('card'))).toHaveLength(1);
  expect(told.filter((one) => one.includes('picture'))).toEqual([]);
});

test('where most of a page is faded the rest of it says how the reference was drawn', () => {
  verifies('design.read-picture');
  const faded: Color = [172, 172, 176];
  const lines = ['PRICE LIST', 'ONE PERSON', 'ALL OPTIONS', 'BEST PEOPLE', 'TEAL TEAR', 'SALES', 'STUPOR'];
  const all = (color: Color) => lines.map((words, at) => text(words, [200, 20 + 30 * at], 14, color));
  const card = el(
    'div',
    [180, 10, 210, 250],
    { test_id: 'card', styles: { opacity: '0.4' } },
    all(INK).map(({ part }) => part),
  );
  const shapes = all(faded).map(({ shape }) => shape);
  const told = said(
    { shapes, parts: [card] },
    all(INK).map(({ shape }) => shape),
    OTHERS,
  );
  expect(told).toEqual(['major recolored [data-testid="card"] self opacity another -> 0.4']);
});

test('a text is cut off by the end of its box, whatever room there is before it', () => {
  const box = { 'overflow-x': 'hidden', 'overflow-y': 'hidden' };
  const at = (
    text_rect: { x: number; y: number; width: number; height: number },
    styles: Record<string, string> = box,
  ) => {
    const [node] = elementTree(dom(el('p', [20, 20, 100, 20], { text: 'FORGOT', text_rect, styles }))).nodes;
    return node && cutOff(node);
  };
  const cut = { property: 'overflow-x', expected: 'visible', actual: 'hidden', source: 'measured' };
  expect(at({ x: 36, y: 20, width: 90, height: 20 })).toEqual(cut);
  expect(at({ x: 20, y: 28, width: 90, height: 20 })).toEqual(cut);
  expect(at({ x: 20, y: 20, width: 102, height: 20 })).toBeUndefined();
  expect(at({ x: 36, y: 20, width: 90, height: 20 }, {})).toBeUndefined();
});

test('of groups of places that are as large the one nearest to what is before them counts', () => {
  const [far, here] = [
    { dx: 0, dy: -600 },
    { dx: 0, dy: 4 },
  ];
  expect(usualOf([far, here])).toBe(far);
  expect(usualOf([far, here], { dx: 0, dy: 0 })).toBe(here);
  expect(usualOf([far, far, here], { dx: 0, dy: 0 })).toBe(far);
  expect(usualOf([], here)).toBeUndefined();
});

test('a field that stands below another one instead of beside it is one issue of what holds them', () => {
  verifies('design.read-picture');
  const field = (words: string, [x, y]: readonly [number, number]) => {
    const label = text(words, [x + 12, y + 14]);
    const shapes: Shape[] = [
      { box: [x, y, 90, 40], color: [60, 66, 90] },
      { box: [x + 1, y + 1, 88, 38], color: [255, 255, 255] },
      label.shape,
    ];
    const styles = Object.fromEntries(
      ['top', 'right', 'bottom', 'left'].map((side) => [`border-${side}-width`, '1px']),
    );
    return { shapes, part: el('div', [x, y, 90, 40], { styles }, [label.part]) };
  };
  const [one, below, beside] = [field('CITY', [200, 40]), field('STREET', [200, 90]), field('STREET', [300, 40])];
  const form = el(
    'div',
    [195, 35, 200, 100],
    { test_id: 'form', styles: { display: 'flex', 'flex-direction': 'column' } },
    [one.part, below.part],
  );
  for (const drawer of [OURS, OTHERS])
    expect(
      said({ shapes: [...one.shapes, ...below.shapes], parts: [form] }, [...one.shapes, ...beside.shapes], drawer),
    ).toEqual(['critical moved [data-testid="form"] self flex-direction row -> column']);
});

test('of a bar whose end stayed the first thing moved, not the bar', () => {
  verifies('design.read-picture');
  const drawn = (by: number) => [text('BRAND', [200 + by, 40], 14), text('LESSONS', [320, 42])];
  const bar = (by: number) =>
    el(
      'div',
      [200 + by, 36, 190 - by, 24],
      { test_id: 'bar' },
      drawn(by).map(({ part }) => part),
    );
  const ground: Shape = { box: [180, 30, 215, 40], color: CARD };
  const parts = [el('nav', [180, 30, 215, 40], { test_id: 'nav', styles: surface(CARD) }, [bar(6)])];
  const shapes = (by: number) => [ground, ...drawn(by).map(({ shape }) => shape)];
  for (const drawer of [OURS, OTHERS])
    expect(said({ shapes: shapes(6), parts }, shapes(0), drawer)).toEqual([
      expect.stringMatching(
        /^major moved \[data-testid="bar"\] > p:nth-of-type\(1\) self margin-left -(6|5\.9)px -> 0px$/,
      ),
    ]);
});

test('where a label stands in a wide button says nothing of the button', () => {
  verifies('design.read-picture', 'design.read-silent');
  const button = (icon: boolean): Shape[] => [
    { box: [190, 40, 200, 44], color: [40, 60, 140], radius: 22 },
    ...(icon ? [{ box: [236, 56, 12, 12] as const, color: [255, 255, 255] as const }] : []),
    text('REPORT', [icon ? 256 : 246, 56], 12, [255, 255, 255]).shape,
  ];
  const label = text('REPORT', [246, 56], 12, [255, 255, 255]).part.facts;
  const styles = {
    ...label.styles,
    ...surface([40, 60, 140]),
    ...rounded(22),
    'text-align': 'center',
  };
  const parts = [el('a', [190, 40, 200, 44], { ...label, styles, test_id: 'report' })];
  for (const drawer of [OURS, OTHERS])
    expect(said({ shapes: button(false), parts }, button(true), drawer)).toEqual([
      'critical missing [data-testid="report"] container presence present -> missing',
    ]);
});

test('words that a text lacks for a part of it that is cut off are told of that part', () => {
  verifies('design.read-picture');
  const node = elementTree(
    dom(
      el('p', [20, 20, 300, 20], { text: 'ALL PERSONS' }, [
        el('b', [20, 20, 60, 20], {
          text: 'A LONG STORY',
          text_rect: { x: 20, y: 20, width: 110, height: 20 },
          styles: { 'overflow-x': 'hidden' },
        }),
      ]),
    ),
  ).nodes[0];
  if (!node) throw new Error('the page has a text');
  const rect = { x: 20, y: 20, width: 300, height: 20 };
  const properties = [measured('text', 'another text', 'ALL PERSONS')];
  const [told] = foldFindings([{ node, relation: 'self', kind: 'text', severity: 'critical', properties, rect }], 1);
  expect([told?.node.element.tag, told?.properties.map(({ property }) => property)]).toEqual([
    'b',
    ['overflow-x', 'text'],
  ]);
});

test('a first thing that is only hidden, and a field below its label, are told of what holds them', () => {
  verifies('design.read-picture');
  const card: Shape = { box: [180, 24, 200, 160], color: CARD, radius: 8 };
  const rest = [text('ONE PERSON', [200, 80]), text('BEST', [200, 110])];
  const row = el(
    'div',
    [190, 34, 180, 100],
    { test_id: 'row' },
    rest.map(({ part }) => part),
  );
  const parts = [el('div', [180, 24, 200, 160], { test_id: 'card', styles: surface(CARD) }, [row])];
  const shapes: Shape[] = [card, ...rest.map(({ shape }) => shape)];
  expect(said({ shapes, parts }, [...shapes, text('SALE', [200, 50]).shape])).toEqual([
    'critical missing [data-testid="row"] container presence present -> missing',
  ]);
  const label = text('NAME', [212, 54]);
  const styles = { ...label.part.facts.styles, 'border-top-width': '1px', 'border-bottom-width': '1px' };
  const held = el('div', [190, 34, 180, 60], { test_id: 'held' }, [
    el('label', [200, 40, 160, 40], { ...label.part.facts, styles, test_id: 'label' }),
  ]);
  const field: Shape[] = [
    { box: [200, 40, 160, 40], color: [90, 96, 120] },
    { box: [201, 41, 158, 38], color: [255, 255, 255] },
  ];
  expect(said({ shapes: [label.shape], parts: [held] }, [...field, label.shape])[0]).toBe(
    'critical missing [data-testid="held"] container presence present -> missing',
  );
});
