import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';

/**
 * The known name closest to a mistyped one, or undefined when nothing is near (more than 40 % of the letters differ).
 * Distance: `editDistance`.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (!best || distance < best.distance) best = { name: candidate, distance };
  }
  if (!best) return undefined;
  return best.distance <= Math.max(1, Math.floor(Math.max(name.length, best.name.length) * 0.4))
    ? best.name
    : undefined;
}

/** Letters to insert, drop, replace or swap with their neighbour to get from one to the other (optimal string alignment, three rows). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(substitution, swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? Math.max(a.length, b.length);
}

/** Shape of every id that becomes a file or folder name. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** `<prefix>-20261121-234000-1a2b3c`: sorts by time, is unique by 24 random bits, is safe as a file name. */
export function newId(prefix: string, clock: Clock): string {
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${prefix}-${stamp}-${randomBytes(3).toString('hex')}`;
}

/**
 * Returns a name as the slug that file names and look-ups use: lower case, runs of anything but letters, digits and dots become one `-`.
 * Letters of every script are kept, so that names in other languages stay apart.
 */
export function slug(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}
