import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundle } from './bundle.mjs';
import { writeConfigSchema } from './config-schema.mjs';
import { writeFlags, writeOpening } from './opening.mjs';
import { isBuilt, sourceDigest, writeStamp } from './stamp.mjs';

export { isBuilt };

/**
 * Builds dist/ from the source under `root` and stamps it. Throws when a type is wrong or the bundle fails: a program with a wrong field
 * would build all the same, and answer INTERNAL later. The program of an earlier build stays until then. `checked: false` leaves the check,
 * which takes most of the time, to whoever checks source and tests together right after; the stamp says so until then.
 */
export async function build(root, { checked = true } = {}) {
  const started = performance.now();
  const digest = sourceDigest(root);
  const types = writeTypes(root, checked);
  // Types that nobody checks yet are written beside the program, and cannot be wrong; where they are checked, they come first.
  if (checked) await types;
  const [{ files, bytes }] = await Promise.all([bundle(root), types]);
  await writeConfigSchema(root);
  await writeFlags(root);
  await writeOpening(root);
  writeStamp(root, digest, { checked });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`build: dist/ (${files} files, ${Math.round(bytes / 1024)} KiB of code) in ${seconds} s`);
}

/** Builds when the source has moved on since the last build, or that was not checked as it is to be. */
export async function buildIfStale(root, { checked = true } = {}) {
  if (!isBuilt(root, { checked })) await build(root, { checked });
}

/** Checks the types of src, if asked to, and writes them, all or none. */
async function writeTypes(root, checked) {
  rmSync(path.join(root, 'dist/types'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const given = ['-p', 'tsconfig.build.json', ...(checked ? [] : ['--noCheck'])];
  try {
    await promisify(execFile)(process.execPath, [tsc, ...given], { cwd: root, maxBuffer: 2 ** 26 });
  } catch ({ code, signal, stdout = '', stderr = '' }) {
    throw new Error(`nothing was built, tsc ended with ${code ?? signal}\n${stdout}${stderr}`);
  }
  keepReached(path.join(root, 'dist/types'), ['index.d.ts', 'matchers/playwright.d.ts', 'matchers/vitest.d.ts']);
}

/**
 * Removes the types that no entry leads to: nobody can import them, and they would be a third of what is installed. Those that stay lose
 * what sets their lines in, a tenth of them when packed.
 */
function keepReached(types, entries) {
  const reached = new Set();
  const queue = [...entries];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const text = readFileSync(path.join(types, file), 'utf8');
    for (const [, to] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g))
      queue.push(path.posix.join(path.posix.dirname(file), `${to}.d.ts`));
  }
  for (const name of readdirSync(types, { recursive: true })) {
    const file = name.split(path.sep).join('/');
    if (!file.endsWith('.d.ts')) continue;
    if (!reached.has(file)) rmSync(path.join(types, name));
    else writeFileSync(path.join(types, name), readFileSync(path.join(types, name), 'utf8').replace(/^ +/gm, ''));
  }
}
