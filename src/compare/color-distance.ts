import { differenceCiede2000, modeLab65, modeRgb, useMode } from 'culori/fn';

useMode(modeRgb);
const toLab = useMode(modeLab65);
const difference = differenceCiede2000();

/** Pages have few colours: most pairs are asked for again and again. Cleared when full, so that it cannot grow without end. */
const known = new Map<number, number>();
const MOST_KNOWN = 20_000;

/**
 * CIEDE2000 distance of two colours given as 32-bit pixels (RGBA8 in little-endian order, alpha ignored); 0 equal, about 1 just
 * noticeable side by side, 100 black to white. Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", 2005, through culori.
 */
export function colorDistance(a: number, b: number): number {
  const [first, second] = [a & 0xffffff, b & 0xffffff];
  if (first === second) return 0;
  const key = Math.min(first, second) * 0x1000000 + Math.max(first, second);
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const distance = difference(labOf(first), labOf(second));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, distance);
  return distance;
}

/** Largest difference of the three channels, 0-255: the cheap question "is this the same colour?". */
export function channelDistance(a: number, b: number): number {
  return Math.max(
    Math.abs((a & 255) - (b & 255)),
    Math.abs(((a >>> 8) & 255) - ((b >>> 8) & 255)),
    Math.abs(((a >>> 16) & 255) - ((b >>> 16) & 255)),
  );
}

function labOf(pixel: number) {
  return toLab({
    mode: 'rgb',
    r: (pixel & 255) / 255,
    g: ((pixel >>> 8) & 255) / 255,
    b: ((pixel >>> 16) & 255) / 255,
  });
}
