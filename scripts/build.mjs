// Builds dist/: the bundled program, its types, the schema of its settings. `--if-stale` does nothing when dist/ is up to date.
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!(process.argv.includes('--if-stale') && isBuilt(root))) {
  try {
    await build(root);
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  }
}
