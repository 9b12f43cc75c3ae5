import type { Route, RouteSource } from './route.js';
import { joinPath, sourceFiles } from './route.js';

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
