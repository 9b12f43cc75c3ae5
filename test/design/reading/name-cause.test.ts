import { expect, test } from 'vitest';
import { verifies } from '../../requirements.js';
import { el } from '../draw-dom.js';
import { OTHERS, type Shape } from './draw-page.js';
import { rgb, said, text } from './said-page.js';

/** A column in a padded card: a title with a padding or margin of its own, or set off its place, and more below it. */
function column(title: Record<string, string>, off: number, follows: boolean) {
  const box = [180, 20, 200, 230] as const;
  const first = text('PRICE', [212, 52 + off], 18);
  const next = text('ONE PERSON', [212, 100 + (follows ? off : 0)]);
  const last = text('LESSONS', [212, 130 + (follows ? off : 0)]);
  const heading = {
    ...first.part,
    facts: { ...first.part.facts, test_id: 'title', styles: { ...first.part.facts.styles, ...title } },
  };
  const wrap = el('div', [212, 52, 136, 60 + off], {}, [heading, next.part]);
  const card = el('div', box, { test_id: 'card', styles: { 'background-color': rgb([228, 234, 244]) } }, [
    el('div', box, { test_id: 'body', styles: { 'padding-top': '32px' } }, [wrap, last.part]),
  ]);
  const shapes: Shape[] = [{ box, color: [228, 234, 244] }, first.shape, next.shape, last.shape];
  return { shapes, parts: [card] };
}

test.each([
  ['a padding of its own', { 'padding-top': '6px' }, 6, true, 'padding-top 0px -> 6px'],
  ['a margin of its own', { 'margin-top': '10px' }, 10, true, 'margin-top 0px -> 10px'],
  ['an offset of its own', { position: 'relative', top: '5px' }, 5, false, 'top 0px -> 5px'],
])(
  'what stands lower by all of %s is told by that, not by the padding of what holds it',
  (_what, styles, off, follows, wanted) => {
    verifies('design.layout-cause');
    const app = column(styles, off, follows);
    expect(said(app, column({}, 0, follows).shapes, OTHERS)[0]).toBe(
      `major moved [data-testid="title"] self ${wanted}`,
    );
  },
);
