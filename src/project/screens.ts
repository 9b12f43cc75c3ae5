import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import { CONFIG_FILE, parseConfig } from '../config/parse-settings.js';
import { ScreenConfig } from '../config/schema.js';
import { writeAtomic } from '../core/atomic-write.js';
import { slug } from '../core/ids.js';
import { insideRoots, readText } from '../core/path-walls.js';
import { detectProject } from './detect.js';
import { filesOnDisk, type Project } from './project.js';
import type { CodeRoutes } from './routes/code-routes.js';
import type { Route } from './routes/route.js';
import { storyScreens } from './stories.js';

/**
 * Adds screens at the end of `screens[]` in the project's settings; comments and spacing of the rest stay as they are. Throws
 * CONFIG_INVALID when the settings cannot be read, or would not be valid with them.
 */
export async function addScreens(dir: string, screens: readonly { name: string; path: string }[]): Promise<void> {
  if (screens.length === 0) return;
  const file = await insideRoots(CONFIG_FILE, [dir]);
  let text = await readText(file);
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' };
  const edit = (path: (string | number)[], value: unknown, isArrayInsertion: boolean) => {
    text = applyEdits(text, modify(text, path, value, { formattingOptions, isArrayInsertion }));
  };
  if (parseConfig(text).screens === undefined) edit(['screens'], screens, false);
  else for (const screen of screens) edit(['screens', -1], screen, true);
  parseConfig(text);
  await writeAtomic(file, text);
}

/**
 * Where each screen stands in the project, by its name: its own file, where finished HTML is served, else the line of the settings that
 * names it. A screen that stands in neither (a page that the source names, a story) has no place.
 */
export async function screenPlaces(
  { dir, config }: Project,
  screens: readonly ScreenConfig[],
): Promise<Record<string, { file: string; line: number }>> {
  const files = filesOnDisk(dir);
  const text = (await files.read(CONFIG_FILE)) ?? '';
  const tree = parseTree(text);
  const entries = (tree && findNodeAtLocation(tree, ['screens'])?.children) ?? [];
  const places: Record<string, { file: string; line: number }> = {};
  for (const { name, path } of screens) {
    const page = path === undefined ? undefined : await pageFile(files, config.server.static, path);
    const node = entries.map((entry) => findNodeAtLocation(entry, ['name'])).find((one) => one?.value === name);
    if (page !== undefined) places[name] = { file: page, line: 1 };
    else if (node) places[name] = { file: CONFIG_FILE, line: text.slice(0, node.offset).split('\n').length };
  }
  return places;
}

/** The file that a folder of finished HTML serves at a path. */
async function pageFile(
  files: ReturnType<typeof filesOnDisk>,
  folder: string | undefined,
  path: string,
): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const plain = decodeURI(path.replace(/[?#].*$/s, '')).replace(/^\/+|\/+$/g, '');
  const names = plain === '' ? ['index.html'] : [plain, `${plain}.html`, `${plain}/index.html`];
  for (const name of names.map((one) => posix.normalize(posix.join(folder, one))))
    if (/\.html?$/.test(name) && !name.startsWith('..') && (await files.exists(name))) return name;
  return undefined;
}

/** Folders that hold no pages of the project's own. */
const SKIPPED = new Set(['node_modules', 'artifacts', 'designs', 'coverage', 'test', 'tests', 'vendor']);
const MAX_SCREENS = 50;
const MAX_DEPTH = 3;

/**
 * The screens of a project: those of its configuration, and the stories of its Storybook; without any, each HTML file of `server.static`; else the pages that its
 * source names, the start page when it names none; then each app of `native.apps`. Pages sorted by path, at most 50.
 */
export async function projectScreens(project: Project): Promise<ScreenConfig[]> {
  const { screens, stories } = project.config;
  const shown = stories ? (await storyScreens(project, stories)).map(({ screen }) => screen) : [];
  if (screens !== undefined) return [...screens, ...shown];
  if (stories) return shown;
  const pages = await pageScreens(project);
  return [...pages, ...appScreens(project, pages)];
}

/** True when nothing of the project is a page: no browser is needed to look at it. */
export function hasOnlyApps({ config }: Project): boolean {
  const { command, url, static: folder } = config.server;
  const { screens, stories } = config;
  if (stories !== undefined) return false;
  if (screens !== undefined) return screens.length > 0 && screens.every(({ app }) => app !== undefined);
  return [command, url, folder].every((one) => one === undefined) && Object.keys(config.native.apps).length > 0;
}

/** A screen for each desktop app, named for it; `<name>-app` where a page has that name. */
function appScreens({ config }: Project, pages: readonly ScreenConfig[]): ScreenConfig[] {
  return Object.keys(config.native.apps).map((app) => {
    const taken = pages.some((page) => slug(page.name) === slug(app));
    return ScreenConfig.parse({ name: taken ? `${app}-app` : app, app });
  });
}

async function pageScreens(project: Project): Promise<ScreenConfig[]> {
  const { command, url, static: folder } = project.config.server;
  if (folder !== undefined) return staticScreens(await insideRoots(folder, [project.dir]));
  if (url === undefined && command === undefined) return [];
  return routeScreens((await appRoutes(project.dir)).open);
}

/** The pages that the source of a project's app names, the app being a package of its workspace where it is one. */
export async function appRoutes(dir: string): Promise<CodeRoutes> {
  const { framework, app_folder: folder } = await detectProject(dir);
  // Settings that name their screens, as nearly all do, ask for none of this.
  const { codeRoutes } = await import('./routes/code-routes.js');
  if (folder === undefined) return codeRoutes(dir, framework);
  const { open, withParameters } = await codeRoutes(join(dir, folder), framework);
  const here = (route: Route) => ({ ...route, foundIn: `${folder}/${route.foundIn}` });
  return { open: open.map(here), withParameters: withParameters.map(here) };
}

/** The screens that the project's configuration names; none is no error here. */
export function configuredScreens(project: Project): readonly ScreenConfig[] {
  return project.config.screens ?? [];
}

/** A screen for each page that source names, named for its path; `home` at `/` when there is none. At most 50. */
export function routeScreens(routes: readonly Route[]): ScreenConfig[] {
  const screens = new Map<string, ScreenConfig>();
  for (const { path } of routes.length > 0 ? routes : [{ path: '/' }]) {
    const name = screenName(path);
    if (screens.size < MAX_SCREENS && !screens.has(name)) screens.set(name, ScreenConfig.parse({ name, path }));
  }
  return [...screens.values()];
}

/** Returns the name of the screen at a path: `home`, or the path's words without the file's ending. */
export function screenName(path: string): string {
  const words = path
    .replace(/\/index\.html?$/i, '/')
    .replace(/\.html?$/i, '')
    .split('/')
    .filter((part) => part !== '');
  return words.length === 0 ? 'home' : slug(words.join('-'));
}

/** A screen for each HTML file under a folder; `index.html` is named for its folder, the top one `home`. */
export async function staticScreens(root: string): Promise<ScreenConfig[]> {
  const paths: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (paths.length >= MAX_SCREENS) return;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.has(entry.name) && !entry.name.startsWith('.'))
        await visit(path, depth + 1);
      else if (entry.isFile() && /\.html?$/i.test(entry.name)) paths.push(path);
    }
  };
  await visit('', 0);
  const screens = new Map<string, ScreenConfig>();
  for (const path of paths) {
    const address = `/${path}`.replace(/\/index\.html?$/i, '/');
    const name = screenName(address);
    if (!screens.has(name)) screens.set(name, ScreenConfig.parse({ name, path: address }));
  }
  return [...screens.values()];
}
