import { differenceCiede2000 } from 'culori';
import sharp from 'sharp';

const distance = differenceCiede2000();
/** CIEDE2000 from which a person sees a difference (issue 5). */
export const SEEN_DELTA_E = 3;
/** Pixels so different that there must be at least: 2 x 2. */
export const SEEN_PIXELS = 4;

/** RGB8 of a picture, as `{data, width, height}`. */
export async function pixels(file) {
  const { data, info } = await sharp(file)
    .flatten({ background: '#fff' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * What a person can see of a change, from the pixels alone and by no comparer: `changed` pixels, and whether at least four of them are
 * apart by CIEDE2000 3 or more. Pixels that only one picture has count as changed and seen.
 */
export function seenChange(a, b) {
  const width = Math.min(a.width, b.width);
  const height = Math.min(a.height, b.height);
  const extra = Math.max(a.width, b.width) * Math.max(a.height, b.height) - width * height;
  const known = new Map();
  let changed = extra;
  let seen = extra;
  for (let y = 0; y < height; y++) {
    const rowA = y * a.width * 3;
    const rowB = y * b.width * 3;
    if (a.data.subarray(rowA, rowA + width * 3).equals(b.data.subarray(rowB, rowB + width * 3))) continue;
    for (let x = 0; x < width; x++) {
      const from = word(a.data, rowA + x * 3);
      const to = word(b.data, rowB + x * 3);
      if (from === to) continue;
      changed++;
      if (seen >= SEEN_PIXELS) continue;
      const key = from * 16777216 + to;
      const apart = known.get(key) ?? distance(color(from), color(to));
      known.set(key, apart);
      if (apart >= SEEN_DELTA_E) seen++;
    }
  }
  return { changed, visible: seen >= SEEN_PIXELS };
}

const word = (data, at) => (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
const color = (rgb) => ({ mode: 'rgb', r: (rgb >> 16) / 255, g: ((rgb >> 8) & 255) / 255, b: (rgb & 255) / 255 });

/** `invisible`: no pixel differs. `sub-threshold`: less than the rule. `visible`: what recall is measured on. */
export function sightOf(pair, change) {
  if (change.changed === 0) return 'invisible';
  if (pair.subThreshold || !change.visible) return 'sub-threshold';
  if (pair.change?.deltaE !== undefined && pair.change.deltaE < SEEN_DELTA_E) return 'sub-threshold';
  return 'visible';
}
