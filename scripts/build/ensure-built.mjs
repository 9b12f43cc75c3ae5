import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';

/** Vitest's global set-up of the end-to-end tests, which run the built program: builds it when the source has moved on. */
export default async function setup() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await buildIfStale(root);
}
