// Makes the design references of the example shop: fixtures/designs/<viewport>/<screen>.png, full page, one device pixel per CSS pixel.
//   node scripts/make-designs.mjs                            the healthy shop
//   node scripts/make-designs.mjs --state defects --out DIR  pictures of the other state, to look at
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import sharp from 'sharp';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SHOP = join(ROOT, 'fixtures/apps/shop');
const VIEWPORTS = {
  mobile: { width: 375, height: 812 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1440, height: 900 },
};

const { values } = parseArgs({
  options: {
    state: { type: 'string', default: 'healthy' },
    out: { type: 'string', default: join(ROOT, 'fixtures/designs') },
    browser: { type: 'string', default: process.env.CODELOOP_BROWSER ?? '/usr/bin/chromium' },
  },
});
const { screens } = JSON.parse(await readFile(join(SHOP, '.codeloop/config.json'), 'utf8'));
const shop = spawn(process.execPath, ['server.mjs', '--state', values.state, '--port', '0'], {
  cwd: SHOP,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(createInterface(shop.stdout), 'line');
  await captureAll(line.split(' ').pop());
} finally {
  shop.kill('SIGTERM');
}

async function captureAll(base) {
  const browser = await chromium.launch({
    executablePath: values.browser,
    args: ['--disable-partial-raster', '--force-color-profile=srgb'],
  });
  try {
    for (const [name, viewport] of Object.entries(VIEWPORTS)) {
      for (const screen of screens) await capture(browser, name, viewport, screen, base);
    }
  } finally {
    await browser.close();
  }
}

async function capture(browser, name, viewport, screen, base) {
  const context = await browser.newContext({
    viewport,
    hasTouch: name === 'mobile',
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
    colorScheme: 'light',
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log(`  ${name}/${screen.name} page error: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) console.log(`  ${name}/${screen.name} ${response.status()} ${response.url()}`);
  });
  await page.goto(new URL(screen.path, base).href, { waitUntil: 'networkidle' });
  const height = await page.evaluate(loadEverything);
  // A viewport as tall as the page: one shot without scrolling, so that the sticky header shows once, at the top.
  await page.setViewportSize({ width: viewport.width, height });
  const shot = await steadyShot(page);
  const file = join(values.out, name, `${screen.name}.png`);
  const png = await sharp(shot).removeAlpha().png({ palette: false, compressionLevel: 9, effort: 10 }).toBuffer();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, png);
  console.log(`${name}/${screen.name}.png ${viewport.width}x${height} ${Math.round(png.length / 1024)} kB`);
  await context.close();
}

/** In the page: loads lazy pictures by scrolling through it, waits for fonts and pictures, and answers the page's height. */
async function loadEverything() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
  const root = document.documentElement;
  for (let y = 0; y < root.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    await frame();
    await frame();
  }
  scrollTo(0, 0);
  await document.fonts.ready;
  // A broken picture rejects; it is photographed as it is.
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  await frame();
  return root.scrollHeight;
}

/** Two equal shots in a row, or an error: a reference must not show a page in motion. */
async function steadyShot(page) {
  let before = Buffer.alloc(0);
  for (let i = 0; i < 10; i++) {
    const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (shot.equals(before)) return shot;
    before = shot;
  }
  throw new Error(`${page.url()} never held still`);
}
