import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';

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
