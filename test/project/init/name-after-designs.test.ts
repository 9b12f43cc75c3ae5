import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { designNames, nameAfterDesigns } from '../../../src/project/init/name-after-designs.js';
import { verifies } from '../../requirements.js';

const at = (name: string, where: string) => ({ name, path: where });
const names = (screens: { name: string }[]) => screens.map(({ name }) => name);

test('a screen is named after the design that fits its address alone', () => {
  verifies('init.names-after-designs');
  const screens = [
    at('index', '/'),
    at('pricing-plans', '/pricing'),
    at('team', '/about/team.html'),
    at('cart', '/cart'),
  ];
  const named = nameAfterDesigns(screens, ['Landing', 'Pricing', 'about-team', 'cart', 'checkout']);
  expect(names(named.screens)).toEqual(['Landing', 'Pricing', 'about-team', 'cart']);
  expect(named.screens.map(({ path: where }) => where)).toEqual(screens.map(({ path: where }) => where));
  expect(named.unmatched).toEqual(['checkout']);
});

test.each([
  ['one page and one design belong together', [at('home', '/')], ['dashboard'], ['dashboard'], []],
  [
    'the start page is not any design where there are other pages',
    [at('home', '/'), at('a', '/a')],
    ['b'],
    ['home', 'a'],
    ['b'],
  ],
  ['two pages that fit are left alone', [at('x', '/de/faq'), at('y', '/en/faq')], ['faq'], ['x', 'y'], ['faq']],
  [
    'a name that is there already stays',
    [at('home', '/'), at('index', '/index.html')],
    ['home'],
    ['home', 'index'],
    [],
  ],
  ['no designs change nothing', [at('home', '/')], [], ['home'], []],
  ['no pages leave every design', [], ['home'], [], ['home']],
])('%s', (_, screens, designs, expected, unmatched) => {
  const named = nameAfterDesigns(screens, designs);
  expect([names(named.screens), named.unmatched]).toEqual([expected, unmatched]);
});

test('designs are read from the folders of the viewports, and nothing else is one', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'designs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  expect(await designNames(dir)).toEqual([]);
  for (const file of ['mobile/home.png', 'desktop/home.webp', 'desktop/Cart.JPG', 'desktop/.gitkeep', 'notes.png']) {
    await mkdir(path.dirname(path.join(dir, 'designs', file)), { recursive: true });
    await writeFile(path.join(dir, 'designs', file), '');
  }
  expect(await designNames(dir)).toEqual(['Cart', 'home']);
});
