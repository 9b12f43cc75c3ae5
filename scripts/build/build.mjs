import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.mjs';
import { writeConfigSchema } from './config-schema.mjs';
import { isBuilt, sourceDigest, writeStamp } from './stamp.mjs';

export { isBuilt };

/** The program was built, its types were not. */
class TypesError extends Error {}

/**
 * Builds dist/ from the source under `root` and stamps it. Throws when the bundle or the types fail;
 * the program is written before the types are checked, so that it can be tried while a type is still wrong.
 */
export async function build(root) {
  const started = performance.now();
  const digest = sourceDigest(root);
  const { files, bytes } = await bundle(root);
  await writeConfigSchema(root);
  writeTypes(root);
  writeStamp(root, digest);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`build: dist/ (${files} files, ${Math.round(bytes / 1024)} KiB of code) in ${seconds} s`);
}

/**
 * Builds when the source has moved on since the last build. Types that are wrong are said and do not stop what only needs the program:
 * the type check among the tests fails on them.
 */
export async function buildIfStale(root) {
  if (isBuilt(root)) return;
  try {
    await build(root);
  } catch (error) {
    if (!(error instanceof TypesError)) throw error;
    console.error(`build: ${error.message}`);
  }
}

function writeTypes(root) {
  rmSync(path.join(root, 'dist/types'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0)
    throw new TypesError(`tsc ended with ${result.status ?? result.signal}: the types are incomplete`);
}
