import { join, posix } from 'node:path';
import { readText } from '../../core/path-walls.js';
import { fileExists } from '../project.js';
import { joinPath, type Route, type RouteSource, sourceFiles } from './route.js';

const SOURCE = /\.(?:js|mjs|cjs|ts|mts)$/;
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
export const expressRoutes: RouteSource = {
  id: 'express',
  frameworks: ['express'],
  async find(dir) {
    const files = (await sourceFiles(dir, '.', SOURCE)).filter(
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
    if (!SOURCE.test(candidate)) continue;
    if (await fileExists(join(dir, candidate))) return posix.normalize(candidate);
  }
  return undefined;
}
