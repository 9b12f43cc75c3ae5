import { fileRoutes } from './file-routes.js';
import type { RouteSource } from './route.js';

const PAGE = /\.(?:astro|md|mdx|html)$/;

/** Astro: `src/pages/`; names with `_` in front are no pages. https://docs.astro.build/en/guides/routing/ */
export const astroRoutes: RouteSource = {
  id: 'astro',
  frameworks: ['astro'],
  find: (dir) =>
    fileRoutes(dir, {
      folders: ['src/pages'],
      name: PAGE,
      parts(file) {
        const parts = file.replace(PAGE, '').split('/');
        if (parts.some((part) => part.startsWith('_')) || ['404', '500'].includes(parts.at(-1) ?? '')) return undefined;
        return parts.at(-1) === 'index' ? parts.slice(0, -1) : parts;
      },
    }),
};
