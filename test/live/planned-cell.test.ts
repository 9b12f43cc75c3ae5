import { expect, test } from 'vitest';
import { Config, ScreenConfig } from '../../src/config/schema.js';
import { type PlanFilter, planCells } from '../../src/live/planned-cell.js';
import type { Project } from '../../src/project/project.js';

const project: Project = {
  dir: '/p',
  name: 'p',
  configured: true,
  config: Config.parse({ viewports: { phone: { width: 320, height: 480 }, Wide: { width: 1600, height: 900 } } }),
};
const screens = [
  { name: 'Home Page', path: '/' },
  { name: 'cart', path: 'shop/cart?x=1', viewports: ['phone'] },
  { name: 'docs', url: 'https://docs.example/a' },
].map((screen) => ScreenConfig.parse(screen));

const plan = (filter: PlanFilter = {}, base: string | undefined = 'http://127.0.0.1:80/app/') =>
  planCells(project, screens, base, filter).map(({ name, url }) => [name, url]);

test('every screen is planned at each of its viewports, below the address of the app', () => {
  expect(plan()).toEqual([
    ['home-page.phone', 'http://127.0.0.1/app/'],
    ['home-page.wide', 'http://127.0.0.1/app/'],
    ['cart.phone', 'http://127.0.0.1/app/shop/cart?x=1'],
    ['docs.phone', 'https://docs.example/a'],
    ['docs.wide', 'https://docs.example/a'],
  ]);
});

test.each([
  [{ screens: ['home page'] }, ['home-page.phone', 'home-page.wide']],
  [{ screens: ['CART', 'docs'], viewports: ['wide'] }, ['docs.wide']],
  [{ viewports: ['Phone'] }, ['home-page.phone', 'cart.phone', 'docs.phone']],
])('%j leaves %j', (filter, names) => {
  expect(plan(filter).map(([name]) => name)).toEqual(names);
});

test.each([
  [{ screens: ['crt'] }, 'SCREEN_NOT_FOUND', 'cart'],
  [{ viewports: ['fone'] }, 'VIEWPORT_NOT_FOUND', 'phone'],
])('%j is %s with the nearest name', (filter, code, nearest) => {
  expect(() => plan(filter)).toThrow(expect.objectContaining({ code, values: expect.objectContaining({ nearest }) }));
});

test('a path without an app to belong to is CONFIG_INVALID', () => {
  expect(() => planCells(project, screens, undefined)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
