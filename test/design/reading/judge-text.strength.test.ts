import { expect, test } from 'vitest';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { type Drawn, el } from '../draw-dom.js';
import { OTHERS, type Shape } from './draw-page.js';
import { said, text } from './said-page.js';

/** A ground that goes over from one blue to another, and a label on it in so much of white. */
function onGradient(part: number) {
  const ground = Array.from(
    { length: 90 },
    (_, at): Shape => ({ box: [180, 20 + at * 2, 200, 2], color: [60 + at, 100 + at, 200 + Math.round(at / 3)] }),
  );
  const mix = (level: number) => Math.round(level + (255 - level) * part);
  const mixed = (at: number): Color => [mix(60 + at), mix(100 + at), mix(200 + Math.round(at / 3))];
  const labels = [40, 80, 120].map((y, at) =>
    text(['COURSES', 'LESSONS', 'PEOPLE'][at] ?? '', [200, y], 14, mixed((y - 20) / 2)),
  );
  return { ground, labels };
}

test.each([
  ['as faint as it should be', 1, []],
  ['six tenths of it', 0.6, ['major recolored [data-testid="label"] self opacity another -> 0.6']],
] as const)('a label on a gradient is told by how much of its ink is there: %s', (_what, part, wanted) => {
  verifies('design.read-picture');
  const [all, faint] = [onGradient(1), onGradient(part)];
  const bar = (labels: Drawn[]) =>
    el(
      'nav',
      [180, 20, 200, 180],
      { styles: { 'background-image': 'linear-gradient(rgb(60, 100, 200), rgb(150, 190, 230))' } },
      labels,
    );
  const parts = all.labels.map(({ part: one }, at) =>
    at === 1
      ? {
          ...one,
          facts: {
            ...one.facts,
            test_id: 'label',
            styles: { ...one.facts.styles, ...(part < 1 ? { opacity: '0.6' } : {}) },
          },
        }
      : one,
  );
  const shapes = (of: number) => [
    ...all.ground,
    ...all.labels.map(({ shape }, at) => (at === 1 ? ((of < 1 ? faint : all).labels[1]?.shape ?? shape) : shape)),
  ];
  const app = { shapes: shapes(part), parts: [bar(parts)] };
  expect(said(app, shapes(1), OTHERS)).toEqual(wanted);
});
