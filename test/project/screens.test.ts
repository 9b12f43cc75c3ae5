import { expect, test } from 'vitest';
import { ScreenConfig } from '../../src/config/schema.js';
import { hasOnlyApps, projectScreens, screenPlaces, staticScreens } from '../../src/project/screens.js';
import { folderWith, projectWith } from './sample-project.js';

const named = (screens: readonly { name: string; path?: string | undefined }[]) =>
  screens.map(({ name, path }) => [name, path]);

test('a folder of HTML has a screen per page, index pages named for their folder', async () => {
  const pages = [
    'index.html',
    'About Us.html',
    'shop/index.html',
    'shop/cart.htm',
    'a/b/c/deep.html',
    'a/b/c/d/far.html',
  ];
  const skipped = ['node_modules/x/index.html', '.cache/index.html', 'designs/index.html', 'style.css'];
  const root = folderWith(Object.fromEntries([...pages, ...skipped].map((page) => [page, ''])));
  expect(named(await staticScreens(root))).toEqual([
    ['about-us', '/About Us.html'],
    ['a-b-c-deep', '/a/b/c/deep.html'],
    ['home', '/'],
    ['shop-cart', '/shop/cart.htm'],
    ['shop', '/shop/'],
  ]);
});

test('at most 50 pages are taken', async () => {
  const root = folderWith(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`p${at}.html`, ''])));
  expect(await staticScreens(root)).toHaveLength(50);
});

test.each([
  ['its own screens come first', { screens: [{ name: 'x', path: '/x' }], server: { static: '.' } }, [['x', '/x']]],
  ['then the pages of server.static', { server: { static: '.' } }, [['home', '/']]],
  ['then the start page of its server', { server: { url: 'http://127.0.0.1:3000' } }, [['home', '/']]],
  ['without a server there are none', {}, []],
])('of a project %s', async (_what, config, screens) => {
  expect(named(await projectScreens(projectWith(config, { 'index.html': '' })))).toEqual(screens);
});

const APPS = { native: { apps: { calc: { command: ['xcalc'] } } } };
test.each([
  ['apps and nothing else', APPS, true],
  ['apps and a server', { ...APPS, server: { static: '.' } }, false],
  ['screens that are apps', { ...APPS, screens: [{ name: 'calc', app: 'calc' }], server: { static: '.' } }, true],
  [
    'a page among its screens',
    {
      ...APPS,
      screens: [
        { name: 'calc', app: 'calc' },
        { name: 'x', path: '/x' },
      ],
    },
    false,
  ],
  ['an empty list of screens', { ...APPS, screens: [] }, false],
])('a project with %s', (_what, config, expected) => {
  expect(hasOnlyApps(projectWith(config, {}))).toBe(expected);
});

test('a screen stands in its own file, else in the line of the settings that names it', async () => {
  const text = `{
  // finished pages
  "server": { "static": "site" },
  "screens": [
    { "path": "/", "name": "home" },
    { "name": "cart", "path": "/shop/cart?full=1" },
    { "name": "docs", "path": "/docs/" },
    {
      "name": "gone",
      "path": "/../package.json"
    }
  ]
}`;
  const screens = ['/', '/shop/cart?full=1', '/docs/', '/../package.json'].map((path, at) =>
    ScreenConfig.parse({ name: ['home', 'cart', 'docs', 'gone'][at], path }),
  );
  const pages = { 'site/index.html': '', 'site/shop/cart.html': '', 'site/docs/index.html': '', 'package.json': '' };
  const project = projectWith({ server: { static: 'site' } }, { ...pages, '.codeloop/config.json': text });
  const named = ScreenConfig.parse({ name: 'nowhere', path: '/x' });
  expect(await screenPlaces(project, [...screens, named])).toEqual({
    home: { file: 'site/index.html', line: 1 },
    cart: { file: 'site/shop/cart.html', line: 1 },
    docs: { file: 'site/docs/index.html', line: 1 },
    gone: { file: '.codeloop/config.json', line: 9 },
  });
});
