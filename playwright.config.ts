import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/setup/find-browser.mjs';
import { fillTransformCache } from './scripts/test/fill-transform-cache.mjs';
import './scripts/test/known-frames.mjs';
import { FULL } from './test/sample.js';

const browser = await findBrowser(import.meta.dirname);
if (browser === undefined) throw new Error('No browser: run `npm run setup`, or set CODELOOP_BROWSER to one.');

// Workers read this file, too: what they load is there by then.
if (process.env.TEST_WORKER_INDEX === undefined) await fillTransformCache(import.meta.dirname);

export default defineConfig({
  testDir: 'test/browser',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/browser',
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  // These end what hangs, however crowded the machine is; no spec is about time.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: browser.path,
      // The report needs no pop-ups of an address bar, which cost more than its pages. This takes the place of Playwright's own list.
      args: ['--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess,PaintHolding'],
    },
    locale: 'en-US',
    timezoneId: 'UTC',
  },
  // The viewports that codeloop itself looks at by default. What does not depend on the viewport is marked @once, what belongs to one of
  // them by its name. What is @sampled works the same way at each: it runs at one of them, and at all in the full run.
  projects: [
    {
      name: 'mobile',
      grepInvert: FULL ? /@(?:once|tablet|desktop)\b/ : /@(?:once|sampled|tablet|desktop)\b/,
      use: { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true },
    },
    {
      name: 'tablet',
      grepInvert: /@(?:once|mobile|desktop)\b/,
      // The report has one layout for narrow and one for wide windows: as a sample each is looked at once.
      testIgnore: FULL ? [] : ['**/report*.spec.ts'],
      use: { viewport: { width: 768, height: 1024 } },
    },
    { name: 'desktop', grepInvert: /@(?:mobile|tablet)\b/, use: { viewport: { width: 1440, height: 900 } } },
  ],
});
