import type { RawImage } from './raw-image.js';

export interface PictureStatistics {
  /** (Nearly) one colour: all but 0.1 % of the pixels, and all but 100, within 4 levels of the most frequent one per channel. */
  blank: boolean;
  /** The most frequent colour, `[red, green, blue]`. */
  dominant: [number, number, number];
  /** Share of pixels that are (nearly) the dominant colour, 0-1. */
  dominantShare: number;
  /** Shannon entropy of the luminance histogram, bits per pixel, 0-8. */
  entropy: number;
}

/** Levels per channel that count as the same colour; the share of other pixels, and their number, up to which a picture is blank. */
const SAME_COLOR = 4;
const OTHER_SHARE = 0.001;
/** A short word in a heading has more: by share alone a tall page with one line would be blank. */
const OTHER_PIXELS = 100;

/** Returns how much a picture shows. Every pixel counts: a single line of text on a tall page is not blank. */
export function pictureStatistics(image: RawImage): PictureStatistics {
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const colors = new Map<number, number>();
  const levels = new Uint32Array(256);
  const { data } = image;
  for (let index = 0, at = 0; index < pixels.length; index++, at += 4) {
    const luminance = ((data[at] ?? 0) * 54 + (data[at + 1] ?? 0) * 183 + (data[at + 2] ?? 0) * 19) >> 8;
    levels[luminance] = (levels[luminance] ?? 0) + 1;
    // Four bits per channel are enough to find the dominant colour's neighbourhood, and keep the map small.
    if ((index & 7) === 0) {
      const color = pixels[index] ?? 0;
      colors.set(color, (colors.get(color) ?? 0) + 1);
    }
  }
  const color = [...colors].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0] as const)[0];
  const dominant: [number, number, number] = [color & 255, (color >> 8) & 255, (color >> 16) & 255];
  let near = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (
      Math.abs((data[at] ?? 0) - dominant[0]) <= SAME_COLOR &&
      Math.abs((data[at + 1] ?? 0) - dominant[1]) <= SAME_COLOR &&
      Math.abs((data[at + 2] ?? 0) - dominant[2]) <= SAME_COLOR
    )
      near++;
  }
  const dominantShare = near / pixels.length;
  const blank = pixels.length - near <= Math.min(pixels.length * OTHER_SHARE, OTHER_PIXELS);
  return { blank, dominant, dominantShare, entropy: entropyOf(levels, pixels.length) };
}

function entropyOf(levels: Uint32Array, total: number): number {
  let bits = 0;
  for (const count of levels) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return bits;
}
