import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Config } from '../../src/config/schema.js';
import { affectedScreens } from '../../src/project/affected-screens.js';
import { verifies } from '../requirements.js';

/** A project in a folder of its own, made of these files. */
function folder(files: Record<string, string>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'codeloop-affected-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  return dir;
}

const made: string[] = [];
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

/** Names of the screens that a change of these files may have reached, or why that is all of them. */
async function reached(
  files: Record<string, string>,
  settings: Record<string, unknown>,
  changed: string[],
): Promise<string[] | string> {
  const dir = folder(files);
  made.push(dir);
  const config = Config.parse(settings);
  const screens = config.screens ?? [];
  const project = { dir, name: 'x', config, configured: true };
  const known = new Map(Object.keys(files).map((file) => [file, file]));
  const affected = await affectedScreens(project, screens, changed, known);
  if ('all' in affected) return affected.all;
  return screens.map(({ name }) => name).filter((name) => !affected.unaffected.has(name));
}

const page = (...scripts: string[]) =>
  `<title>x</title><link rel="stylesheet" href="style.css"><nav><a href="/">a</a><a href="cart.html">b</a></nav>${scripts
    .map((file) => `<script type="module" src="${file}"></script>`)
    .join('')}`;
const SITE = {
  'site/index.html': page('home.js'),
  'site/cart.html': page('js/cart.js'),
  'site/about/index.html': '<h1>About</h1>',
  'site/style.css': 'h1 { color: red }',
  'site/home.js': "import { price } from './js/price.js';",
  'site/js/cart.js': "import './sum.js';\nexport * from './price.js';\nimport('./late.js');",
  'site/js/sum.js': '',
  'site/js/price.js': 'export const price = 1;',
  'site/js/late.js': '',
  'site/js/lonely.js': '',
  'sum.test.js': "import './site/js/sum.js';",
};
const SETTINGS = {
  server: { static: 'site' },
  screens: [
    { name: 'home', path: '/' },
    { name: 'cart', path: '/cart.html?bag=1' },
    { name: 'about', path: '/about/' },
  ],
};

describe('pages of plain HTML', () => {
  test.each<[string, string[], string[] | string]>([
    ['a script of one page', ['site/js/sum.js'], ['cart']],
    ['a script that is loaded late', ['site/js/late.js'], ['cart']],
    ['a script of two pages', ['site/js/price.js'], ['home', 'cart']],
    ['a page', ['site/about/index.html'], ['about']],
    ['a page and a script', ['site/about/index.html', 'site/home.js'], ['home', 'about']],
    ['a test', ['sum.test.js'], []],
    ['a style', ['site/style.css'], 'site/style.css may concern every screen'],
    ['a file that is gone', ['site/js/old.js'], 'site/js/old.js may concern every screen'],
    ['a lock file', ['package-lock.json'], 'package-lock.json may concern every screen'],
    ['a script that no page loads', ['site/js/lonely.js'], 'no page is seen to load site/js/lonely.js'],
  ])('%s', async (_what, changed, expected) => {
    verifies('verify.affected');
    expect(await reached(SITE, SETTINGS, changed)).toEqual(expected);
  });

  test.each<[string, Record<string, string>]>([
    ['a computed import', { 'site/home.js': `const x = 'a'; import(\`./js/\${x}.js\`);` }],
    ['a script that does not parse', { 'site/home.js': 'import {' }],
    ['a script that fetches', { 'site/home.js': "fetch('cart.html')" }],
    ['a name that is not found', { 'site/home.js': "import 'somewhere';" }],
  ])('a page with %s may be reached by any change', async (_what, other) => {
    verifies('verify.affected');
    expect(await reached({ ...SITE, ...other }, SETTINGS, ['site/js/sum.js'])).toEqual(['home', 'cart']);
  });

  test('a screen with steps may be reached by any change', async () => {
    verifies('verify.affected');
    const screens = [
      { name: 'home', path: '/', steps: [{ action: 'click', target: { text: 'b' } }] },
      ...SETTINGS.screens.slice(1),
    ];
    expect(await reached(SITE, { ...SETTINGS, screens }, ['site/about/index.html'])).toEqual(['home', 'about']);
  });
});

describe('pages of a file convention', () => {
  const NEXT = {
    'package.json': '{ "dependencies": { "next": "15", "react": "19" } }',
    'app/layout.tsx': "import { Bar } from '@/parts/bar';\nexport default function Layout() { return <Bar />; }",
    'app/page.tsx': "import { Lamp } from '../parts/lamp';\nexport default () => <Lamp />;",
    'app/cart/page.tsx':
      "import React from 'react';\nimport { Sum } from '@/parts/sum';\nexport default () => <Sum />;",
    'parts/bar.tsx': "import { Logo } from './logo';\nexport const Bar = () => <Logo />;",
    'parts/logo.tsx': 'export const Logo = () => <b />;',
    'parts/lamp.tsx': "import { Logo } from './logo';\nexport const Lamp = () => <Logo />;",
    'parts/sum.tsx': 'export const Sum = () => <b />;',
  };
  const settings = {
    server: { command: ['npm', 'run', 'dev'], url: 'http://127.0.0.1:3000' },
    screens: [
      { name: 'home', path: '/' },
      { name: 'cart', path: '/cart' },
    ],
  };
  test.each<[string, string[], string[] | string]>([
    ['a part of one page', ['parts/sum.tsx'], ['cart']],
    ['a page', ['app/page.tsx'], ['home']],
    ['a layout', ['app/layout.tsx'], 'no page is seen to load app/layout.tsx'],
    [
      'a part of one page and of the layout',
      ['parts/logo.tsx'],
      'app/layout.tsx, which no page is seen to load, loads parts/logo.tsx',
    ],
  ])('%s', async (_what, changed, expected) => {
    verifies('verify.affected');
    expect(await reached(NEXT, settings, changed)).toEqual(expected);
  });
});
