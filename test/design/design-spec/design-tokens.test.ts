import { expect, test } from 'vitest';
import type { DomBoxes } from '../../../src/core/vocabulary/dom-boxes.js';
import {
  type DesignScreen,
  designSpecMarkdown,
  findTokens,
  itemsOfLayers,
  itemsOfPage,
  placeTokens,
  tokenDocument,
} from '../../../src/design/design-spec/design-tokens.js';
import { readLayers } from '../../../src/design/figma/fetch-frames.js';
import { verifies } from '../../requirements.js';
import { shopFrame } from '../figma/figma-fixture.js';

function drawn(): DesignScreen {
  const document = shopFrame('1:10', 'phone/home');
  const [, line, button] = document.children ?? [];
  if (line) line.styles = { text: 'S:2' };
  if (button) {
    button.boundVariables = { fills: [{ id: 'V:1' }] };
    button.effects = [
      { type: 'DROP_SHADOW', visible: true, radius: 4, offset: { x: 0, y: 2 }, color: { r: 0, g: 0, b: 0, a: 0.25 } },
    ];
  }
  const layers = readLayers(
    { document, styles: { 'S:2': { name: 'Text/Body' } } },
    new Map([['V:1', 'brand/primary']]),
  );
  return { screen: 'home', viewport: 'phone', size: { width: 320, height: 200 }, items: itemsOfLayers(layers) };
}

test('tokens of a frame follow the format: named groups, typed values, made names for the rest', () => {
  verifies('spec.tokens');
  const { $description, $extensions, ...groups } = tokenDocument(findTokens([drawn()]), 'a test');
  expect([$description, $extensions]).toEqual([
    'Design tokens, read from a test.',
    { 'codeloop.generate-spec': { from: 'a test' } },
  ]);
  const white = { colorSpace: 'srgb', components: [1, 1, 1], hex: '#ffffff' };
  const black = { colorSpace: 'srgb', components: [0, 0, 0], hex: '#000000' };
  const px = (value: number) => ({ value, unit: 'px' });
  const type = (size: number, weight: number, lineHeight: number) => ({
    $type: 'typography',
    $value: { fontFamily: ['Open Sans'], fontSize: px(size), fontWeight: weight, letterSpacing: px(0), lineHeight },
    $description: 'Used 1 time: font.',
  });
  expect(groups).toEqual({
    color: {
      brand: {
        primary: {
          $type: 'color',
          $value: { colorSpace: 'srgb', components: [0.0235, 0.2706, 0.6784], hex: '#0645ad' },
          $description: 'Used 1 time: background-color.',
        },
      },
      ffffff: { $type: 'color', $value: white, $description: 'Used 2 times: background-color, color.' },
      '000000': { $type: 'color', $value: black, $description: 'Used 2 times: color.' },
    },
    typography: {
      Text: { Body: type(16, 400, 1.5) },
      'open-sans-32-700': type(32, 700, 0.75),
      'open-sans-16-400': type(16, 400, 1.5),
    },
    radius: { '4': { $type: 'dimension', $value: px(4), $description: 'Used 4 times: border-radius.' } },
    shadow: {
      shadow: {
        $type: 'shadow',
        $value: { color: { ...black, alpha: 0.25 }, offsetX: px(0), offsetY: px(2), blur: px(4), spread: px(0) },
        $description: 'Used 1 time: box-shadow.',
      },
    },
  });
});

test('a page says the same in computed styles', () => {
  verifies('spec.tokens');
  const styles = {
    ...{ color: 'rgb(0, 0, 0)', 'font-family': 'Inter, sans-serif', 'font-size': '16px', 'line-height': '24px' },
    ...{ 'background-color': 'rgb(6, 69, 173)', 'padding-left': '8px', 'letter-spacing': 'normal' },
  };
  const page: DomBoxes = {
    ...{ schema_version: 1, url: '', title: '', device_scale_factor: 1, truncated: false },
    size: { width: 320, height: 200 },
    elements: [
      {
        selector: 'a',
        tag: 'a',
        role: 'link',
        name: 'More',
        text: 'More',
        rect: { x: 0, y: 0, width: 10, height: 10 },
        styles,
      },
      { selector: 'div', tag: 'div', rect: { x: 0, y: 0, width: 10, height: 10 }, styles: { color: 'rgb(0, 0, 0)' } },
    ],
  };
  const screen = { screen: 'home', viewport: 'phone', size: page.size, items: itemsOfPage(page) };
  expect(findTokens([screen]).map(({ group, value, uses }) => [group, value, uses])).toEqual([
    ['color', { colorSpace: 'srgb', components: [0, 0, 0], hex: '#000000' }, 1],
    ['color', { colorSpace: 'srgb', components: [0.0235, 0.2706, 0.6784], hex: '#0645ad' }, 1],
    [
      'typography',
      {
        fontFamily: ['Inter', 'sans-serif'],
        fontSize: { value: 16, unit: 'px' },
        fontWeight: 400,
        letterSpacing: { value: 0, unit: 'px' },
        lineHeight: 1.5,
      },
      1,
    ],
    ['spacing', { value: 8, unit: 'px' }, 1],
  ]);
});

test.each<[string, string[], object]>([
  ['a name that is taken by another value', ['a', 'a'], { a: 0, 'a-2': 1 }],
  ['a token where a group is needed', ['a', 'a/b'], { a: 0, 'a-2': { b: 1 } }],
  ['a group where a token is wanted', ['a/b', 'a'], { a: { b: 0 }, 'a-2': 1 }],
  ['what the format forbids', ['$a.{b}/__proto__/c', ''], { 'a--b-': { c: 0 }, '2': 1 }],
])('%s gives way', (_, names, expected) => {
  verifies('spec.tokens');
  const tokens = names.map((name, at) => ({
    ...{ type: 'dimension' as const, group: 'g', uses: 1, properties: [] },
    ...{ name, value: { value: at + 1, unit: 'px' } },
  }));
  const flat = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    const of = Reflect.get(value, '$value');
    if (of !== undefined) return Number(Reflect.get(of, 'value')) - 1;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, flat(inner)]));
  };
  expect(flat(placeTokens(tokens).g)).toEqual(expected);
});

test('the specification reads, and foreign names do not leave their cells', () => {
  verifies('spec.tokens');
  const screen = drawn();
  const [first] = screen.items;
  if (first) first.name = 'evil | <script>\n# Heading';
  const text = designSpecMarkdown([screen], findTokens([screen]), 'a test');
  expect(text.split('\n')[0]).toMatch(/^<!-- Written by codeloop_generate_spec/);
  expect(text).toContain('| brand/primary | \\#0645ad | 1 | background-color |');
  expect(text).toContain('| evil \\| \\<script\\> \\# Heading | 320 x 200 |');
  expect(text).toContain('## home at phone (320 x 200 px)');
  expect(text).toContain('font-size: 16px \\[Text/Body\\]');
});
