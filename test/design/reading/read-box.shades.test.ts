import { expect, test } from 'vitest';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { el } from '../draw-dom.js';
import { OTHERS, type Shape } from './draw-page.js';
import { rgb, said, text } from './said-page.js';

const WHITE: Color = [255, 255, 255];
type Box = readonly [number, number, number, number];

/** A soft shadow about a box, darkest beside it: rings of one px, the outermost first. */
function shaded([x, y, width, height]: Box, dark: number, far = 10, radius = 0): Shape[] {
  return Array.from({ length: far }, (_, at): Shape => {
    const by = far - at;
    const level = Math.round(255 - dark * (1 - by / (far + 1)));
    const box = [x - by, y - by + 2, width + 2 * by, height + 2 * by] as const;
    return { box, color: [level, level, level], radius: radius + by };
  });
}

const SHADOW = { 'box-shadow': 'rgba(0, 0, 0, 0.4) 0px 2px 10px 0px' };

test.each([
  ['a card', [200, 60, 140, 80], { 'background-color': rgb([236, 240, 248]) }, [236, 240, 248]],
  ['a pill', [200, 60, 120, 36], { 'background-color': rgb([32, 96, 220]) }, [32, 96, 220]],
  ['what shows nothing but its shadow', [220, 60, 60, 60], {}, WHITE],
] as const)('a shadow that only the app has is told as none in the reference: %s', (_what, box, styles, fill) => {
  verifies('design.read-picture');
  const radius = box[3] === 36 ? 18 : 0;
  const own: Shape = { box, color: fill, radius };
  const corner = ['top-left', 'top-right', 'bottom-left', 'bottom-right'].map((one) => [
    `border-${one}-radius`,
    `${radius}px`,
  ]);
  const label = text('BUY', [box[0] + 12, box[1] + 12], 12, fill[0] < 100 ? WHITE : [30, 30, 40]);
  const part = el(
    'div',
    box,
    { test_id: 'it', styles: { ...styles, ...SHADOW, ...(radius ? Object.fromEntries(corner) : {}) } },
    [label.part],
  );
  const shown = [...shaded(box, 90, 10, radius), own, label.shape];
  expect(said({ shapes: shown, parts: [part] }, [own, label.shape], OTHERS)).toEqual([
    `major unknown [data-testid="it"] self box-shadow none -> ${SHADOW['box-shadow']}`,
  ]);
  // The same shadow, a little softer, is none.
  expect(said({ shapes: shown, parts: [part] }, [...shaded(box, 84, 10, radius), own, label.shape], OTHERS)).toEqual(
    [],
  );
});
