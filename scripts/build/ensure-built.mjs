import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';

/**
 * Vitest's global set-up. The end-to-end tests run the built program: where one of them is to run, it is built when the source has moved on.
 * @param {import('vitest/node').TestProject} project
 */
export default async function setup(project) {
  const { testFiles } = await project.globTestFiles(project.vitest.filenamePattern);
  if (!testFiles.some((file) => file.includes('/test/e2e/'))) return;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  // In the whole run the types are checked by a suite of their own.
  if (!isBuilt(root, { checked: false })) await build(root);
}
