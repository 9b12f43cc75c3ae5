import type { ExpectedCell } from '../core/vocabulary/run.js';

/** `/x`, `/x/`, `/x/index.html` and `/x.html` are one page to every static server. */
export function pagePath(url: URL): string {
  return url.pathname
    .replace(/\/index\.html?$/, '/')
    .replace(/\.html?$/, '')
    .replace(/\/+$/, '');
}

/**
 * The screens whose configured address a visited one is: same origin (loopback names are one) and path, and the same route where the
 * configured one is a route in the hash (`#/…`). Queries are the app's state and do not matter, except where they alone tell two screens
 * apart. Each screen once.
 */
export function screensAt(visited: string, expected: readonly ExpectedCell[]): string[] {
  if (!URL.canParse(visited)) return [];
  const at = new URL(visited);
  const same = expected.filter(({ url }) => URL.canParse(url) && placeOf(new URL(url)) === placeOf(at, new URL(url)));
  const asked = (want: ExpectedCell) => [...new URL(want.url).searchParams];
  const exact = same.filter((want) => asked(want).every(([key, value]) => at.searchParams.get(key) === value));
  const told = new Set(same.map((want) => new URL(want.url).search)).size > 1;
  return [...new Set((told ? exact : same).map(({ screen }) => screen))];
}

function placeOf(url: URL, like: URL = url): string {
  const host = url.hostname.replace(/^(?:localhost|127\.0\.0\.1|\[::1\])$/, 'loopback');
  const route = /^#!?\//.test(like.hash) ? url.hash.replace(/[?].*$/, '').replace(/\/+$/, '') : '';
  return `${url.protocol}//${host}:${url.port}${pagePath(url)}${route}`;
}
