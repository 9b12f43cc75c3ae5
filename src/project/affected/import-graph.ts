import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** The imports of one file, as written there. */
interface ModuleImports {
  /** Specifiers of imports and re-exports, and addresses that a page loads. */
  specifiers: string[];
  /** Why its imports are unknown. */
  unsure?: string;
}

const NOTHING: ModuleImports = { specifiers: [] };

/**
 * Returns what a file loads: imports of a module (static, dynamic with a plain text, `require`), those of the scripts in a component or
 * page, and what a page loads by `src`, `srcset` and `<link href>`. Links to other pages load nothing. What does not parse, or loads
 * by a computed name, is unsure.
 */
export async function moduleImports(file: string, text: string): Promise<ModuleImports> {
  if (/\.html?$/i.test(file)) return merge(pageLoads(text), await scripts(text));
  if (/\.(?:vue|svelte|astro)$/i.test(file)) return merge(await scripts(text), await frontMatter(file, text));
  return /\.[cm]?[jt]sx?$/i.test(file) ? imports(text) : NOTHING;
}

function pageLoads(text: string): ModuleImports {
  const attributes = [
    ...text.matchAll(/<(?:script|img|iframe|source|video|audio|embed|track)\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)/gi),
    ...text.matchAll(/<(?:link|object)\b[^>]*?\b(?:href|data)\s*=\s*["']?([^"'\s>]+)/gi),
  ];
  const specifiers = attributes.map(([, address = '']) => address).filter((address) => !/^(?:data:|#)/.test(address));
  return /\bsrcset\s*=|<base\b|http-equiv\s*=\s*["']?refresh/i.test(text)
    ? { specifiers, unsure: 'it loads by srcset, base or refresh' }
    : { specifiers };
}

async function scripts(text: string): Promise<ModuleImports> {
  const inline = [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/gi)].map(([, source = '']) => source);
  return merge(...(await Promise.all(inline.filter((source) => source.trim() !== '').map(imports))));
}

/** The code between the fences at the top of an Astro component. */
async function frontMatter(file: string, text: string): Promise<ModuleImports> {
  const code = /\.astro$/i.test(file) ? /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] : undefined;
  return code === undefined ? NOTHING : imports(code);
}

function merge(...parts: readonly ModuleImports[]): ModuleImports {
  const unsure = parts.find((part) => part.unsure !== undefined)?.unsure;
  return { specifiers: parts.flatMap(({ specifiers }) => specifiers), ...(unsure === undefined ? {} : { unsure }) };
}

async function imports(text: string): Promise<ModuleImports> {
  const { parse } = await import('@babel/parser');
  let program: unknown;
  try {
    program = parse(text, {
      sourceType: 'unambiguous',
      createImportExpressions: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      plugins: ['typescript', ...(/<[A-Za-z>]/.test(text) ? (['jsx'] as const) : []), 'decorators'],
    }).program;
  } catch {
    return { specifiers: [], unsure: 'it does not parse' }; // what it loads stays unknown, which is the answer
  }
  const found: ModuleImports = { specifiers: [] };
  visit(program, found);
  return found;
}

function visit(value: unknown, found: ModuleImports): void {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, found);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const type: unknown = Reflect.get(value, 'type');
  if (type === 'ImportDeclaration' || type === 'ExportNamedDeclaration' || type === 'ExportAllDeclaration')
    take(Reflect.get(value, 'source'), found, true);
  if (type === 'ImportExpression') take(Reflect.get(value, 'source'), found, false);
  if (type === 'CallExpression' || type === 'NewExpression') loads(value, found);
  // Bundlers' own ways to load a whole folder, and addresses made from where a module lies.
  if (type === 'MetaProperty') found.unsure ??= 'it uses import.meta';
  for (const inner of Object.values(value)) if (typeof inner === 'object') visit(inner, found);
}

/** Calls that load code or other pages into this one. */
const LOADERS: ReadonlySet<string> = new Set(['fetch', 'importScripts', 'Worker', 'SharedWorker', 'XMLHttpRequest']);

function loads(call: object, found: ModuleImports): void {
  const callee: unknown = Reflect.get(call, 'callee');
  const name: unknown = callee !== null && typeof callee === 'object' ? Reflect.get(callee, 'name') : undefined;
  const given: unknown = Reflect.get(call, 'arguments');
  const first: unknown = Array.isArray(given) ? given[0] : undefined;
  if (name === 'require') take(first, found, false);
  else if (typeof name === 'string' && LOADERS.has(name)) found.unsure ??= `it calls ${name}`;
}

function take(source: unknown, found: ModuleImports, optional: boolean): void {
  if (optional && (source === null || source === undefined)) return;
  const text: unknown = source !== null && typeof source === 'object' ? Reflect.get(source, 'value') : undefined;
  if (typeof text === 'string') found.specifiers.push(text);
  else found.unsure ??= 'it loads by a computed name';
}

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
