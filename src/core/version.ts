import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { CodeloopError } from './errors.js';

/** The folder of the installed package, from wherever the bundle put this code. Throws INTERNAL when it is not there. */
export async function packageRoot(): Promise<string> {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dirname(dir) !== dir; dir = dirname(dir)) {
    const manifest = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined); // none here: look above
    if (manifest !== undefined && (JSON.parse(manifest) as { name?: unknown }).name === 'codeloop') return dir; // any JSON value has no other use here
  }
  throw new CodeloopError('INTERNAL', { reason: 'the package’s own folder was not found' });
}

/** This program's version, as its package names it. */
export const VERSION: string = manifest.version;
