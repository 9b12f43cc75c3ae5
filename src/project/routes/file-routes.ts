import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../../core/path-walls.js';
import { joinPath, type Route, type RouteSource, sourceFiles, VITE_APPS } from './route.js';

/** A convention by which files are pages. */
interface FileConvention {
  /** Folders below the project that may hold the pages. */
  folders: readonly string[];
  /** Names of files that are pages. */
  name: RegExp;
  /** The path of a page's file (relative to its folder, with `/`), as parts still to be translated; undefined for what is no page. */
  parts(file: string): readonly string[] | undefined;
}

/** The pages of a file convention, with `[name]` and its relatives as parameters. */
export async function fileRoutes(dir: string, { folders, name, parts }: FileConvention): Promise<Route[]> {
  const routes: Route[] = [];
  for (const folder of folders) {
    for (const file of await sourceFiles(dir, folder, name)) {
      const found = parts(file);
      if (found) routes.push({ path: joinPath(...found.flatMap(bracketPart)), foundIn: `${folder}/${file}` });
    }
  }
  return routes;
}

/**
 * One part of a path in the bracket spelling that Next, Nuxt, SvelteKit and Astro share: `[id]`, `[id=matcher]`, `[[optional]]`
 * (left out), `[...rest]`, `[[...rest]]` (left out), and `page-[n]`.
 */
function bracketPart(part: string): string[] {
  if (/^\[\[.*\]\]$/.test(part)) return [];
  if (/\[\.\.\..+\]/.test(part)) return ['*'];
  return [part.replaceAll(/\[([^\]=]+)(?:=[^\]]+)?\]/g, ':$1')];
}

const ASTRO_PAGE = /\.(?:astro|md|mdx|html)$/;

/** Astro: `src/pages/`; names with `_` in front are no pages. https://docs.astro.build/en/guides/routing/ */
export const astroRoutes: RouteSource = {
  id: 'astro',
  frameworks: ['astro'],
  find: (dir) =>
    fileRoutes(dir, {
      folders: ['src/pages'],
      name: ASTRO_PAGE,
      parts(file) {
        const parts = file.replace(ASTRO_PAGE, '').split('/');
        if (parts.some((part) => part.startsWith('_')) || ['404', '500'].includes(parts.at(-1) ?? '')) return undefined;
        return parts.at(-1) === 'index' ? parts.slice(0, -1) : parts;
      },
    }),
};

const NEXT_PAGE = /^page\.(?:tsx|ts|jsx|js|mdx|md)$/;
const NEXT_ROUTE = /\.(?:tsx|ts|jsx|js|mdx|md)$/;

/** Next: `app/` (App Router: groups, slots, private and intercepting folders) and `pages/`. https://nextjs.org/docs/app/getting-started/project-structure */
export const nextRoutes: RouteSource = {
  id: 'next',
  frameworks: ['next'],
  async find(dir) {
    const app = await fileRoutes(dir, {
      folders: ['app', 'src/app'],
      name: NEXT_PAGE,
      parts(file) {
        const folders = file.split('/').slice(0, -1);
        if (folders.some((part) => /^_/.test(part) || /^\(\.{1,3}\)/.test(part))) return undefined;
        return folders.filter((part) => !/^\(.*\)$/.test(part) && !part.startsWith('@'));
      },
    });
    const pages = await fileRoutes(dir, {
      folders: ['pages', 'src/pages'],
      name: NEXT_ROUTE,
      parts(file) {
        const parts = file.replace(NEXT_ROUTE, '').split('/');
        if (parts[0] === 'api' || /^(?:_|404$|500$)/.test(parts.at(-1) ?? '')) return undefined;
        return parts.at(-1) === 'index' ? parts.slice(0, -1) : parts;
      },
    });
    return [...app, ...pages];
  },
};

/** Nuxt: `pages/` and, from version 4, `app/pages/`. Without pages the app is one page. https://nuxt.com/docs/guide/directory-structure/pages */
export const nuxtRoutes: RouteSource = {
  id: 'nuxt',
  frameworks: ['nuxt'],
  find: (dir) =>
    fileRoutes(dir, {
      folders: ['app/pages', 'pages', 'src/pages'],
      name: /\.(?:vue|tsx|jsx)$/,
      parts(file) {
        const parts = file
          .replace(/\.[a-z]+$/, '')
          .split('/')
          .filter((part) => !/^\(.*\)$/.test(part));
        return parts.at(-1) === 'index' ? parts.slice(0, -1) : parts;
      },
    }),
};

/** SvelteKit: `+page.svelte` below `src/routes`, with groups and layout resets. https://svelte.dev/docs/kit/advanced-routing */
export const sveltekitRoutes: RouteSource = {
  id: 'sveltekit',
  frameworks: ['sveltekit'],
  find: (dir) =>
    fileRoutes(dir, {
      folders: ['src/routes'],
      name: /^\+page(?:@.*)?\.(?:svelte|svx|md)$/,
      parts: (file) =>
        file
          .split('/')
          .slice(0, -1)
          .filter((part) => !/^\(.*\)$/.test(part)),
    }),
};

const MODULE = /\.(?:tsx|ts|jsx|js|mdx|md)$/;

/**
 * React Router's and Remix's flat files: `app/routes/`, where `.` parts a path, `_index` is the start, `_name` a layout without path,
 * `name_` leaves its layout, `$name` a parameter, `$` the rest, `(name)` optional, `[…]` literal.
 * https://reactrouter.com/how-to/file-route-conventions
 */
export const reactRouterFiles: RouteSource = {
  id: 'react-router-files',
  frameworks: ['react-router'],
  async find(dir) {
    const files = await sourceFiles(dir, 'app/routes', MODULE);
    const names = files.flatMap((file) => {
      const parts = file.replace(MODULE, '').split('/');
      // A folder is one route when it holds route.tsx (or index.tsx, as before version 2); its other files are its own affair.
      if (parts.length === 1) return [{ name: parts[0] ?? '', file }];
      return parts.length === 2 && /^(?:route|index)$/.test(parts[1] ?? '') ? [{ name: parts[0] ?? '', file }] : [];
    });
    return names.flatMap(({ name, file }): Route[] => {
      const parts = splitName(name);
      const last = parts.at(-1) ?? '';
      if (last !== '_index' && /^_/.test(last)) return [];
      return [{ path: joinPath(...parts.flatMap(pathPart)), foundIn: `app/routes/${file}` }];
    });
  },
};

/** Parts at the dots that are not within `[…]`. */
function splitName(name: string): string[] {
  return name.match(/(?:\[[^\]]*\]|[^.[\]])+/g) ?? [];
}

function pathPart(part: string): string[] {
  if (part.startsWith('_') || /^\(.*\)$/.test(part)) return [];
  if (part === '$') return ['*'];
  const plain = part.replace(/_$/, '').replaceAll(/\[([^\]]*)\]/g, '$1');
  return [plain.startsWith('$') ? `:${plain.slice(1)}` : plain];
}

/** Folders whose HTML is no page of the app: tests, parts of pages, reports, mails. */
const NO_PAGES =
  /(?:^|\/)(?:tests?|__tests__|e2e|cypress|fixtures|__fixtures__|mocks?|templates?|partials|includes|emails?|storybook-static|playwright-report|test-results)\//i;
/** What makes a file a document and not a part of one. */
const DOCUMENT = /<!doctype html|<html[\s>]|<script\b[^>]*\btype\s*=\s*["']?module/i;
const MAX_DEPTH = 4;
const MAX_PAGES = 50;

/**
 * Pages that a Vite app has as HTML files: its dev server serves each by its path below the root, at any depth, so a library's
 * `examples/*.html` and a second entry (https://vite.dev/guide/build#multi-page-app) are pages like `index.html`; files of `public`
 * are served at the top.
 */
export const htmlFiles: RouteSource = {
  id: 'html-files',
  frameworks: VITE_APPS,
  async find(dir) {
    const root = await viteRoot(dir);
    const files = (await sourceFiles(dir, root, /\.html$/i)).filter(
      (file) => !NO_PAGES.test(file) && file.split('/').length <= MAX_DEPTH,
    );
    const pages: string[] = [];
    for (const file of files) {
      if (pages.length >= MAX_PAGES) break;
      if (!file.includes('/') || DOCUMENT.test(await readText(join(dir, root, file)))) pages.push(file);
    }
    return pages.map((file) => ({
      path: `/${file.replace(/^public\//, '')}`.replace(/\/index\.html$/i, '/'),
      foundIn: root === '.' ? file : `${root}/${file}`,
    }));
  },
};

/** `root` of the Vite settings, relative to the project; the project itself when none is written as plain text. */
async function viteRoot(dir: string): Promise<string> {
  const names = await readdir(dir).catch(() => []); // a folder that went away has no pages
  const settings = names.find((name) => /^vite\.config\.[cm]?[jt]s$/.test(name));
  const text = settings === undefined ? '' : await readText(join(dir, settings));
  const root = /(?:^|[\s{,])root\s*:\s*["'`]\.?\/?([\w./-]*)["'`]/.exec(text)?.[1]?.replace(/\/$/, '');
  return root === undefined || root === '' || root.includes('..') ? '.' : root;
}
