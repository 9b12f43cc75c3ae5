// The least that the work can cost: Playwright opens each page once and takes one picture of the whole of it.
//   node bench/work/bare-loop.mjs [pages at once]     (default 2)
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright';
import { PAGES, serveTemplates, VIEWPORTS } from './site.mjs';

const site = await serveTemplates();
const browser = await chromium.launch({ executablePath: process.env.CODELOOP_BROWSER || '/usr/bin/chromium' });
const queue = PAGES.flatMap((page) => Object.values(VIEWPORTS).map((viewport) => ({ page, viewport })));
const picture = path.join(tmpdir(), `codeloop-bench-bare-${process.pid}.png`);
await Promise.all(
  Array.from({ length: Number(process.argv[2] ?? 2) }, async () => {
    for (let cell = queue.shift(); cell; cell = queue.shift()) {
      const { width, height, is_mobile: isMobile = false, has_touch: hasTouch = false } = cell.viewport;
      const context = await browser.newContext({ viewport: { width, height }, isMobile, hasTouch });
      const page = await context.newPage();
      await page.goto(`${site.url}${cell.page}`);
      await page.screenshot({ fullPage: true, path: picture });
      await context.close();
    }
  }),
);
console.log(browser.version());
rmSync(picture, { force: true });
await browser.close();
site.close();
