import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { isCi } from '../../src/core/ci.js';
import { sha256 } from '../../src/core/digest.js';
import { RunManifest } from '../../src/core/vocabulary/run.js';
import { expect, test } from '../../src/matchers/playwright.js';
import { baselineEnvironment, baselinePlace, storeBaseline } from '../../src/store/baseline-files.js';
import { readProposals } from '../../src/store/baseline-proposals.js';
import { verifies } from '../requirements.js';
import { PhotoBooth } from './photo-booth.js';
import { type Site, startSite } from './site.js';

// The runner reads this file in each of its processes: it is made where the tests run.
const folder = join(tmpdir(), `codeloop-matchers-${process.pid}`);
process.env.XDG_STATE_HOME = join(folder, 'state');
const project = join(folder, 'project');

const PAGE = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"><style>
  body { margin: 0; font: 16px/1.5 sans-serif; } main { padding: 20px; } .far { height: 500px; }
  button { background: #075; color: #fff; border: 0; padding: 12px 24px; font-size: 16px; border-radius: 7px; }
</style></head><body><main><h1>Shop</h1><p>42 EUR</p><button id="pay">Pay now</button><div class="far"></div><p>Foot</p></main></body></html>`;

/** Manifests of the project's runs, oldest first. */
const manifests = () => {
  const runs = join(project, 'artifacts/runs');
  return readdirSync(runs)
    .sort()
    .map((run) => RunManifest.parse(JSON.parse(readFileSync(join(runs, run, 'run.json'), 'utf8'))));
};
const cells = () => manifests().flatMap((manifest) => manifest.cells);
/** What a failing assertion says, without colours and without what differs from run to run. */
const saidBy = async (assertion: Promise<void>) => {
  const error = await assertion.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('it held');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal
  return error.message.replace(/\u001b\[\d+m/g, '').replace(/run-\d{8}-\d{6}-\w+/g, 'RUN');
};
const attached = (info: TestInfo) => info.attachments.map(({ name }) => name);

test.use({
  viewport: { width: 400, height: 300 },
  isMobile: false,
  hasTouch: false,
  contextOptions: { reducedMotion: 'reduce' },
});
test.use({ codeloopProject: project });

test.describe('matchers @once', () => {
  test.describe.configure({ mode: 'serial' });
  let site: Site;

  test.beforeAll(async () => {
    site = await startSite({ '/': PAGE });
    mkdirSync(join(project, '.codeloop'), { recursive: true });
    mkdirSync(join(project, 'designs/small'), { recursive: true });
    mkdirSync(join(project, 'designs/tests/small'), { recursive: true });
    const settings = {
      server: { url: site.url },
      screens: [{ name: 'shop', path: '/' }],
      viewports: { small: { width: 400, height: 300 } },
      visual: { max_diff_ratio: 0 },
    };
    writeFileSync(join(project, '.codeloop/config.json'), JSON.stringify(settings));
    const booth = new PhotoBooth();
    const { png, shot } = await booth.photo(site.url, { fullPage: true });
    writeFileSync(join(project, 'designs/small/shop.png'), png);
    writeFileSync(join(project, 'designs/tests/small/of-a-test.png'), png);
    const here = baselineEnvironment(await booth.driver.environment(), shot.device_scale_factor);
    const record = {
      schema_version: 1,
      event: 'accepted',
      at: shot.steady.settled ? '2026-01-01T00:00:00.000Z' : '',
      by: 'Ada',
    } as const;
    await storeBaseline(project, baselinePlace(here, 'shop', 'small'), {
      ...{ picture: png, dom: undefined },
      record: { ...record, reason: 'first', sha256: sha256(png) },
    });
  });
  test.afterAll(async () => {
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a test sees the pixels that verify sees, and its page stays as it was', async ({ page }) => {
    verifies('matchers.same', 'matchers.page', 'matchers.evidence');
    await page.goto(site.url);
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.accept('yes');
    });
    await page.evaluate(() => {
      scrollTo(0, 40);
      addEventListener('resize', () => document.body.append('resized'));
    });
    const requests = site.requests.length;
    await expect(page).toMatchDesign('shop');
    await expect(page).toMatchBaseline('Shop');
    await expect(page).toBeLaidOutSoundly();
    await expect(page).toBeAccessible();
    await expect(page).not.toMatchDesign('unknown', { timeout: 0 });
    await expect(page).toMatchDesign('of a test');
    expect(site.requests.length).toBe(requests);
    expect(await page.evaluate(() => [scrollY, innerWidth, innerHeight, document.body.lastChild?.nodeName])).toEqual([
      40,
      400,
      300,
      'MAIN',
    ]);
    expect(await page.evaluate(() => prompt('sure?'))).toBe('yes');
    expect(asked).toEqual(['sure?']);
    expect(
      cells().map(({ screen, ad_hoc, test: look }) => [screen, ad_hoc, look?.asserted, look?.negated, look?.holds]),
    ).toEqual([
      ['shop', true, 'toMatchDesign', false, true],
      ['shop', true, 'toMatchBaseline', false, true],
      ['shop', true, 'toBeLaidOutSoundly', false, true],
      ['shop', true, 'toBeAccessible', false, true],
      ['unknown', true, 'toMatchDesign', true, false],
      ['of a test', true, 'toMatchDesign', false, true],
    ]);
    expect(cells()[0]?.test).toMatchObject({
      runner: 'playwright',
      title: expect.stringMatching(/› a test sees the pixels that verify sees, and its page stays as it was$/),
    });
  });

  test('a failure names what differs and where, and its pictures are attached as reports show them', async ({
    page,
  }, info) => {
    verifies('matchers.failure', 'matchers.waits');
    await page.goto(site.url);
    await page.addStyleTag({ content: '#pay { background: #c00; } h1 { width: 700px; text-align: right; }' });
    expect(await saidBy(expect(page).toMatchDesign('gone', { timeout: 0 }))).toContain(
      'There is no design of it: designs/tests/small/gone.png is not there.',
    );
    info.attachments.length = 0;
    const before = cells().length;
    const said = await saidBy(expect(page).toMatchDesign('shop', { timeout: 1500 }));
    expect(said).toContain('expect(page).toMatchDesign("shop")\n\nshop@small: size-mismatch');
    expect(said).toContain('button "Pay now" (#pay): background-color #007755 -> #cc0000');
    expect(said).toContain('Expected: designs/small/shop.png\nReceived: artifacts/runs/RUN/screenshots/shop.small.');
    expect(attached(info)).toEqual(['shop-small-expected.png', 'shop-small-actual.png', 'shop-small-diff.png']);
    // It stood still: one look in a second and a half.
    expect(cells().length).toBe(before + 1);
    expect(await saidBy(expect(page).toBeLaidOutSoundly({ timeout: 0 }))).toContain(
      'Content lies outside the window at 400 px',
    );
    await expect(page).not.toBeLaidOutSoundly({ viewport: 'small', name: 'shop' });
    await page.setViewportSize({ width: 401, height: 300 });
    const sizes = "VIEWPORT_NOT_FOUND: There is no viewport of 401 x 300 px, which is the size of the test's page.";
    expect(await saidBy(expect(page).toMatchDesign('shop'))).toContain(sizes);
    expect(await saidBy(expect(page).not.toMatchDesign('shop'))).toContain(sizes);
  });

  test('what comes late is waited for, and on a page that nobody prepared too', async ({ browser }) => {
    verifies('matchers.waits', 'matchers.page');
    const context = await browser.newContext({ viewport: { width: 400, height: 300 } });
    const page = await context.newPage();
    await page.goto(site.url);
    await page.evaluate(() => {
      const title = document.querySelector('h1');
      if (title) title.textContent = 'Wait';
      setTimeout(() => {
        if (title) title.textContent = 'Shop';
      }, 2500);
    });
    await expect(page).toMatchBaseline('shop', { timeout: 20_000 });
    await context.close();
  });

  test('what nobody accepted is proposed and stays red, and is never written over', async ({ page }) => {
    verifies('matchers.propose');
    await page.goto(site.url);
    await page.locator('h1').evaluate((title) => {
      title.textContent = 'Paid';
    });
    const said = await saidBy(expect(page).toMatchBaseline('shop paid', { timeout: 0 }));
    expect(said).toContain('No picture of it was accepted yet');
    const proposals = readProposals(project).map(({ proposal }) => [
      proposal.screen_name,
      proposal.viewport_name,
      proposal.by,
    ]);
    if (isCi(process.env)) {
      expect(said).toContain('Baselines are never written under CI, proposals neither.');
      expect(proposals).toEqual([]);
    } else {
      expect(said).toContain(
        'A person accepts it with `npx codeloop baseline accept "shop paid"`; the test is red until then.',
      );
      expect(proposals).toEqual([['shop paid', 'small', 'playwright']]);
    }
    const other = await saidBy(expect(page).toMatchBaseline('shop', { timeout: 0 }));
    expect(other).toContain('run the test with --update-snapshots: that proposes the picture, and a person accepts it');
    expect(readProposals(project).length).toBe(proposals.length);
  });
});
