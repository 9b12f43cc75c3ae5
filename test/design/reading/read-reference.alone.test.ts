import { expect, test } from 'vitest';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { el } from '../draw-dom.js';
import { OTHERS, OURS, type Shape } from './draw-page.js';
import { rgb, said, text } from './said-page.js';

const BLUE: Color = [36, 89, 214];
const surface = (color: Color) => ({ 'background-color': rgb(color) });

test('what moved alone in what is as wide as the page is told, whatever holds it shows nothing else', () => {
  verifies('design.layout-cause');
  const bar = [0, 200, 400, 60] as const;
  const at = (by: number) => text('ALL OUR COURSES', [120 + by, 224]);
  const shapes = (by: number): Shape[] => [{ box: bar, color: [232, 236, 246] }, at(by).shape];
  const words = at(6).part;
  const own = { ...words, facts: { ...words.facts, test_id: 'note' } };
  const part = (position: Record<string, string>) =>
    el('footer', bar, { styles: surface([232, 236, 246]) }, [
      el('div', [40, 210, 320, 40], {}, [
        el('div', [40, 210, 320, 40], {}, [
          { ...own, facts: { ...own.facts, styles: { ...own.facts.styles, ...position } } },
        ]),
      ]),
    ]);
  const set = { position: 'relative', left: '6px' };
  for (const drawer of [OURS, OTHERS]) {
    expect(said({ shapes: shapes(6), parts: [part(set)] }, shapes(0), drawer)).toEqual([
      'major moved [data-testid="note"] self left 0px -> 6px',
    ]);
    expect(said({ shapes: shapes(0), parts: [part({})] }, shapes(0), drawer)).toEqual([]);
  }
});

test('what stands elsewhere with all it holds is told, also where no side of it is seen', () => {
  verifies('design.layout-cause');
  const card = [180, 20, 200, 160] as const;
  const [first, last] = [text('LESSONS', [200, 40]), text('PEOPLE', [200, 140])];
  const label = (by: number) => text('COURSES', [212, 88 + by]);
  const shapes = (by: number): Shape[] => [
    { box: card, color: [228, 234, 244] },
    first.shape,
    last.shape,
    label(by).shape,
  ];
  const tag = el(
    'div',
    [204, 88, 120, 27],
    { test_id: 'tag', styles: { 'background-color': 'rgba(0, 0, 0, 0.01)', position: 'relative', top: '8px' } },
    [label(8).part],
  );
  const part = el('div', card, { styles: surface([228, 234, 244]) }, [first.part, tag, last.part]);
  expect(said({ shapes: shapes(8), parts: [part] }, shapes(0), OTHERS)).toEqual([
    'major moved [data-testid="tag"] self top 0px -> 8px',
  ]);
});

test('a box of one colour that is larger by as much along both axes is told with its border', () => {
  verifies('design.read-picture');
  const at = (border: number) => [200, 60, 100 + 2 * border, 40 + 2 * border] as const;
  const label = (border: number) => text('BUY', [216 + border, 72 + border], 12, [255, 255, 255]);
  const shapes = (border: number): Shape[] => [{ box: at(border), color: BLUE }, label(border).shape];
  const widths = ['top', 'right', 'bottom', 'left'].map((side) => [`border-${side}-width`, '4px']);
  const part = el('div', at(4), { test_id: 'buy', styles: { ...surface(BLUE), ...Object.fromEntries(widths) } }, [
    label(4).part,
  ]);
  expect(said({ shapes: shapes(4), parts: [part] }, shapes(1), OTHERS, true)).toEqual([
    expect.stringMatching(/^major resized \[data-testid="buy"\] self .*border-width 1px -> 4px/),
  ]);
});

test('what is missing beside something as large is told of what holds both', () => {
  verifies('design.read-picture');
  const button = (y: number, words: string) => {
    const label = text(words, [216, y + 10], 12, [255, 255, 255]);
    const box = [200, y, 140, 32] as const;
    return {
      shapes: [{ box, color: BLUE }, label.shape] as Shape[],
      part: el('a', box, { test_id: words.toLowerCase(), styles: surface(BLUE) }, [label.part]),
    };
  };
  const [one, other] = [button(60, 'LESSONS'), button(100, 'COURSES')];
  const part = el('div', [200, 60, 140, 72], { test_id: 'list' }, [one.part]);
  expect(said({ shapes: one.shapes, parts: [part] }, [...one.shapes, ...other.shapes], OTHERS)[0]).toBe(
    'critical missing [data-testid="list"] container presence present -> missing',
  );
});
