import { expect, test } from 'vitest';
import type { DomBoxes, DomElement } from '../../../src/core/vocabulary/dom-boxes.js';
import type { Region } from '../../../src/core/vocabulary/pair.js';
import { explainFrame } from '../../../src/design/figma/explain-frame.js';
import { readLayers } from '../../../src/design/figma/fetch-frames.js';
import { verifies } from '../../requirements.js';
import { shopFrame } from './figma-fixture.js';
import type { TestNode } from './figma-server.js';

const TEXT = {
  'font-family': '"Open Sans", sans-serif',
  'line-height': '24px',
  color: 'rgb(0, 0, 0)',
  display: 'block',
};

/** The page that looks like the fixture's frame. */
function shopPage(): Record<'html' | 'body' | 'heading' | 'line' | 'button', DomElement> {
  const at = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
  return {
    html: { selector: 'html', tag: 'html', rect: at(0, 0, 320, 200), styles: {} },
    body: { selector: 'body', tag: 'body', rect: at(0, 0, 320, 200), parent: 0, styles: { ...TEXT } },
    heading: {
      ...{ selector: 'h1', tag: 'h1', role: 'heading', name: 'Lamps', text: 'Lamps', parent: 1 },
      ...{ rect: at(20, 20, 280, 24), text_rect: at(20, 20, 92, 24) },
      styles: { ...TEXT, 'font-size': '32px', 'font-weight': '700' },
    },
    line: {
      ...{ selector: 'p', tag: 'p', text: 'One lamp is on.', parent: 1 },
      ...{ rect: at(20, 72, 280, 24), text_rect: at(20, 72, 118, 24) },
      styles: { ...TEXT, 'font-size': '16px' },
    },
    button: {
      ...{ selector: 'button', tag: 'button', role: 'button', name: 'Buy', text: 'Buy', parent: 1 },
      ...{ rect: at(20, 120, 80, 32), text_rect: at(46, 124, 28, 24) },
      styles: {
        ...TEXT,
        ...{ 'font-size': '16px', color: 'rgb(255, 255, 255)', 'background-color': 'rgb(6, 69, 173)' },
        ...Object.fromEntries(
          ['top-left', 'top-right', 'bottom-left', 'bottom-right'].map((corner) => [`border-${corner}-radius`, '4px']),
        ),
      },
    },
  };
}

function boxes(page: Record<string, DomElement>): DomBoxes {
  return {
    ...{ schema_version: 1, url: 'http://127.0.0.1/', title: 'Lamps', device_scale_factor: 1, truncated: false },
    ...{ size: { width: 320, height: 200 }, elements: Object.values(page) },
  };
}

function explain(
  page: Record<string, DomElement>,
  change: (frame: TestNode) => void = () => undefined,
  regions: Region[] = [],
) {
  const document = shopFrame('1:10', 'phone/home');
  change(document);
  const styles = { 'S:1': { name: 'Brand/Primary' }, 'S:2': { name: 'Body' } };
  const layers = readLayers({ document, styles }, new Map([['VariableID:7', 'color/action']]));
  return explainFrame({ name: 'phone/home', layers }, boxes(page), regions);
}

/** Deviations as `selector property expected → actual`. */
function told({ findings }: ReturnType<typeof explain>): string[] {
  return findings.deviations.flatMap(({ element, properties }) =>
    properties.map(({ property, expected, actual }) => `${element.selector} ${property} ${expected} → ${actual}`),
  );
}

const child = (frame: TestNode, at: number): TestNode => frame.children?.[at] ?? frame;

test('a page that is as drawn has no deviation, and every layer its element', () => {
  verifies('figma.layers');
  const { findings } = explain(shopPage());
  expect(findings).toEqual({
    ...{ node_id: '1:10', frame: 'phone/home', layers: 5, matched: 5 },
    ...{ unmatched: [], deviation_count: 0, deviations: [] },
  });
});

test.each<[string, (page: ReturnType<typeof shopPage>) => void, string[]]>([
  [
    'colour',
    ({ button }) => (button.styles['background-color'] = 'rgb(20, 120, 60)'),
    ['button background-color #0645ad → #14783c'],
  ],
  [
    'colour in another notation',
    ({ button }) => (button.styles['background-color'] = 'color(srgb 0.0235 0.27 0.678)'),
    [],
  ],
  ['colour one level off', ({ button }) => (button.styles['background-color'] = 'rgb(7, 70, 174)'), []],
  ['text colour', ({ line }) => (line.styles.color = 'rgb(90, 90, 90)'), ['p color #000000 → #5a5a5a']],
  ['font size', ({ line }) => (line.styles['font-size'] = '14px'), ['p font-size 16px → 14px']],
  ['font weight', ({ heading }) => delete heading.styles['font-weight'], ['h1 font-weight 700 → 400']],
  ['family', ({ line }) => (line.styles['font-family'] = 'Arial, "Open Sans"'), ['p font-family Open Sans → Arial']],
  ['line height', ({ line }) => (line.styles['line-height'] = '20px'), ['p line-height 24px → 20px']],
  ['letter spacing', ({ line }) => (line.styles['letter-spacing'] = '0.5px'), ['p letter-spacing 0px → 0.5px']],
  [
    'radius',
    ({ button }) => {
      for (const corner of ['top-left', 'top-right', 'bottom-left', 'bottom-right'])
        button.styles[`border-${corner}-radius`] = '16px';
    },
    ['button border-radius 4px → 16px'],
  ],
  [
    'border',
    ({ button }) => {
      for (const side of ['top', 'right', 'bottom', 'left']) button.styles[`border-${side}-width`] = '2px';
    },
    ['button border-width 0px → 2px'],
  ],
  [
    'shadow',
    ({ button }) => (button.styles['box-shadow'] = 'rgba(0, 0, 0, 0.25) 0px 4px 4px 0px'),
    ['button box-shadow none → rgba(0, 0, 0, 0.25) 0px 4px 4px 0px'],
  ],
  ['opacity', ({ button }) => (button.styles.opacity = '0.5'), ['button opacity 1 → 0.5']],
  ['text', ({ line }) => (line.text = 'One lamp is off.'), ['p text One lamp is on. → One lamp is off.']],
  [
    'capitals',
    ({ button }) => (button.styles['text-transform'] = 'uppercase'),
    ['button text-transform none → uppercase'],
  ],
  ['width', ({ button }) => (button.rect = { ...button.rect, width: 120 }), ['button width 80px → 120px']],
])('a changed %s is told by its property', (_, change, expected) => {
  verifies('figma.layers');
  const page = shopPage();
  change(page);
  expect(told(explain(page))).toEqual(expected);
});

test('the opacity of a layer is compared where the layer has one', () => {
  const page = shopPage();
  const draw = (frame: TestNode) => (child(frame, 2).opacity = 0.5);
  expect(told(explain(page, draw))).toEqual(['button opacity 0.5 → 1']);
  page.button.styles.opacity = '0.51';
  expect(told(explain(page, draw))).toEqual([]);
});

test('values bound to a variable or a style name it', () => {
  verifies('figma.layers');
  const page = shopPage();
  page.button.styles['background-color'] = 'rgb(0, 0, 0)';
  page.line.styles['font-size'] = '12px';
  page.heading.styles.color = 'rgb(255, 0, 0)';
  const { findings } = explain(page, (frame) => {
    child(frame, 2).boundVariables = { fills: [{ type: 'VARIABLE_ALIAS', id: 'VariableID:7' }] };
    child(frame, 1).styles = { text: 'S:2' };
    child(frame, 0).styles = { fill: 'S:1' };
  });
  const tokens = findings.deviations.flatMap(({ properties }) =>
    properties.map(({ property, token, tolerance, source }) => [property, token, tolerance, source]),
  );
  expect(tokens).toEqual([
    ['color', 'Brand/Primary', 'ΔE00 2', 'design'],
    ['font-size', 'Body', '0.5px', 'design'],
    ['background-color', 'color/action', 'ΔE00 2', 'design'],
  ]);
});

test('what moved together is one finding', () => {
  verifies('figma.layers');
  const page = shopPage();
  const down = (element: DomElement) => {
    element.rect = { ...element.rect, y: element.rect.y + 30 };
    if (element.text_rect) element.text_rect = { ...element.text_rect, y: element.text_rect.y + 30 };
  };
  down(page.line);
  down(page.button);
  // The line moved; the button below and the text in it only follow.
  expect(told(explain(page))).toEqual(['p y 72px → 102px']);
});

test('equal texts are matched by order and place', () => {
  verifies('figma.layers');
  const page = shopPage();
  const second = {
    ...page.line,
    selector: 'p.second',
    rect: { x: 20, y: 160, width: 280, height: 24 },
    text_rect: { x: 20, y: 160, width: 118, height: 24 },
  };
  const draw = (frame: TestNode) => {
    const copy = { ...child(frame, 1), id: '9:9', absoluteBoundingBox: { x: 1020, y: 660, width: 120, height: 24 } };
    frame.children = [...(frame.children ?? []), copy];
  };
  expect(told(explain({ ...page, second }, draw))).toEqual([]);
});

test('a layer without an element is named, and an element behind a region gets its properties', () => {
  verifies('figma.layers');
  const { button, ...rest } = shopPage();
  expect(explain(rest).findings).toMatchObject({ matched: 3, unmatched: ['Btn/Primary', 'Buy'] });
  const painted = { ...button, styles: { ...button.styles, 'background-color': 'rgb(0, 0, 0)' } };
  const region: Region = {
    rect: { x: 20, y: 120, width: 80, height: 32 },
    area: 2000,
    kind: 'recolored',
    severity: 'major',
  };
  expect(explain({ ...rest, painted }, undefined, [region]).regions).toEqual([
    {
      ...region,
      element: { selector: 'button', role: 'button', name: 'Buy' },
      properties: [
        { property: 'background-color', expected: '#0645ad', actual: '#000000', source: 'design', tolerance: 'ΔE00 2' },
      ],
    },
  ]);
});

test('hidden, clipped and foreign nodes are left out, and a tree of any depth ends', () => {
  verifies('figma.layers');
  let deep: TestNode = { id: '7:1', name: 'deep', type: 'GROUP' };
  for (let at = 0; at < 200; at += 1)
    deep = {
      id: `8:${at}`,
      name: 'deep',
      type: 'GROUP',
      absoluteBoundingBox: { x: 1000, y: 500, width: 10, height: 10 },
      children: [deep],
    };
  const document = shopFrame('1:10', 'phone/home');
  const outside = { x: 2000, y: 500, width: 50, height: 50 };
  document.children = [
    { id: '6:1', name: 'hidden', type: 'RECTANGLE', visible: false, absoluteBoundingBox: outside },
    { id: '6:2', name: 'outside', type: 'RECTANGLE', absoluteBoundingBox: outside },
    {
      id: '6:3',
      name: 'new paint',
      type: 'RECTANGLE',
      fills: [{ type: 'HOLOGRAM' }, 7],
      absoluteBoundingBox: { x: 1000, y: 500, width: 5, height: 5 },
    },
    { nonsense: true } as unknown as TestNode,
    deep,
  ];
  const { layers, truncated } = readLayers({ document, styles: {} }, new Map());
  expect(layers.slice(0, 2).map((layer) => layer.name)).toEqual(['phone/home', 'new paint']);
  expect(layers.length).toBeLessThan(80);
  expect(truncated).toBe(true);
});
