import { join, posix } from 'node:path';
import { readText } from '../../core/path-walls.js';
import { type Route, type RouteSource, sourceFiles, VITE_APPS } from './route.js';
import { routesInSource } from './routes-in-source.js';

const SOURCE = /\.(?:tsx|ts|jsx|js|mjs|mts|vue)$/;
const TEST = /\.(?:test|spec|stories|d)\.[a-z]+$/;
/** A sign that a file may name routes; what has none of them is not parsed. */
const SIGNS =
  /createRouter|createBrowserRouter|createHashRouter|createMemoryRouter|\bRoutes?\b|RouteObject|RouteConfig|@react-router\/dev\/routes|loadChildren|\broutes\b/;

/**
 * Routes that an app names in code: Vue Router, React Router (objects, elements and `routes.ts`) and Angular with its lazy parts.
 * The paths are those written as text; what is computed, or handed from module to module as a value, is not seen.
 */
export const routerConfig: RouteSource = {
  id: 'router-config',
  frameworks: [...VITE_APPS, 'angular', 'react-router', 'create-react-app', 'vue-cli', 'node'],
  async find(dir) {
    const texts = new Map<string, string>();
    for (const folder of ['src', 'app']) {
      for (const file of await sourceFiles(dir, folder, SOURCE)) {
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
