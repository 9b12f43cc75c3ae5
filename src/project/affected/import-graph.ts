import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { moduleImports } from './module-imports.js';

/** Files whose text says what they load. */
export const MODULE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?)$/i;
/** Modules that only tests load. */
export const TEST = /(?:\.|\/)(?:test|spec|stories)\.[a-z]+$|(?:^|\/)(?:__tests__|__mocks__|tests?|e2e)\//i;
const ENDINGS = [
  '',
  ...['ts', 'tsx', 'js', 'jsx', 'mjs', 'mts', 'cjs', 'vue', 'svelte', 'astro'].map((end) => `.${end}`),
];
const INDEXES = ENDINGS.slice(1).map((end) => `/index${end}`);

/** The files of a project and the files they load. */
export interface ImportGraph {
  /** File → files of the project that it loads. */
  loads: ReadonlyMap<string, readonly string[]>;
  /** Files whose imports are unknown, and why. */
  unsure: ReadonlyMap<string, string>;
}

/**
 * Reads which of these files load which. `root`: folder (relative to the project, `''`: itself) that addresses beginning with `/`
 * are below. A name that is neither a file nor a package of `packages` makes its file unsure.
 */
export async function importGraph(
  dir: string,
  files: readonly string[],
  { root, packages }: { root: string; packages: ReadonlySet<string> },
): Promise<ImportGraph> {
  const known = new Set(files);
  const loads = new Map<string, readonly string[]>();
  const unsure = new Map<string, string>();
  for (const file of files.filter((one) => MODULE.test(one))) {
    const found = await moduleImports(file, await readFile(join(dir, file), 'utf8'));
    if (found.unsure !== undefined) unsure.set(file, found.unsure);
    const targets: string[] = [];
    for (const specifier of found.specifiers) {
      const target = resolveIn(known, file, specifier, root);
      if (target !== undefined) targets.push(target);
      else if (!isElsewhere(specifier, packages)) unsure.set(file, `it loads ${specifier}, which is not found`);
    }
    loads.set(file, targets);
  }
  return { loads, unsure };
}

/** All files that are loaded when one is, itself included. */
export function closure(graph: ImportGraph, start: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(graph.loads.get(next) ?? []));
  }
  return seen;
}

function resolveIn(known: ReadonlySet<string>, file: string, specifier: string, root: string): string | undefined {
  const path = specifier.replace(/[?#].*$/, '');
  const bases = path.startsWith('/')
    ? [posix.join(root, path)]
    : path.startsWith('.') || /\.html?$/i.test(file)
      ? [posix.join(posix.dirname(file), path)]
      : aliased(path);
  for (const base of bases) {
    // TypeScript names the file that will be there: `./x.js` is `./x.ts`.
    const spelt = [base, base.replace(/\.([cm]?)jsx?$/, '')];
    const found = spelt
      .flatMap((one) => [...ENDINGS, ...INDEXES].map((end) => one + end))
      .find((one) => known.has(one));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The aliases that scaffolds set up. */
function aliased(path: string): string[] {
  const [, rest] = /^(?:@|~)\/(.*)$/.exec(path) ?? [];
  if (rest !== undefined) return [rest, `src/${rest}`, `app/${rest}`];
  const [, inLib] = /^\$lib\/?(.*)$/.exec(path) ?? [];
  return inLib === undefined ? [] : [`src/lib/${inLib}`];
}

/** True for packages, Node's own modules, other origins and virtual modules of frameworks. */
function isElsewhere(specifier: string, packages: ReadonlySet<string>): boolean {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(specifier)) return true;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return packages.has(name);
}
