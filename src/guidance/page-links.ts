/**
 * The pages among the addresses that a page links to, as paths below `base` (begin with `/`; `/#/…` of hash routers is kept, other
 * hashes and queries are not pages of their own). Left out: other origins, files to download, and what changes something when it is
 * followed (log out, delete). Pure.
 */
export function pageLinks(addresses: readonly string[], base: string): string[] {
  const root = new URL(base);
  const paths = addresses.flatMap((address) => {
    if (!URL.canParse(address)) return [];
    const { origin, pathname, hash } = new URL(address);
    if (origin !== root.origin || !pathname.startsWith(root.pathname)) return [];
    const path = `/${pathname.slice(root.pathname.length)}`;
    if (FILE.test(path) && !/\.html?$/i.test(path)) return [];
    const route = /^#!?\/./.test(hash) ? `${path}${hash}` : path;
    return CHANGES.test(route) ? [] : [route];
  });
  return [...new Set(paths.map((path) => path.replace(/\/index\.html?$/i, '/')))];
}

const FILE = /\.[a-z0-9]{1,8}$/i;
const CHANGES = /(?:^|[/_-])(?:log-?out|sign-?out|delete|remove|destroy|unsubscribe)(?:$|[/_.?-])/i;

/**
 * What pages made from one template have in common: numbers, ids and dates in a path are one placeholder each, and a path that fits a
 * route with parameters (`/users/:id`) is that route.
 */
export function pageKind(path: string, routes: readonly string[]): string {
  const parts = path.split('/');
  const known = routes.find((route) => fitsRoute(parts, route.split('/')));
  return known ?? parts.map((part) => (VALUE.test(part) ? ':value' : part)).join('/');
}

const VALUE = /^(?:\d+|[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}|\d{4}-\d{2}(?:-\d{2})?|.*\d{3,}.*)$/i;

function fitsRoute(parts: readonly string[], route: readonly string[]): boolean {
  if (!route.some((part) => part.startsWith(':'))) return false;
  return parts.length === route.length && route.every((part, at) => part.startsWith(':') || part === parts[at]);
}
