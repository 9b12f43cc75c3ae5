import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/core/vocabulary/pair.js';
import { explainRegions } from '../../src/design/region-element.js';
import { verifies } from '../requirements.js';
import { type Drawn, dom, el, region } from './draw-dom.js';

const WHITE = { 'background-color': 'rgb(255, 255, 255)' };
const BLUE = { 'background-color': 'rgb(0, 0, 255)' };

const body = (...below: Drawn[]): Drawn => el('body', [0, 0, 400, 600], { styles: { color: 'rgb(0, 0, 0)' } }, below);
const button = (styles: Record<string, string> = BLUE, box: Drawn['box'] = [20, 20, 80, 32], text = 'Pay'): Drawn =>
  el('button', box, {
    test_id: 'pay',
    role: 'button',
    name: text,
    text,
    text_rect: { x: box[0] + 20, y: box[1] + 8, width: 30, height: 16 },
    styles,
  });

/** What is said of the first region: selector, relation, then `property: expected -> actual` each. */
function said(
  regions: Region[],
  actual: Drawn,
  reference?: Drawn,
  shifts: { axis: 'x' | 'y'; at: number; by: number }[] = [],
): string[] {
  const [first] = explainRegions({
    regions,
    shifts,
    actualDom: dom(actual),
    referenceDom: reference && dom(reference),
  });
  const { element, properties = [] } = first ?? {};
  return [
    `${element?.selector} ${element?.relation}`,
    ...properties.map(({ property, expected, actual: is }) => `${property}: ${expected} -> ${is}`),
  ];
}

describe('explainRegions with boxes of both sides', () => {
  const card = (styles: Record<string, string>, height: number, below: Drawn[]) =>
    el('section', [10, 10, 300, height], { styles: { ...WHITE, ...styles } }, below);
  const text = (y: number, value: string, styles: Record<string, string> = {}): Drawn =>
    el('p', [20, y, 280, 20], { text: value, text_rect: { x: 20, y, width: 8 * value.length, height: 20 }, styles });
  const row = (...links: [string, number][]): Drawn =>
    el(
      'nav',
      [10, 10, 300, 40],
      { styles: WHITE },
      links.map(([name, x]) =>
        el('a', [x, 20, 60, 20], { role: 'link', name, text: name, text_rect: { x, y: 20, width: 40, height: 20 } }),
      ),
    );
  const pay = '[data-testid="pay"]';
  const cases: [string, Region, Drawn, Drawn, string[]][] = [
    [
      'a colour',
      region([20, 20, 80, 32], 'recolored'),
      body(button()),
      body(button({ 'background-color': 'rgb(0, 170, 119)' })),
      [`${pay} self`, 'background-color: #0000ff -> #00aa77'],
    ],
    [
      'a colour that children take over is the parent that changed',
      region([20, 30, 40, 12], 'recolored'),
      body(card({ color: 'rgb(0, 0, 0)' }, 60, [text(30, 'Hello', { color: 'rgb(0, 0, 0)' })])),
      body(card({ color: 'rgb(9, 9, 9)' }, 60, [text(30, 'Hello', { color: 'rgb(9, 9, 9)' })])),
      ['body > section:nth-of-type(1) self', 'color: #000000 -> #090909'],
    ],
    [
      'a padding that moved what is below it',
      region([20, 20, 290, 70], 'moved'),
      body(card({}, 60, [text(20, 'one'), text(40, 'two')])),
      body(card({ 'padding-top': '8px' }, 68, [text(28, 'one'), text(48, 'two')])),
      ['body > section:nth-of-type(1) self', 'padding-top: 0px -> 8px', 'height: 60px -> 68px'],
    ],
    [
      'all four sides alike are one property',
      region([10, 10, 300, 80], 'moved'),
      body(card({}, 60, [])),
      body(
        card(Object.fromEntries(['top', 'right', 'bottom', 'left'].map((side) => [`padding-${side}`, '4px'])), 68, []),
      ),
      ['body > section:nth-of-type(1) self', 'padding: 0px -> 4px', 'height: 60px -> 68px'],
    ],
    [
      'what is gone, where the region holds all of it and what closed up: itself, not what it pushes',
      region([20, 20, 240, 20], 'text'),
      body(row(['Home', 20], ['Shop', 100], ['About', 180])),
      body(row(['Home', 60], ['About', 140])),
      ['body > nav:nth-of-type(1) > a:nth-of-type(2) self', 'presence: present -> missing'],
    ],
    [
      'what was moved names what moved it',
      region([20, 140, 80, 34], 'moved'),
      body(text(20, 'tall', { 'font-size': '20px' }), button(BLUE, [20, 140, 80, 32])),
      body(text(20, 'tall', { 'font-size': '22px' }), button(BLUE, [20, 142, 80, 32])),
      ['body > p:nth-of-type(1) cause', 'font-size: 20px -> 22px'],
    ],
    [
      'an edited text',
      region([20, 30, 40, 12]),
      body(card({}, 60, [text(30, 'Hello')])),
      body(card({}, 60, [text(30, 'Hallo')])),
      ['body > section:nth-of-type(1) > p:nth-of-type(1) self', 'text: Hello -> Hallo'],
    ],
    [
      'another picture',
      region([20, 20, 50, 50]),
      body(el('img', [20, 20, 50, 50], { source: '/a.png' })),
      body(el('img', [20, 20, 50, 50], { source: '/b.png' })),
      ['body > img:nth-of-type(1) self', 'src: /a.png -> /b.png'],
    ],
    [
      'another icon of an icon font',
      region([20, 20, 16, 16]),
      body(
        el('i', [20, 20, 16, 16], {
          pseudo: [{ name: 'before', text: 'A', rect: { x: 20, y: 20, width: 16, height: 16 }, styles: {} }],
        }),
      ),
      body(
        el('i', [20, 20, 16, 16], {
          pseudo: [{ name: 'before', text: 'B', rect: { x: 20, y: 20, width: 16, height: 16 }, styles: {} }],
        }),
      ),
      ['body > i:nth-of-type(1) self', '::before content: "A" -> "B"'],
    ],
    [
      'an element that is gone, by its name in the reference',
      region([20, 20, 80, 32], 'missing'),
      body(text(80, 'x'), button()),
      body(text(80, 'x')),
      [`${pay} self`, 'presence: present -> missing'],
    ],
    [
      'one that is new',
      region([20, 20, 80, 32], 'added'),
      body(text(80, 'x')),
      body(text(80, 'x'), button()),
      [`${pay} self`, 'presence: missing -> present'],
    ],
    [
      'a width that nothing else explains',
      region([20, 20, 90, 32]),
      body(button()),
      body(button(BLUE, [20, 20, 90, 32])),
      [`${pay} self`, 'width: 80px -> 90px'],
    ],
    [
      'lengths in em follow their font size',
      region([20, 20, 90, 40]),
      body(button({ ...BLUE, 'font-size': '10px', 'padding-left': '5px', 'line-height': '15px' })),
      body(button({ ...BLUE, 'font-size': '12px', 'padding-left': '6px', 'line-height': '18px' }, [20, 20, 82, 36])),
      [
        `${pay} self`,
        'font-size: 10px -> 12px',
        'width: 80px -> 82px',
        'height: 32px -> 36px',
        'padding-left: 5px -> 6px',
        'line-height: 15px -> 18px',
      ],
    ],
    [
      'an automatic margin follows what grew inside',
      region([300, 20, 60, 20]),
      body(
        el('ul', [300, 20, 60, 20], { styles: { 'margin-left': '300px' } }, [
          el('a', [300, 20, 60, 20], { text: 'About' }),
        ]),
      ),
      body(
        el('ul', [290, 20, 70, 20], { styles: { 'margin-left': '290px' } }, [
          el('a', [290, 20, 70, 20], { text: 'About', styles: { 'font-weight': '700' } }),
        ]),
      ),
      ['body > ul:nth-of-type(1) > a:nth-of-type(1) self', 'font-weight: 400 -> 700', 'width: 60px -> 70px'],
    ],
    [
      'where the boxes agree, the smallest element that explains it',
      region([21, 21, 78, 30]),
      body(el('canvas', [20, 20, 80, 32])),
      body(el('canvas', [20, 20, 80, 32])),
      ['body > canvas:nth-of-type(1) self'],
    ],
  ];
  test.each(cases)('%s', (_, one, reference, actual, expected) => {
    verifies('design.element-cause');
    expect(said([one], actual, reference)).toEqual(expected);
  });

  test('a page that ends earlier misses nothing that lay below its end', () => {
    verifies('design.element-cause');
    const reference = body(text(560, 'last'), text(590, 'under the fold'));
    const actual = body(text(575, 'last', { 'margin-top': '15px' }));
    expect(said([region([20, 560, 40, 35], 'moved')], { ...actual }, { ...reference })).toEqual([
      'body > p:nth-of-type(1) self',
      'margin-top: 0px -> 15px',
    ]);
  });

  test('an element below an inserted band is where it is in the actual picture', () => {
    verifies('design.element-cause');
    const reference = body(text(40, 'one'), button(BLUE, [20, 100, 80, 32]));
    const actual = body(el('header', [0, 0, 400, 50], { styles: BLUE }), text(90, 'one'));
    const shifts = [{ axis: 'y', at: 0, by: 50 } as const];
    expect(said([region([20, 150, 80, 32], 'missing')], actual, reference, [...shifts])).toEqual([
      '[data-testid="pay"] self',
      'presence: present -> missing',
    ]);
  });
});

describe('explainRegions with the boxes of the actual picture only', () => {
  const cases: [string, Region, Drawn, string[]][] = [
    [
      'the element that paints, not its wrappers',
      region([20, 20, 80, 32]),
      body(el('div', [20, 20, 80, 32], {}, [el('span', [20, 20, 80, 32], {}, [button()])])),
      ['[data-testid="pay"] self'],
    ],
    [
      'a text in a wide block by the box of its text',
      region([22, 42, 36, 12]),
      body(
        el('div', [0, 30, 400, 100], { styles: BLUE }, [
          el('h1', [0, 40, 400, 20], { text: 'Hello', text_rect: { x: 20, y: 40, width: 40, height: 20 } }),
        ]),
      ),
      ['body > div:nth-of-type(1) > h1:nth-of-type(1) self'],
    ],
    [
      'of something missing its container, and that it is only that',
      region([120, 20, 80, 32], 'missing'),
      body(el('nav', [0, 0, 400, 60], { role: 'navigation' }, [button()])),
      ['body > nav:nth-of-type(1) container'],
    ],
    [
      'a text that vanished from its own element',
      region([20, 20, 60, 16], 'missing'),
      body(el('p', [20, 18, 64, 20], { text: 'Hello', text_rect: { x: 20, y: 18, width: 62, height: 20 } })),
      ['body > p:nth-of-type(1) self'],
    ],
    [
      'nothing that an overlay hides',
      region([40, 40, 60, 20]),
      body(
        el('p', [40, 40, 60, 20], {
          text: 'below',
          text_rect: { x: 40, y: 40, width: 60, height: 20 },
          paint_order: 2,
        }),
        el('dialog', [0, 0, 400, 300], { styles: WHITE, paint_order: 9 }),
      ),
      ['body > dialog:nth-of-type(1) self'],
    ],
    [
      'nothing that its container cuts off',
      region([20, 120, 80, 32]),
      body(
        el('div', [0, 0, 400, 100], { styles: { 'overflow-y': 'hidden' } }, [button(BLUE, [20, 120, 80, 32])]),
        el('main', [0, 100, 400, 100], { styles: WHITE }),
      ),
      ['body > main:nth-of-type(1) self'],
    ],
  ];
  test.each(cases)('%s', (_, one, actual, expected) => {
    verifies('design.element-alone');
    expect(said([one], actual)).toEqual(expected);
  });

  test('at two device pixels per CSS pixel', () => {
    verifies('design.element-alone');
    const [first] = explainRegions({ regions: [region([40, 40, 160, 64])], actualDom: dom(body(button()), 2) });
    expect(first?.element).toEqual({
      selector: '[data-testid="pay"]',
      role: 'button',
      name: 'Pay',
      test_id: 'pay',
      relation: 'self',
    });
  });

  test('no region, no element: nothing is said', () => {
    verifies('design.element-alone');
    expect(explainRegions({ regions: [], actualDom: dom(body(button())) })).toEqual([]);
    const empty = { ...dom(body()), elements: [] };
    expect(
      explainRegions({ regions: [region([1, 1, 5, 5])], actualDom: empty, referenceDom: empty })[0]?.element,
    ).toBeUndefined();
  });
});
