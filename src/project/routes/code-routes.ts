import { expressRoutes } from './express.js';
import { astroRoutes, htmlFiles, nextRoutes, nuxtRoutes, reactRouterFiles, sveltekitRoutes } from './file-routes.js';
import { isOpenable, type Route, type RouteSource } from './route.js';
import { routerConfig } from './router-config.js';

const SOURCES: readonly RouteSource[] = [
  astroRoutes,
  expressRoutes,
  htmlFiles,
  nextRoutes,
  nuxtRoutes,
  reactRouterFiles,
  routerConfig,
  sveltekitRoutes,
];

/** The pages that an app's source names. */
export interface CodeRoutes {
  /** Those that can be opened as they stand: the start page first, then by path. */
  open: Route[];
  /** Those with a parameter (`/users/:id`) or a rest: somebody must say with which value. */
  withParameters: Route[];
}

/** Looks through the source of an app of that framework (as `detectProject` names it). Each path once. Reads only. */
export async function codeRoutes(dir: string, framework: string): Promise<CodeRoutes> {
  const sources = SOURCES.filter(({ frameworks }) => frameworks.includes(framework));
  const found = (await Promise.all(sources.map((source) => source.find(dir)))).flat();
  const unique = [...new Map(found.map((route) => [route.path, route])).values()].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  return { open: unique.filter(isOpenable), withParameters: unique.filter((route) => !isOpenable(route)) };
}
