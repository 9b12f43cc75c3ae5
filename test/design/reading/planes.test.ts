import { expect, test } from 'vitest';
import { type Plane, smooth } from '../../../src/design/reading/planes.js';
import { verifies } from '../../requirements.js';

/** The same by its definition: weights 1 2 1 in both directions, what lies outside goes on as the edge does. */
function byDefinition({ width, height, data }: Plane): number[] {
  const at = (x: number, y: number) =>
    data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  const weights = [1, 2, 1];
  return Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    let sum = 8;
    for (const dy of [-1, 0, 1])
      for (const dx of [-1, 0, 1]) sum += (weights[dx + 1] ?? 0) * (weights[dy + 1] ?? 0) * at(x + dx, y + dy);
    return sum >> 4;
  });
}

test.each([
  [7, 5],
  [1, 4],
  [4, 1],
  [1, 1],
  [3, 2],
])('a plane of %i x %i is blended with its neighbours', (width, height) => {
  verifies('design.read-picture');
  const data = Uint8Array.from({ length: width * height }, (_, index) => (index * 89 + 17) % 256);
  const plane = { width, height, data };
  const expected = byDefinition(plane);
  smooth(plane);
  expect([...plane.data]).toEqual(expected);
});
