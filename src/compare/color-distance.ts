import { differenceCiede2000, modeLab65, modeRgb, useMode } from 'culori/fn';

useMode(modeRgb);
const toLab = useMode(modeLab65);
const difference = differenceCiede2000();

/** Pages have few colours: most pairs are asked for again and again. Slots of a table, by a hash of the pair; the latest pair stays. */
const SLOTS = 1 << 16;
const firsts = new Uint32Array(SLOTS);
const seconds = new Uint32Array(SLOTS);
const distances = new Float32Array(SLOTS);

/**
 * CIEDE2000 distance of two colours given as 32-bit pixels (RGBA8 in little-endian order, alpha ignored); 0 equal, about 1 just
 * noticeable side by side, 100 black to white; in single precision. Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", 2005,
 * through culori.
 */
export function colorDistance(a: number, b: number): number {
  const [first, second] = [a & 0xffffff, b & 0xffffff];
  if (first === second) return 0;
  const slot = (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) >>> 16;
  if (firsts[slot] === first && seconds[slot] === second) return distances[slot] ?? 0;
  // An empty slot holds 0 and 0, which are equal and never asked for.
  firsts[slot] = first;
  seconds[slot] = second;
  distances[slot] = difference(labOf(first), labOf(second));
  return distances[slot] ?? 0;
}

function labOf(pixel: number) {
  return toLab({
    mode: 'rgb',
    r: (pixel & 255) / 255,
    g: ((pixel >>> 8) & 255) / 255,
    b: ((pixel >>> 16) & 255) / 255,
  });
}
