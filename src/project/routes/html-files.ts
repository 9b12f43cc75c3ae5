import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../../core/path-walls.js';
import { type RouteSource, sourceFiles, VITE_APPS } from './route.js';

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
