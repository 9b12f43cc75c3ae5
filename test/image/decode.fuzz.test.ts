import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { compareImages } from '../../src/compare/compare-images.js';
import { CodeloopError } from '../../src/core/errors.js';
import { decode } from '../../src/image/decode.js';
import { verifies } from '../requirements.js';

const picture = sharp(Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, at) => (at * 37) & 255)), {
  raw: { width: 40, height: 30, channels: 3 },
});
const wholes = await Promise.all([
  picture.clone().png().toBuffer(),
  picture.clone().png({ palette: true }).toBuffer(),
  picture.clone().jpeg().toBuffer(),
  picture.clone().withMetadata({ orientation: 5 }).jpeg({ progressive: true }).toBuffer(),
  picture.clone().webp().toBuffer(),
  picture.clone().webp({ lossless: true }).toBuffer(),
]);

/** A picture or a CodeloopError of the two codes, nothing else. */
async function outcome(bytes: Buffer): Promise<'decoded' | 'refused'> {
  try {
    const image = await decode({ bytes, name: 'fuzz' });
    expect(image.data.length).toBe(image.width * image.height * 4);
    return 'decoded';
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    expect(['IMAGE_UNREADABLE', 'IMAGE_TOO_LARGE']).toContain(error.code);
    expect(error.message).toMatch(/^fuzz is /);
    return 'refused';
  }
}

test('random bytes are refused', async () => {
  verifies('compare.unreadable');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      expect(await outcome(Buffer.from(bytes))).toBe('refused');
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a picture cut off at any byte is refused', async () => {
  verifies('compare.unreadable');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...wholes),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      async (whole, share) => {
        expect(await outcome(whole.subarray(0, Math.floor(whole.length * share)))).toBe('refused');
      },
    ),
    { seed: 2, numRuns: 300 },
  );
});

test('a picture with bytes changed is decoded or refused, never a crash', async () => {
  verifies('compare.unreadable');
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...wholes),
      fc.array(change, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (whole, changes, headerOnly) => {
        const bytes = Buffer.from(whole);
        for (const [share, level] of changes) bytes[Math.floor(share * (headerOnly ? 64 : bytes.length))] = level;
        await outcome(bytes);
      },
    ),
    { seed: 3, numRuns: 600 },
  );
});

test('comparing anything with anything answers or names the side that cannot be read', async () => {
  verifies('compare.unreadable');
  const side = fc.oneof(
    fc.constantFrom(...wholes),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(...wholes).map((whole) => whole.subarray(0, whole.length >> 1)),
  );
  await fc.assert(
    fc.asyncProperty(side, side, async (reference, actual) => {
      const result = await compareImages(
        { bytes: reference, name: 'reference' },
        { bytes: actual, name: 'actual' },
        { threshold: 0.9, tiles: 1 },
      );
      if (result.outcome === 'unreadable') expect(result.error.message).toMatch(new RegExp(`^${result.side} is `));
      else expect(result.score === 1).toBe(result.diff_pixels === 0);
    }),
    { seed: 4, numRuns: 100 },
  );
});
