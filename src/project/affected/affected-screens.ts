import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { z } from 'zod';
import type { ScreenConfig } from '../../config/schema.js';
import { canonicalJson, sha256 } from '../../core/digest.js';
import { isErrno } from '../../core/errors.js';
import type { Project } from '../project.js';
import { appRoutes } from '../screens.js';
import { storyScreens } from '../stories.js';
import { closure, type ImportGraph, importGraph, MODULE, TEST } from './import-graph.js';

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
    manifest = Manifest.parse(JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')));
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
