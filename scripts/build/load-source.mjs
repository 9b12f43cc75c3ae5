import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Runs TypeScript of this project in the present process: `code` is a module as if it lay at the root. Returns its exports.
 * Packages are not bundled but imported from node_modules, so heavy ones load only if the code loads them.
 */
export async function loadSource(root, code) {
  const { build } = await import('esbuild');
  const result = await build({
    absWorkingDir: root,
    stdin: { contents: code, resolveDir: root, loader: 'ts', sourcefile: 'load-source.ts' },
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  });
  // Inside node_modules, because that is where the imports of packages are looked up from.
  const file = path.join(root, 'node_modules', `.codeloop-load-${process.pid}-${Date.now()}.mjs`);
  writeFileSync(file, result.outputFiles[0].text);
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(file);
  }
}
