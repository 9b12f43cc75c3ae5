import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';

/** Vitest's global set-up of the end-to-end tests, which run the built program: builds it when the source has moved on. */
export default async function setup() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (!isBuilt(root)) await build(root);
}
