import type { CaptureDriver } from '../capture/capture.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { pageKind, pageLinks } from '../guidance/page-links.js';
import type { AppServer } from '../project/app-server.js';
import type { Project } from '../project/project.js';
import { allowedOrigins } from './allowed-origins.js';
import { pageViewport } from './page-address.js';
import { projectRedactor } from './redactor.js';

/** A page that was reached by following links. */
export interface CrawledPage {
  path: string;
  /** The page that links to it; absent for those the crawl began with. */
  linkedFrom?: string;
  /** What pages of the same template have in common: their route, or the path with placeholders. */
  kind: string;
}

export interface CrawlRequest {
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
  const capture = driver.create(
    {
      viewport: pageViewport(project, undefined)[1],
      allowedOrigins: allowedOrigins(project, app),
      redact: projectRedactor(project.config),
    },
    { put: () => Promise.reject(new CodeloopError('INTERNAL', { reason: 'a crawl takes no pictures' })) },
  );
  try {
    await capture.open({ kind: 'url', url: new URL(path.slice(1), app.url).href }, signal);
    return (await capture.links?.(signal)) ?? [];
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (signal.aborted || ['CANCELLED', 'BROWSER_NOT_FOUND', 'BROWSER_CRASHED'].includes(error.code)) throw error;
    return error;
  } finally {
    await capture.close();
  }
}
