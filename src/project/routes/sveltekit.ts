import { fileRoutes } from './file-routes.js';
import type { RouteSource } from './route.js';

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
