import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';

/**
 * Vitest's global set-up. The end-to-end tests run the built program: where one of them is to run, it is built when the source has moved on.
 * @param {import('vitest/node').TestProject} project
 */
export default async function setup(project) {
  const { testFiles } = await project.globTestFiles(project.vitest.filenamePattern);
  if (!testFiles.some((file) => file.includes('/test/e2e/'))) return;
  await buildIfStale(fileURLToPath(new URL('../..', import.meta.url)));
}
