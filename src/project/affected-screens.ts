import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { z } from 'zod';
import type { ScreenConfig } from '../config/schema.js';
import { canonicalJson, sha256 } from '../core/digest.js';
import { isErrno } from '../core/errors.js';
import { readText } from '../core/path-walls.js';
import type { Project } from './project.js';
import { appRoutes } from './screens.js';
import { storyScreens } from './stories.js';

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
    const found = await moduleImports(file, await readText(join(dir, file)));
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

const Packages = z.record(z.string(), z.unknown()).optional();
const Manifest = z.object({
  name: z.string().optional(),
  dependencies: Packages,
  devDependencies: Packages,
  peerDependencies: Packages,
  optionalDependencies: Packages,
});

/** Names that imports of a project may begin with and that are not its own files: its packages and Node's modules. */
async function knownPackages(dir: string): Promise<ReadonlySet<string>> {
  let manifest: z.infer<typeof Manifest> = {};
  try {
    manifest = Manifest.parse(JSON.parse(await readText(join(dir, 'package.json'))));
  } catch (error) {
    // No manifest, or none that can be read: then every bare name is unsure, which is the careful answer.
    if (!isErrno(error) && !(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
  }
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  const listed = [dependencies, devDependencies, peerDependencies, optionalDependencies];
  return new Set([...builtinModules, ...listed.flatMap((one) => Object.keys(one ?? {}))]);
}

/** The screens that a change can have reached. */
type Affected =
  /** Every screen, and why nothing less can be said. */
  | { all: string }
  /** By name of the screen that is provably not affected: the digest of the files that it is made from. */
  | { unaffected: ReadonlyMap<string, string> };

/**
 * The screens that a change of these files cannot have reached: their page is one file (an HTML page, or a page of a file
 * convention), and no changed file is among those it loads. Unsure means all: styles, pictures, settings and lock files, files
 * that no page loads, pages with steps, names that are computed. `files`: the content as it is now, by path.
 */
export async function affectedScreens(
  project: Project,
  screens: readonly ScreenConfig[],
  changed: readonly string[],
  files: ReadonlyMap<string, string>,
): Promise<Affected> {
  const strange = changed.find((path) => !MODULE.test(path) || !files.has(path));
  if (strange !== undefined) return { all: `${strange} may concern every screen` };
  // Stories are made from the sources, wherever their built pages lie.
  const sources = await storySources(project);
  const settings = sources && changed.find((path) => /(?:^|\/)\.(?:storybook|ladle)\//.test(path));
  if (settings) return { all: `${settings} may concern every story` };
  const root = sources ? '' : (project.config.server.static ?? '');
  const base = root === '' ? '' : posix.normalize(root);
  // Only what lies in a folder that is served as it stands can be loaded from it.
  const seen = [...files.keys()].filter((path) => base === '' || base === '.' || path.startsWith(`${base}/`));
  const graph = await importGraph(project.dir, seen, { root: base, packages: await knownPackages(project.dir) });
  const entries = sources ?? (await entriesOf(project, screens, base, files));
  const pages = new Map([...entries].map(([name, file]) => [name, closure(graph, file)]));
  const lost = unreached(graph, new Set(entries.values()), changed);
  if (lost !== undefined) return { all: lost };
  const unaffected = new Map<string, string>();
  for (const [name, loaded] of pages) {
    if (changed.some((path) => loaded.has(path)) || [...loaded].some((path) => graph.unsure.has(path))) continue;
    // Besides its own files a page is made from all that is no module: styles, pictures, settings.
    const inputs = [...files].filter(([path]) => loaded.has(path) || !MODULE.test(path)).sort();
    unaffected.set(name, sha256(canonicalJson(inputs)));
  }
  return unaffected.size === 0 ? { all: 'every screen loads what changed, or may do so' } : { unaffected };
}

/** The file of each story, by its screen, where stories are all that is looked at. */
async function storySources(project: Project): Promise<Map<string, string> | undefined> {
  const { stories, screens = [] } = project.config;
  if (!stories || screens.length > 0) return undefined;
  return new Map((await storyScreens(project, stories)).map(({ screen, importPath }) => [screen.name, importPath]));
}

/** The file that each screen's page is, where one file is the page. */
async function entriesOf(
  project: Project,
  screens: readonly ScreenConfig[],
  root: string,
  files: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  const routes = project.config.server.static === undefined ? (await appRoutes(project.dir)).open : [];
  for (const { name, path, steps } of screens) {
    // Steps may lead anywhere, and another origin is not made from these files.
    if (path === undefined || (steps ?? []).length > 0) continue;
    const plain = path.replace(/[?#].*$/, '');
    const at = posix.join(root, plain);
    const page = [at, `${at}.html`, posix.join(at, 'index.html')].find(
      (file) => /\.html?$/i.test(file) && files.has(file),
    );
    const route = routes.filter((one) => one.path.replace(/(?<=.)\/$/, '') === plain.replace(/(?<=.)\/$/, ''));
    const found = project.config.server.static === undefined ? route[0]?.foundIn : page;
    const shared = routes.filter((one) => one.foundIn === found).length > 1;
    if (found !== undefined && !shared) entries.set(name, found);
  }
  return entries;
}

/** Why a change may reach pages by a way that is not seen: something that is no page, and that no page loads, loads what changed. */
function unreached(graph: ImportGraph, entries: ReadonlySet<string>, changed: readonly string[]): string | undefined {
  const loaded = new Set([...graph.loads.values()].flat());
  const roots = [...graph.loads.keys()].filter((file) => !loaded.has(file) && !entries.has(file) && !TEST.test(file));
  for (const root of roots) {
    const reached = closure(graph, root);
    const hit = changed.find((path) => reached.has(path));
    if (hit !== undefined)
      return hit === root ? `no page is seen to load ${hit}` : `${root}, which no page is seen to load, loads ${hit}`;
  }
  const orphan = changed.find(
    (path) => !TEST.test(path) && ![...entries].some((entry) => closure(graph, entry).has(path)),
  );
  if (orphan !== undefined) return `no page is seen to load ${orphan}`;
  const blind = [...graph.unsure].find(([file]) => !entries.has(file) && roots.includes(file));
  return blind ? `${blind[0]}: ${blind[1]}` : undefined;
}
