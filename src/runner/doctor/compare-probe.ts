import type { Probe } from './probe.js';

const SIDE = 64;

/** Encodes, decodes and compares a picture with itself and with a changed copy, with both comparators. */
export const compareProbe: Probe = {
  id: 'compare',
  title: 'Picture codec and comparators',
  required: true,
  async run({ signal }) {
    const { encode } = await import('../../image/encode.js');
    const { compareImages } = await import('../../compare/compare-images.js');
    const white = new Uint8Array(SIDE * SIDE * 4).fill(255);
    const changed = white.slice();
    for (let pixel = 0; pixel < SIDE * 8; pixel += 1) changed.set([200, 0, 0, 255], pixel * 4);
    const [a, b] = await Promise.all(
      [white, changed].map((data) => encode({ data, width: SIDE, height: SIDE }, 'png-fast')),
    );
    const found: string[] = [];
    for (const [comparator, odiffAbovePixels] of [
      ['pixelmatch', SIDE * SIDE * 2],
      ['odiff', 1],
    ] as const) {
      const result = await compareImages(
        { bytes: a ?? Buffer.alloc(0), name: 'a.png' },
        { bytes: b ?? Buffer.alloc(0), name: 'b.png' },
        { threshold: 1, odiffAbovePixels, signal },
      );
      if (result.outcome === 'unreadable')
        return {
          ok: false,
          detail: result.error.message,
          fix: 'Install again without --omit=optional: npm install codeloop',
        };
      if (result.diff_pixels !== SIDE * 8 || result.comparator !== comparator) {
        return {
          ok: false,
          detail: `${comparator} found ${result.diff_pixels} of ${SIDE * 8} pixels (${result.note ?? result.comparator})`,
          fix: 'Install again without --omit=optional: npm install codeloop',
        };
      }
      found.push(comparator);
    }
    return { ok: true, detail: `PNG written and read, ${found.join(' and ')} agree` };
  },
};
