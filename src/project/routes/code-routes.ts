import { join, posix } from 'node:path';
import { readText } from '../../core/path-walls.js';
import { fileExists } from '../project.js';
import { astroRoutes, htmlFiles, nextRoutes, nuxtRoutes, reactRouterFiles, sveltekitRoutes } from './file-routes.js';
import { isOpenable, joinPath, type Route, type RouteSource, sourceFiles, VITE_APPS } from './route.js';
import { routesInSource } from './routes-in-source.js';

const EXPRESS_SOURCE = /\.(?:js|mjs|cjs|ts|mts)$/;
/** A handler that answers with a page: it renders a view, sends an HTML file, or writes HTML. */
const PAGE = /\.(?:render|sendFile)\s*\(|\.send\s*\(\s*['"`]\s*</;
const GET = /\b(?:app|router|server)\.get\(\s*(['"`])(\/[^'"`]*)\1/g;
const MOUNT = /\.use\(\s*(['"`])(\/[^'"`]*)\1\s*,\s*(?:(\w+)|require\(\s*(['"])(\.[^'"]+)\4\s*\))/g;
const IMPORTED = (name: string) =>
  new RegExp(`(?:\\b${name}\\s*=\\s*require\\(\\s*|import\\s+${name}\\s+from\\s+)(['"])(\\.[^'"]+)\\1`);

/**
 * Express: `app.get('/path', …)` whose handler answers with a page, and routers mounted by `app.use('/prefix', router)`. Paths are
 * those written as text.
 */
const expressRoutes: RouteSource = {
  id: 'express',
  frameworks: ['express'],
  async find(dir) {
    const files = (await sourceFiles(dir, '.', EXPRESS_SOURCE)).filter(
      (file) => !/^(?:public|static)\/|\.(?:test|spec)\./.test(file),
    );
    const texts = new Map<string, string>();
    for (const file of files) texts.set(file, await readText(join(dir, file)));
    const mounts = await findMounts(dir, texts);
    const routes: Route[] = [];
    for (const [file, text] of texts) {
      for (const { path, handler } of gets(text))
        if (PAGE.test(handler))
          routes.push({ path: joinPath(mounts.get(file) ?? '', path.replaceAll(/\*\w*/g, '*')), foundIn: file });
    }
    return routes;
  },
};

/** Each `.get('/path'` with the text up to the next one. */
function gets(text: string): { path: string; handler: string }[] {
  const matches = [...text.matchAll(GET)];
  return matches.map((match, at) => ({
    path: match[2] ?? '/',
    handler: text.slice(match.index + match[0].length, matches[at + 1]?.index),
  }));
}

/** File of a mounted router → the path it is mounted at. */
async function findMounts(dir: string, texts: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const mounts = new Map<string, string>();
  for (const [file, text] of texts) {
    for (const [, , path = '/', name, , direct] of text.matchAll(MOUNT)) {
      const asked = direct ?? (name === undefined ? undefined : IMPORTED(name).exec(text)?.[2]);
      const target = asked === undefined ? undefined : await resolveModule(dir, posix.join(posix.dirname(file), asked));
      if (target !== undefined) mounts.set(target, path);
    }
  }
  return mounts;
}

async function resolveModule(dir: string, path: string): Promise<string | undefined> {
  for (const candidate of [
    path,
    ...['.js', '.mjs', '.cjs', '.ts', '/index.js', '/index.ts'].map((end) => path + end),
  ]) {
    if (!EXPRESS_SOURCE.test(candidate)) continue;
    if (await fileExists(join(dir, candidate))) return posix.normalize(candidate);
  }
  return undefined;
}

const ROUTER_SOURCE = /\.(?:tsx|ts|jsx|js|mjs|mts|vue)$/;
const TEST = /\.(?:test|spec|stories|d)\.[a-z]+$/;
/** A sign that a file may name routes; what has none of them is not parsed. */
const SIGNS =
  /createRouter|createBrowserRouter|createHashRouter|createMemoryRouter|\bRoutes?\b|RouteObject|RouteConfig|@react-router\/dev\/routes|loadChildren|\broutes\b/;

/**
 * Routes that an app names in code: Vue Router, React Router (objects, elements and `routes.ts`) and Angular with its lazy parts.
 * The paths are those written as text; what is computed, or handed from module to module as a value, is not seen.
 */
const routerConfig: RouteSource = {
  id: 'router-config',
  frameworks: [...VITE_APPS, 'angular', 'react-router', 'create-react-app', 'vue-cli', 'node'],
  async find(dir) {
    const texts = new Map<string, string>();
    for (const folder of ['src', 'app']) {
      for (const file of await sourceFiles(dir, folder, ROUTER_SOURCE)) {
        if (TEST.test(file)) continue;
        const text = scriptOf(file, await readText(join(dir, folder, file)));
        if (SIGNS.test(text)) texts.set(`${folder}/${file}`, text);
      }
    }
    return routesOf(texts);
  },
};

/** Routes of all modules; those of a lazy part stand below the path that loads it. */
async function routesOf(texts: ReadonlyMap<string, string>): Promise<Route[]> {
  const bases = new Map<string, string>();
  for (const [file, text] of texts)
    for (const [part, path] of await lazyParts(file, text, '', texts)) bases.set(part, path);
  const found: Route[] = [];
  for (const [file, text] of texts) {
    if (bases.has(file)) continue;
    const seen = new Set<string>();
    const visit = async (module: string, source: string, base: string): Promise<void> => {
      if (seen.has(module)) return;
      seen.add(module);
      found.push(...(await routesInSource(source, base)).paths.map((path) => ({ path, foundIn: module })));
      for (const [part, path] of await lazyParts(module, source, base, texts))
        await visit(part, texts.get(part) ?? '', path);
    };
    await visit(file, text, '');
  }
  return found;
}

async function lazyParts(
  file: string,
  text: string,
  base: string,
  texts: ReadonlyMap<string, string>,
): Promise<[string, string][]> {
  const { lazy } = await routesInSource(text, base);
  return lazy.flatMap(({ path, module }): [string, string][] => {
    const target = posix.join(posix.dirname(file), module);
    const known = [target, ...['.ts', '.js', '.mjs', '.tsx', '/index.ts'].map((end) => target + end)];
    const part = known.find((one) => texts.has(one));
    return part === undefined ? [] : [[part, path]];
  });
}

/** The script of a single-file component, or the file itself. */
function scriptOf(file: string, text: string): string {
  return file.endsWith('.vue') ? (/<script[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '') : text;
}

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
