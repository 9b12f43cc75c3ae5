import { expect, test } from 'vitest';
import { pageKind, pageLinks } from '../../src/verify/discover-screens.js';

test.each([
  ['a page', ['http://a.test/x/about'], ['/about']],
  ['the start, as index.html and with a hash', ['http://a.test/x/index.html', 'http://a.test/x/#top'], ['/']],
  ['a page of a hash router', ['http://a.test/x/#/cart', 'http://a.test/x/#!/cart'], ['/#/cart', '/#!/cart']],
  ['queries are no pages of their own', ['http://a.test/x/list?p=2', 'http://a.test/x/list?p=3'], ['/list']],
  ['another origin, another folder, another scheme', ['http://b.test/x/y', 'http://a.test/other', 'mailto:a@b.c'], []],
  ['files, but HTML files are pages', ['http://a.test/x/a.pdf', 'http://a.test/x/b.html'], ['/b.html']],
  [
    'what changes something',
    ['http://a.test/x/logout', 'http://a.test/x/item/3/delete', 'http://a.test/x/sign-out'],
    [],
  ],
])('links: %s', (_what, links, paths) => {
  expect(pageLinks(links, 'http://a.test/x/')).toEqual(paths);
});

test.each([
  ['/users/7', [], '/users/:value'],
  ['/users/ann', ['/users/:id'], '/users/:id'],
  ['/posts/2026-01/first', [], '/posts/:value/first'],
  ['/p/3f2c9a8e-11aa', [], '/p/:value'],
  ['/about', ['/users/:id'], '/about'],
])('%s is a page of the kind of %j: %s', (path, routes, kind) => {
  expect(pageKind(path, routes)).toBe(kind);
});
