import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transform } from 'esbuild';

/** TypeScript as tsconfig.json has it, for one file at a time. */
const COMPILER = { jsx: 'react-jsx', jsxImportSource: 'preact', target: 'es2023', verbatimModuleSyntax: true };

/**
 * Puts the source and the files of the specs, as esbuild compiles them, where Playwright keeps what Babel made of them. In a fresh clone
 * Babel takes as long for these six hundred files as forty specs do, esbuild a twentieth of that. The names and the form are those of
 * Playwright's own cache (`transform/compilationCache.ts`, version 1.65): where another version has others, nothing of it is found, and
 * Babel compiles as before. Returns the number of files that were not there yet.
 */
export async function fillTransformCache(root) {
  const { version } = createRequire(path.join(root, 'package.json'))('playwright/package.json');
  const cache = process.env.PLAYWRIGHT_TRANSFORM_CACHE_DIR ?? process.env.PWTEST_CACHE_DIR ?? defaultFolder();
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter(({ name }) => /\.tsx?$/.test(name) && !/\.(?:test|d)\.tsx?$/.test(name))
      .map(({ parentPath, name }) => path.join(parentPath, name)),
  );
  const { jsx, jsxImportSource } = COMPILER;
  const settings = `define${JSON.stringify({ jsx, jsxImportSource })}`;
  const made = await Promise.all(
    files.map(async (file) => {
      const text = readFileSync(file, 'utf8');
      const [place, content] = [sha1(file).slice(0, 10), sha1(`esm${text}${file}${version}${settings}`).slice(0, 7)];
      const folder = path.join(cache, place.slice(0, 2));
      const name = `${place}_${content}_${path.basename(file, path.extname(file)).replace(/\W/g, '')}`;
      if (existsSync(path.join(folder, `${name}.js`))) return false;
      const { code, map } = await transform(text, {
        loader: file.endsWith('x') ? 'tsx' : 'ts',
        sourcefile: file,
        sourcemap: 'external',
        target: 'node20.19',
        tsconfigRaw: { compilerOptions: COMPILER },
      });
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, `${name}.map`), map);
      writeFileSync(path.join(folder, `${name}.js`), `// ${sha1(code)}\n${code}`);
      return true;
    }),
  );
  return made.filter(Boolean).length;
}

const sha1 = (text) => createHash('sha1').update(text).digest('hex');

function defaultFolder() {
  const name = 'playwright-transform-cache';
  return path.join(tmpdir(), process.platform === 'win32' ? name : `${name}-${process.geteuid()}`);
}
