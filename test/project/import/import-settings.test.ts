import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse-settings.js';
import { importSettings } from '../../../src/project/import/import-settings.js';
import { readStaticValue, Unreadable } from '../../../src/project/import/static-value.js';
import { initProject } from '../../../src/project/init/init-project.js';
import { verifies } from '../../requirements.js';
import { folderWith } from '../sample-project.js';

/** The head of a PNG, of which the width is all that is read; every byte is an ASCII character. */
const png = (width: number) => `${'.'.repeat(12)}IHDR${String.fromCharCode(0, 0, width >> 8, width & 255)}....`;
const left = (settings: { left: readonly { setting: string }[] }) => settings.left.map(({ setting }) => setting);
const phone = { label: 'phone', width: 320, height: 480 };

describe('reading settings without running them', () => {
  test.each([
    ['JSON', 'a.json', '{"a": [1, -2.5, null, true], "b": {"c": "d"}}', { a: [1, -2.5, null, true], b: { c: 'd' } }],
    ['module.exports', 'a.js', `const U = "x"; module.exports = { u: \`\${U}/y\`, v: U + 1 };`, { u: 'x/y', v: 'x1' }],
    ['a named export', 'a.ts', 'export const config: T = { a: 1 };', { a: 1 }],
    ['a default export', 'a.mts', 'const c = { a: 1 } satisfies T; export default c;', { a: 1 }],
    ['a helper', 'a.ts', 'export default defineConfig({ a: [1] } as const);', { a: [1] }],
    ['spreads', 'a.js', 'const b = { x: 1 }; module.exports = { ...b, l: [...[1], 2] };', { x: 1, l: [1, 2] }],
  ])('%s', async (_, file, text, value) => {
    verifies('import.settings');
    expect(await readStaticValue(text, file)).toEqual(value);
  });

  test('what only running could tell is named, and never run', async () => {
    verifies('import.settings');
    const text = `module.exports = { a: process.exit(3), b: () => 1, c: require("x"), d: other, e: 1 * 2, f() {}, g: \`\${q}\` };`;
    expect(await readStaticValue(text, 'a.js')).toEqual({
      a: new Unreadable('a call of process.exit'),
      b: new Unreadable('a function'),
      c: new Unreadable('a call of require'),
      d: new Unreadable('"other", which comes from elsewhere'),
      e: new Unreadable('a calculation'),
      f: new Unreadable('a function'),
      g: new Unreadable('a text made of values that are not written out'),
    });
    const round = 'const a = b; const b = a; module.exports = { a };';
    expect(await readStaticValue(round, 'a.js')).toEqual({ a: new Unreadable('something nested too deeply') });
    await expect(readStaticValue('let x = 1;', 'a.js')).rejects.toThrow(/exports no settings/);
    await expect(readStaticValue('{ nope', 'a.json')).rejects.toThrow(/cannot be read/);
  });
});

describe('BackstopJS', () => {
  const config = {
    id: 'shop',
    viewports: [phone, { name: 'Wide, 2', width: 1200, height: 800 }],
    onReadyScript: 'puppet/onReady.js',
    scenarioDefaults: { hideSelectors: ['.ad'], delay: 500 },
    scenarios: [
      { label: 'Home page', url: 'http://127.0.0.1:8000/', readySelector: '#app', readyTimeout: 4000 },
      {
        ...{ label: 'Menu', url: 'http://localhost:8000/?m=1#top', hideSelectors: [], selectors: ['viewport'] },
        ...{ hoverSelector: '#a', clickSelectors: ['#b', '#c'], postInteractionWait: '.open', scrollToSelector: '#d' },
        ...{
          keyPressSelectors: [{ selector: '#q', keyPress: 'tea' }],
          viewports: [phone],
          requireSameDimensions: false,
        },
      },
      {
        label: 'menu',
        url: 'https://example.com/a',
        selectors: ['.card'],
        removeSelectors: ['.chat'],
        readyEvent: 'go',
      },
      { label: 'Mail', url: 'mailto:a@example.com' },
    ],
    paths: { bitmaps_reference: 'refs' },
    asyncCaptureLimit: 5,
  };
  const files = {
    'backstop.json': JSON.stringify(config),
    'refs/shop_Home_page_0_document_0_phone.png': png(320),
    'refs/shop_Home_page_0_document_1_Wide_2.png': png(1100),
    'refs/shop_Menu_0_viewport_0_phone.png': png(320),
  };

  test('scenarios, viewports, masks, waits, interactions and references are carried, the rest is listed', async () => {
    verifies('import.settings');
    const settings = await importSettings(folderWith(files), 'backstop.json');
    const at = (action: string, selector: string, value?: string) => ({
      ...{ action, target: { selector } },
      ...(value === undefined ? {} : { value }),
    });
    expect(settings).toMatchObject({ tool: 'BackstopJS', origin: 'http://localhost:8000' });
    expect(settings.viewports).toEqual({ phone: { width: 320, height: 480 }, 'Wide-2': { width: 1200, height: 800 } });
    expect(settings.screens).toEqual([
      {
        ...{ name: 'Home page', path: '/', full_page: true, mask: ['.ad'] },
        wait_for: { selector: '#app', timeout_ms: 4000 },
      },
      {
        ...{ name: 'Menu', path: '/?m=1#top', full_page: false, viewports: ['phone'], allow_size_difference: true },
        steps: [
          ...[at('type', '#q', 'tea'), at('hover', '#a'), at('click', '#b'), at('click', '#c')],
          ...[at('wait', '.open'), at('scroll_into_view', '#d')],
        ],
      },
      { name: 'menu 2', url: 'https://example.com/a', full_page: true, mask: ['.ad', '.chat'] },
    ]);
    expect(settings.pictures).toEqual([
      { from: 'refs/shop_Home_page_0_document_0_phone.png', to: 'designs/phone/home-page.png' },
      { from: 'refs/shop_Menu_0_viewport_0_phone.png', to: 'designs/phone/menu.png' },
    ]);
    expect(left(settings).sort()).toEqual([
      ...['delay', 'onReadyScript', 'readyEvent', 'refs/shop_Home_page_0_document_1_Wide_2.png'],
      ...['removeSelectors', 'scenario', 'selectors'],
    ]);
    expect(settings.left.find(({ setting }) => setting === 'delay')?.where).toEqual(['Home page', 'Menu', 'menu']);
  });

  test('init writes them as settings that hold, copies the pictures once, and never over settings that are there', async () => {
    verifies('import.settings');
    const dir = folderWith(files);
    const done = await initProject(dir, { from: 'backstop.json', clients: [] });
    expect(done.imported).toMatchObject({
      tool: 'BackstopJS',
      screens: 3,
      viewports: ['phone', 'Wide-2'],
      pictures: 2,
    });
    const written = parseConfig(readFileSync(path.join(dir, '.codeloop/config.json'), 'utf8'));
    // A page elsewhere may be opened; the person has named it.
    expect(written.network.allowed_origins).toEqual(['https://example.com']);
    expect(written).toMatchObject({
      server: { url: 'http://localhost:8000' },
      screens: [{ name: 'Home page' }, {}, {}],
    });
    expect(existsSync(path.join(dir, 'designs/phone/home-page.png'))).toBe(true);
    await expect(initProject(dir, { from: 'backstop.json' })).rejects.toThrow(/is there already/);
  });

  test('pages beside the file are served from there, also from a folder of the project', async () => {
    verifies('import.settings');
    const scenarios = [
      { label: 'a', url: 'pages/a.html' },
      { label: 'b', url: './b c.html#x' },
    ];
    const dir = folderWith({ 'tests/backstop.json': JSON.stringify({ viewports: [phone], scenarios }) });
    const settings = await importSettings(dir, 'tests/backstop.json');
    expect([settings.static, settings.screens.map((one) => one.path)]).toEqual([
      'tests',
      ['/pages/a.html', '/b%20c.html#x'],
    ]);
    const made = folderWith({ 'backstop.js': 'module.exports = (options) => ({ scenarios: [] });' });
    await expect(importSettings(made, 'backstop.js')).rejects.toThrow(/is a function/);
    const other = folderWith({ 'a.json': '{"a": 1}' });
    await expect(importSettings(other, 'a.json')).rejects.toThrow(/neither `scenarios`/);
    await expect(importSettings(dir, '../backstop.json')).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
  });
});

describe('lost-pixel', () => {
  test('pages, their breakpoints and masks, pages that the app lists, and baselines', async () => {
    verifies('import.settings');
    const dir = folderWith({
      'lostpixel.config.ts': `import { CustomProjectConfig } from 'lost-pixel';
        export const config: CustomProjectConfig = {
          pageShots: {
            pages: [
              { path: '/app', name: 'app' },
              { path: 'b', name: 'b', mask: [{ selector: 'code' }], breakpoints: [360], waitBeforeScreenshot: 50 },
            ],
            baseUrl: 'http://172.17.0.1:3000',
            pagesJsonUrl: 'http://172.17.0.1:3000/more.json',
            breakpoints: [768, 1024], mask: [{ selector: '.clock' }], waitForSelector: '#ready',
          },
          threshold: 0.04, browser: 'firefox', beforeScreenshot: async (page) => {},
        };`,
      'public/more.json': '[{"path": "/c?x=1", "name": "c"}]',
      '.lostpixel/baseline/app__[w768px].png': png(768),
      '.lostpixel/baseline/b__[w360px].png': png(360),
    });
    const settings = await importSettings(dir, 'lostpixel.config.ts');
    const shared = { full_page: true, wait_for: { selector: '#ready' } };
    expect(settings).toMatchObject({ tool: 'lost-pixel', origin: 'http://localhost:3000', engine: 'firefox' });
    expect(settings.viewports).toEqual({
      ...{ w768: { width: 768, height: 720 }, w1024: { width: 1024, height: 720 }, w360: { width: 360, height: 720 } },
    });
    expect(settings.screens).toEqual([
      { name: 'app', path: '/app', viewports: ['w768', 'w1024'], mask: ['.clock'], ...shared },
      { name: 'b', path: '/b', viewports: ['w360'], mask: ['.clock', 'code'], ...shared },
      { name: 'c', path: '/c?x=1', viewports: ['w768', 'w1024'], mask: ['.clock'], ...shared },
    ]);
    expect(settings.pictures.map(({ to }) => to)).toEqual(['designs/w768/app.png', 'designs/w360/b.png']);
    expect(left(settings).sort()).toEqual(['beforeScreenshot', 'threshold', 'waitBeforeScreenshot']);
  });

  test.each([
    [
      { storybookShots: { storybookUrl: './book', breakpoints: [320] } },
      { 'book/index.json': '{"v":5,"entries":{"a--b":{"type":"story"},"a--docs":{"type":"docs"}}}' },
      [{ name: 'a--b', path: '/iframe.html?id=a--b&viewMode=story' }],
    ],
    [
      { ladleShots: { ladleUrl: 'book' } },
      { 'book/meta.json': '{"stories":{"x--y":{}}}' },
      [{ name: 'x--y', path: '/index.html?story=x--y&mode=preview' }],
    ],
    [
      { histoireShots: { histoireUrl: 'book/' } },
      { 'book/histoire.json': '{"stories":[{"id":"s","variants":[{"id":"v","title":"V"}]},{"id":"full-config"}]}' },
      [{ name: 's_V', path: '/__sandbox.html?storyId=s&variantId=v' }],
    ],
  ])('a finished book of stories: %j', async (config, files, screens) => {
    verifies('import.settings');
    const dir = folderWith({ 'lostpixel.config.js': `exports.config = ${JSON.stringify(config)};`, ...files });
    const settings = await importSettings(dir, 'lostpixel.config.js');
    expect(settings.static).toBe('book');
    expect(settings.screens.map(({ name, path: place }) => ({ name, path: place }))).toEqual(screens);
  });

  test('a book that is not built, or only at an address, is named', async () => {
    verifies('import.settings');
    const text =
      'module.exports = { ladleShots: { ladleUrl: "build" }, storybookShots: { storybookUrl: "http://a.test" } };';
    const settings = await importSettings(folderWith({ 'lostpixel.config.js': text }), 'lostpixel.config.js');
    expect([left(settings), settings.screens]).toEqual([['storybookShots', 'ladleShots', 'screens'], []]);
  });
});
