import { fileRoutes } from './file-routes.js';
import type { RouteSource } from './route.js';

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
