import { expect, test } from 'vitest';
import type { Region, Shift } from '../../src/core/vocabulary/pair.js';
import { explainRegions } from '../../src/design/region-element.js';
import { verifies } from '../requirements.js';
import { dom, el, region } from './draw-dom.js';

/** A form of two fields in a card, the second 24 px below the first. */
const form = el('body', [0, 0, 400, 600], {}, [
  el('main', [40, 40, 320, 300], {}, [
    el('form', [60, 60, 280, 260], { test_id: 'form' }, [
      el('input', [80, 80, 240, 40], { test_id: 'email' }),
      el('input', [80, 144, 240, 40], { test_id: 'password' }),
    ]),
  ]),
]);

const named = (found: Region, shifts: Shift[]) => {
  const [explained] = explainRegions({ regions: [found], shifts, actualDom: dom(form) });
  return [explained?.element?.selector, explained?.element?.relation];
};

test('more space above something names what it is above, when the reference is only a picture', () => {
  verifies('design.element-band');
  const space = region([0, 128, 400, 16], 'resized');
  expect(named(space, [{ axis: 'y', at: 128, by: 16 }])).toEqual(['[data-testid="password"]', 'self']);
});

test('something missing between two elements names what holds them, when the reference is only a picture', () => {
  verifies('design.element-band');
  for (const y of [130, 144])
    expect(named(region([80, y, 240, 1], 'missing'), [{ axis: 'y', at: y, by: -64 }])).toEqual([
      '[data-testid="form"]',
      'container',
    ]);
});
