import { fileRoutes } from './file-routes.js';
import type { RouteSource } from './route.js';

const PAGE = /^page\.(?:tsx|ts|jsx|js|mdx|md)$/;
const ROUTE = /\.(?:tsx|ts|jsx|js|mdx|md)$/;

/** Next: `app/` (App Router: groups, slots, private and intercepting folders) and `pages/`. https://nextjs.org/docs/app/getting-started/project-structure */
export const nextRoutes: RouteSource = {
  id: 'next',
  frameworks: ['next'],
  async find(dir) {
    const app = await fileRoutes(dir, {
      folders: ['app', 'src/app'],
      name: PAGE,
      parts(file) {
        const folders = file.split('/').slice(0, -1);
        if (folders.some((part) => /^_/.test(part) || /^\(\.{1,3}\)/.test(part))) return undefined;
        return folders.filter((part) => !/^\(.*\)$/.test(part) && !part.startsWith('@'));
      },
    });
    const pages = await fileRoutes(dir, {
      folders: ['pages', 'src/pages'],
      name: ROUTE,
      parts(file) {
        const parts = file.replace(ROUTE, '').split('/');
        if (parts[0] === 'api' || /^(?:_|404$|500$)/.test(parts.at(-1) ?? '')) return undefined;
        return parts.at(-1) === 'index' ? parts.slice(0, -1) : parts;
      },
    });
    return [...app, ...pages];
  },
};
