import { readdir } from 'node:fs/promises';
import { type RouteSource, VITE_APPS } from './route.js';

/** Pages that a Vite app has as HTML files at its top: each is an entry of its own (https://vite.dev/guide/build#multi-page-app). */
export const htmlFiles: RouteSource = {
  id: 'html-files',
  frameworks: VITE_APPS,
  async find(dir) {
    const files = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile());
    return files
      .map(({ name }) => name)
      .filter((name) => /\.html$/i.test(name))
      .map((name) => ({ path: name === 'index.html' ? '/' : `/${name}`, foundIn: name }));
  },
};
