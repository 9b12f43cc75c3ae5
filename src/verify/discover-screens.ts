import type { CaptureDriver } from '../capture/capture.js';
import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import { accessTo, allowedOrigins, pageViewport } from '../live/live-pages.js';
import { projectRedactor } from '../live/redactor.js';
import type { Session } from '../live/session.js';
import type { AppServer } from '../project/app-server.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import type { CodeRoutes } from '../project/routes/code-routes.js';
import { appRoutes, configuredScreens, screenName, staticScreens } from '../project/screens.js';

/**
 * The pages among the addresses that a page links to, as paths below `base` (begin with `/`; `/#/…` of hash routers is kept, other
 * hashes and queries are not pages of their own). Left out: other origins, files to download, and what changes something when it is
 * followed (log out, delete). Pure.
 */
export function pageLinks(addresses: readonly string[], base: string): string[] {
  const root = new URL(base);
  const paths = addresses.flatMap((address) => {
    if (!URL.canParse(address)) return [];
    const { origin, pathname, hash } = new URL(address);
    if (origin !== root.origin || !pathname.startsWith(root.pathname)) return [];
    const path = `/${pathname.slice(root.pathname.length)}`;
    if (FILE.test(path) && !/\.html?$/i.test(path)) return [];
    const route = /^#!?\/./.test(hash) ? `${path}${hash}` : path;
    return CHANGES.test(route) ? [] : [route];
  });
  return [...new Set(paths.map((path) => path.replace(/\/index\.html?$/i, '/')))];
}

const FILE = /\.[a-z0-9]{1,8}$/i;
const CHANGES = /(?:^|[/_-])(?:log-?out|sign-?out|delete|remove|destroy|unsubscribe)(?:$|[/_.?-])/i;

/**
 * Returns the part of an address that pages of one template share: numbers, ids and dates in a path are one placeholder each, and a path that fits a
 * route with parameters (`/users/:id`) is that route.
 */
export function pageKind(path: string, routes: readonly string[]): string {
  const parts = path.split('/');
  const known = routes.find((route) => fitsRoute(parts, route.split('/')));
  return known ?? parts.map((part) => (VALUE.test(part) ? ':value' : part)).join('/');
}

const VALUE = /^(?:\d+|[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}|\d{4}-\d{2}(?:-\d{2})?|.*\d{3,}.*)$/i;

function fitsRoute(parts: readonly string[], route: readonly string[]): boolean {
  if (!route.some((part) => part.startsWith(':'))) return false;
  return parts.length === route.length && route.every((part, at) => part.startsWith(':') || part === parts[at]);
}

/** A page that was reached by following links. */
interface CrawledPage {
  path: string;
  /** The page that links to it; absent for those the crawl began with. */
  linkedFrom?: string;
  /** The part that pages of the same template share: their route, or the path with placeholders. */
  kind: string;
}

interface CrawlRequest {
  project: Project;
  driver: CaptureDriver;
  app: AppServer;
  /** Paths to begin with. */
  start: readonly string[];
  /** Routes with parameters: of pages that fit one of them, the first is taken. */
  routes: readonly string[];
  /** Pages that are opened at most. */
  maxPages: number;
  signal: AbortSignal;
  onPage: (path: string, done: number) => void;
}

export interface Crawl {
  pages: CrawledPage[];
  /** Pages that are linked to and could not be opened, with the reason. */
  broken: { path: string; linkedFrom?: string; reason: string }[];
  /** True when there were more links than `maxPages`. */
  more: boolean;
}

/**
 * Follows the app's own links from page to page, breadth first, each page in its own browser context. Of pages made from one template
 * (`/users/1`, `/users/2`) only the first is opened. Throws CANCELLED, BROWSER_NOT_FOUND, BROWSER_CRASHED.
 */
export async function crawl(request: CrawlRequest): Promise<Crawl> {
  const { app, routes, maxPages } = request;
  const queue: CrawledPage[] = request.start.map((path) => ({ path, kind: pageKind(path, routes) }));
  const kinds = new Set(queue.map(({ kind }) => kind));
  const found: Crawl = { pages: [], broken: [], more: false };
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    request.signal.throwIfAborted();
    if (found.pages.length + found.broken.length >= maxPages) return { ...found, more: true };
    const links = await linksOf(request, next.path);
    if (links instanceof CodeloopError) {
      const { path, linkedFrom } = next;
      found.broken.push({ path, ...(linkedFrom === undefined ? {} : { linkedFrom }), reason: links.message });
      continue;
    }
    found.pages.push(next);
    request.onPage(next.path, found.pages.length);
    for (const path of pageLinks(links, app.url)) {
      const kind = pageKind(path, routes);
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      queue.push({ path, kind, linkedFrom: next.path });
    }
  }
  return found;
}

async function linksOf(
  { project, driver, app, signal }: CrawlRequest,
  path: string,
): Promise<string[] | CodeloopError> {
  const { address, credentials } = accessTo(new URL(path.slice(1), app.url).href, app);
  const capture = driver.create(
    {
      viewport: pageViewport(project, undefined)[1],
      allowedOrigins: allowedOrigins(project, app),
      redact: projectRedactor(project.config),
      ...(credentials ? { credentials } : {}),
    },
    { put: () => Promise.reject(new CodeloopError('INTERNAL', { reason: 'a crawl takes no pictures' })) },
  );
  try {
    await capture.open({ kind: 'url', url: address }, signal);
    return (await capture.links?.(signal)) ?? [];
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (signal.aborted || ['CANCELLED', 'BROWSER_NOT_FOUND', 'BROWSER_CRASHED'].includes(error.code)) throw error;
    return error;
  } finally {
    await capture.close();
  }
}

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
