import { describe, expect, test } from 'vitest';
import { codeloopComparator } from '../../src/matchers/vitest.js';
import { projectWith } from '../project/sample-project.js';
import { verifies } from '../requirements.js';

type Shown = Parameters<typeof codeloopComparator>[0];
type Color = readonly [number, number, number, number];
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  color: Color;
}

const GREEN: Color = [0, 119, 85, 255];

/** A white picture with boxes on it. */
function picture(width: number, height: number, ...boxes: Box[]): Shown {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (const { color, ...box } of boxes)
    for (let y = box.y; y < box.y + box.height; y += 1)
      for (let x = box.x; x < box.x + box.width; x += 1) data.set(color, (y * width + x) * 4);
  return { metadata: { width, height }, data };
}

const button = { x: 20, y: 30, width: 80, height: 32, color: GREEN };
const compare = (reference: Shown, actual: Shown, more = {}) =>
  codeloopComparator(reference, actual, { createDiff: true, project: ratio(0), ...more });
/** A project that lets this share of pixels differ. */
const ratio = (share: number) =>
  projectWith({}, { '.codeloop/config.json': `{ "visual": { "max_diff_ratio": ${share} } }` }).dir;

describe('the comparator', () => {
  test('passes equal pictures, and what the configuration or the test allows', async () => {
    verifies('matchers.comparator');
    const held = { pass: true, diff: null, message: null };
    expect(await compare(picture(200, 100, button), picture(200, 100, button))).toEqual(held);
    // A shade that is no region of its own: 2,560 of 20,000 pixels.
    const shade = picture(200, 100, { ...button, color: [0, 125, 85, 255] });
    const passes = async (more: object) => (await compare(picture(200, 100, button), shade, more)).pass;
    expect(await passes({})).toBe(false);
    expect(await passes({ project: ratio(0.13) })).toBe(true);
    expect(await passes({ project: ratio(0.12) })).toBe(false);
    expect(await passes({ maxDiffRatio: 0.13 })).toBe(true);
    expect(await passes({ project: ratio(0.13), maxDiffRatio: 0 })).toBe(false);
  });

  test('says how much differs, what, and where, with a diff picture of the reference’s size', async () => {
    verifies('matchers.comparator');
    const red = { ...button, color: [204, 0, 0, 255] as const };
    const { pass, diff, message } = await compare(picture(200, 100, button), picture(200, 100, red));
    expect({ pass, message }).toEqual({
      pass: false,
      message: '2560 of 20000 pixels differ (12.80 %).\ncritical: recolored at 20,30 (80 x 32 px)',
    });
    expect(diff).toHaveLength(200 * 100 * 4);
    const gone = await compare(picture(200, 100, button), picture(200, 100), { createDiff: false });
    expect(gone).toMatchObject({ pass: false, diff: null });
    expect(gone.message).toContain('critical: missing at 20,30 (80 x 32 px)');
  });

  test('another size is a result; its diff fits the reference all the same', async () => {
    verifies('matchers.comparator');
    const { pass, diff, message } = await compare(picture(200, 100, button), picture(210, 90, button));
    expect(pass).toBe(false);
    expect(message).toContain('It is 210 x 90 px, and was accepted at 200 x 100 px.');
    expect(diff).toHaveLength(200 * 100 * 4);
  });

  test('what is see-through lies on white, as in pictures of verify', async () => {
    verifies('matchers.comparator');
    const clear = picture(200, 100, { ...button, color: [0, 0, 0, 0] });
    expect(await compare(picture(200, 100), clear)).toMatchObject({ pass: true });
    const half = picture(200, 100, { ...button, color: [0, 0, 0, 128] });
    expect(await compare(picture(200, 100, { ...button, color: [127, 127, 127, 255] }), half)).toMatchObject({
      pass: true,
    });
  });
});
