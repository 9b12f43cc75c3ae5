import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** A test of any suite. */
const isTest = (file) => /^test\/.*\.(test|spec)\.tsx?$/.test(file) && !file.startsWith('test/fixtures/runners/');

/** What sets every suite up: a change of it reaches every test. */
const GROUND = [
  /^package(-lock)?\.json$/,
  /^(vitest|playwright)\.config\.ts$/,
  /^tsconfig[^/]*\.json$/,
  /^scripts\/(build|setup|test)(\/|\.mjs$)/,
  /^test\/sample\.ts$/,
];

/** Tests that read the repository as a whole, not by import: they always run. The last packs it, with all that it ships. */
const READERS = [
  /^test\/(architecture|docs|requirements)\.test\.ts$/,
  /^test\/architecture\//,
  /^test\/scripts\/gen/,
  /^test\/e2e\/package\.test\.ts$/,
];

/** Every test imports the list of promises; what a new line in it means is tested by a reader. */
const PASSED_OVER = new Set(['test/requirements.ts']);

/** Folders that hold nothing of this repository's. */
const NOT_OURS = new Set(['.git', 'artifacts', 'dist', 'node_modules', 'test-results']);

/** The program that was built, as the tests name it, and what it is built from. */
const BUILT = { 'dist/bin.js': 'src/bin.ts', 'dist/index.js': 'src/index.ts' };

/**
 * The test files that a change of `changed` can have reached, sorted; all paths are relative to `root` and have forward slashes.
 * A file reaches another one by an import of any form, or by being named in one of its string literals, relative to it or to the root
 * (a program to start, a page to serve, a folder of fixtures, the built program).
 */
export function reachedTests(root, changed) {
  const files = new Set(listFiles(root));
  const tests = [...files].filter(isTest);
  if (changed.some((file) => GROUND.some((pattern) => pattern.test(file)))) return tests;
  const hit = new Set(changed.filter((file) => !PASSED_OVER.has(file)));
  const edges = new Map();
  const reaches = (test) => {
    const seen = new Set([test]);
    for (const file of seen) {
      if (hit.has(file)) return true;
      if (PASSED_OVER.has(file)) continue;
      if (!edges.has(file)) edges.set(file, edgesOf(root, file, files, hit));
      for (const next of edges.get(file)) seen.add(next);
    }
    return false;
  };
  return tests.filter((test) => READERS.some((pattern) => pattern.test(test)) || reaches(test));
}

/** The files that a file imports or names, also those of `hit` that are gone. One that holds no code leads nowhere. */
function edgesOf(root, file, files, hit) {
  if (!/\.(ts|tsx|mts|mjs|js)$/.test(file) || !files.has(file)) return [];
  const there = (name) => files.has(name) || hit.has(name);
  const found = (name) => {
    if (BUILT[name]) return [BUILT[name]];
    const sources = [name, name.replace(/\.js$/, '.ts'), name.replace(/\.js$/, '.tsx')].filter(there);
    if (sources.length > 0) return sources;
    // A folder at the top (`src`, `test`) is a place to look from, not something that is read whole.
    const folder = `${name.replace(/\/$/, '')}/`;
    return name.includes('/') ? [...files, ...hit].filter((one) => one.startsWith(folder)) : [];
  };
  return namesIn(file, readFileSync(path.join(root, file), 'utf8')).flatMap((name) => [
    ...found(path.posix.join(path.posix.dirname(file), name)),
    ...(name.startsWith('.') ? [] : found(path.posix.normalize(name))),
  ]);
}

/** Every string of a source file that could be a path. */
function namesIn(file, text) {
  const names = [];
  const add = (value) => {
    if (/^[\w@.][\w@./-]*$/.test(value) && value.includes('/')) names.push(value);
    else if (/^[\w.-]+\.(mjs|js|json|html|png|yaml)$/.test(value)) names.push(value);
  };
  const visitor = new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') add(node.value);
    },
    TemplateElement: (node) => {
      if (typeof node.value.cooked === 'string') add(node.value.cooked);
    },
  });
  visitor.visit(parseSync(file, text).program);
  return names;
}

/** Every file of the repository, sorted. */
function listFiles(root) {
  const inFolder = (folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      if (!entry.isDirectory()) return [name];
      return NOT_OURS.has(entry.name) ? [] : inFolder(name);
    });
  return inFolder('').sort();
}
