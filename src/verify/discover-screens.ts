import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import type { Session } from '../live/session.js';
import { watchCode } from '../project/code-state/code-watch.js';
import type { Project } from '../project/project.js';
import type { CodeRoutes } from '../project/routes/code-routes.js';
import { appRoutes, configuredScreens, screenName, staticScreens } from '../project/screens.js';
import { type Crawl, crawl } from './crawl.js';

interface DiscoverRequest {
  project: Project;
  session: Session;
  source: 'code' | 'crawl' | 'both';
  /** Pages that a crawl opens at most. */
  maxPages: number;
  signal: AbortSignal;
  onPage: (path: string, done: number) => void;
}

/** A page of the app. */
interface DiscoveredScreen {
  name: string;
  path: string;
  /** Files that name it, and `link on <path>` for what a crawl reached. */
  found_in: string[];
  /** True when a configured screen shows it. */
  covered: boolean;
}

interface Discovery {
  screens: DiscoveredScreen[];
  /** Routes with parameters that no page was found for: somebody must say with which value. */
  needs_value: { path: string; found_in: string }[];
  /** Pages that are linked to and could not be opened. */
  broken: { path: string; linked_from?: string; reason: string }[];
  /** True when a crawl stopped at `maxPages`. */
  more: boolean;
}

/**
 * The pages of an app: those its source names, those its links lead to, or both. Throws CONFIG_INVALID when there is nothing to
 * crawl, APP_NOT_READY, BROWSER_NOT_FOUND, CANCELLED.
 */
export async function discoverScreens(request: DiscoverRequest): Promise<Discovery> {
  const { project, source } = request;
  const named = source === 'crawl' ? { open: [], withParameters: [] } : await namedPages(project);
  const found = new Map<string, string[]>();
  const add = (path: string, where: string) => found.set(path, [...(found.get(path) ?? []), where]);
  for (const { path, foundIn } of named.open) add(path, foundIn);
  const reached = source === 'code' ? { pages: [], broken: [], more: false } : await crawlApp(request, named);
  for (const { path, linkedFrom } of reached.pages) {
    if (linkedFrom !== undefined) add(path, `link on ${linkedFrom}`);
    else if (!found.has(path)) add(path, 'start page');
  }
  const covered = new Set(
    configuredScreens(project).flatMap(({ path }) => (path === undefined ? [] : [comparable(path)])),
  );
  const screens = [...found].map(([path, where]) => ({
    name: screenName(path),
    path,
    found_in: where,
    covered: covered.has(comparable(path)),
  }));
  const shown = new Set(reached.pages.map(({ kind }) => kind));
  return {
    screens: screens.sort((a, b) => (a.path < b.path ? -1 : 1)),
    needs_value: named.withParameters
      .filter(({ path }) => !shown.has(path))
      .map(({ path, foundIn }) => ({ path, found_in: foundIn })),
    broken: reached.broken.map(({ path, linkedFrom, reason }) => ({
      path,
      ...(linkedFrom === undefined ? {} : { linked_from: linkedFrom }),
      reason,
    })),
    more: reached.more,
  };
}

async function namedPages(project: Project): Promise<CodeRoutes> {
  const folder = project.config.server.static;
  if (folder === undefined) return appRoutes(project.dir);
  const pages = await staticScreens(await insideRoots(folder, [project.dir]));
  return { open: pages.map(({ path = '/' }) => ({ path, foundIn: folder })), withParameters: [] };
}

async function crawlApp(
  { project, session, maxPages, signal, onPage }: DiscoverRequest,
  named: CodeRoutes,
): Promise<Crawl> {
  const { state } = await watchCode(project);
  const app = await session.apps.get(project, state.tree, signal);
  if (!app)
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: 'there is no app to crawl',
      hint: 'Say how it is started (server.command and server.url, or server.static), or ask with source: code.',
    });
  return crawl({
    project,
    driver: await session.browser(project.config),
    app,
    start: ['/', ...named.open.map(({ path }) => path).filter((path) => path !== '/')],
    routes: named.withParameters.map(({ path }) => path),
    maxPages,
    signal,
    onPage,
  });
}

/** Two spellings of one page compare as equal. */
function comparable(path: string): string {
  return path.replace(/\/index\.html?$/i, '/').replace(/(?!^)\/$/, '');
}

/** Returns the screens that `save` adds to the configuration: each page that no screen shows yet, under a name that is free. */
export function newScreens(
  discovery: Discovery,
  configured: readonly ScreenConfig[],
): { name: string; path: string }[] {
  const taken = new Set(configured.map(({ name }) => name.toLowerCase()));
  return discovery.screens
    .filter(({ covered }) => !covered)
    .map(({ name, path }) => {
      let free = name;
      for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}-${n}`;
      taken.add(free.toLowerCase());
      return { name: free, path };
    });
}
