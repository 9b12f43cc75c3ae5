import { expect, test } from '@playwright/test';
import { cell, pair, region, reportPair, sampleModel } from '../report/sample-model.js';
import { verifies } from '../requirements.js';
import { flat, openReport, setUpReports, twoColors } from './report-page.js';

setUpReports();

test('a thousand pairs open, filter and stay light until they are looked at @sampled', async ({ page }) => {
  verifies('report.scales');
  const data = flat(40, 30, [90, 120, 90]);
  const pairs = Array.from({ length: 1000 }, (_, at) => {
    const failing = at % 50 === 0;
    const regions = failing ? [region(1, 2, 30, 40)] : [];
    return reportPair(
      pair(`screen-${Math.floor(at / 3)}`, ['mobile', 'tablet', 'desktop'][at % 3] ?? '', {
        outcome: failing ? 'mismatch' : 'match',
        score: failing ? 0.9 : 1,
        regions,
      }),
      data,
    );
  });
  const cells = pairs.map(({ pair: { screen, viewport } }) => ({ cell: cell(screen, viewport) }));
  const seen = await openReport(page, sampleModel({ pairs, cells }));
  await expect(page.locator('.card')).toHaveCount(1000);
  // Controls are made for open entries only, and what lies in the closed ones is text.
  expect(await page.locator('.modes').count()).toBe(3);
  expect(await page.locator('.cards .body > noscript').count()).toBe(997);
  expect(await page.locator('.cards .pictures').count()).toBe(3);
  await page.getByRole('checkbox', { name: /Only failing/ }).check();
  await expect(page.locator('.card:not([hidden])')).toHaveCount(20);
  await page.getByRole('checkbox', { name: /Only failing/ }).uncheck();
  await page.getByRole('combobox', { name: 'Screen' }).selectOption({ label: 'screen-200' });
  await expect(page.locator('.card:not([hidden])')).toHaveCount(3);
  await page.locator('.card:not([hidden]) summary').first().click();
  await expect(page.locator('.card:not([hidden]) .modes').first()).toBeVisible();
  await expect(page.locator('.card:not([hidden]) .actual img').first()).toHaveJSProperty('naturalWidth', 40);
  // Words in a closed entry are found, each by itself and in any order; those of its markup are none.
  await page.getByRole('combobox', { name: 'Screen' }).selectOption('');
  const find = page.getByRole('searchbox', { name: 'Search' });
  await find.fill('4000/screen-333 is missing');
  await expect(page.locator('.card:not([hidden])')).toHaveCount(0);
  await find.fill('desktop missing 4000/screen-16');
  await expect(page.locator('.card:not([hidden]) h3')).toHaveText([
    'Fail: screen-16desktop',
    'Fail: screen-166desktop',
  ]);
  await find.fill('draggable');
  await expect(page.locator('.card:not([hidden])')).toHaveCount(0);
  await find.fill('');
  // A key goes through the differences of closed entries, past those that have none, and stays at the last.
  const at = () => page.evaluate(() => decodeURIComponent(location.hash));
  const order: string[] = [];
  await page.locator('h1').click();
  for (let step = 0; step < 21; step++) {
    await page.keyboard.press('j');
    order.push(await at());
  }
  expect(new Set(order.slice(0, 20)).size).toBe(20);
  expect(order[20]).toBe(order[19]);
  expect(await page.locator('.cards .body > noscript').count()).toBe(1000 - 20);
  // Three viewports stand side by side on a phone.
  await page.setViewportSize({ width: 375, height: 800 });
  const grid = page.locator('.overview').first();
  expect(await grid.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  expect(seen.complaints).toEqual([]);
});

test('without scripts every entry opens and shows what it holds @once', async ({ browser }) => {
  verifies('report.scales');
  const page = await browser.newPage({ javaScriptEnabled: false });
  await openReport(page, twoColors());
  const closed = page.locator('[id="cart.desktop"]');
  await expect(closed.locator('.actual img')).toBeHidden();
  await closed.locator('summary').first().click();
  await expect(closed.locator('.actual img')).toBeVisible();
  await expect(closed.locator('.capture, .comparison').first()).toBeVisible();
  await page.close();
});

test('a link leads into an entry that is closed and not built yet', async ({ page }) => {
  verifies('report.next-difference', 'report.scales');
  const many = Array.from({ length: 6 }, (_, at) =>
    reportPair(
      pair(`page-${at}`, 'mobile', { outcome: 'mismatch', score: 0.9, regions: [region(1, 2, 30, 40)] }),
      flat(400, 300, [9, 99, 199]),
    ),
  );
  await openReport(page, sampleModel({ pairs: many, cells: [] }), '#page-5.mobile~1');
  await expect(page.locator('[id="page-5.mobile"] .actual .outline.is-picked .line')).toBeInViewport();
  await expect(page.locator('[id="page-4.mobile"] .body > noscript')).toHaveCount(1);
});

test('names of screens are whole on a phone, however many viewports there are @sampled', async ({ page }) => {
  verifies('report.scales');
  await page.setViewportSize({ width: 375, height: 800 });
  const viewports = ['phone', 'tablet', 'laptop', 'desktop', 'cinema'];
  for (const many of [1, 3, 4, 5]) {
    const pairs = viewports.slice(0, many).map((viewport) => reportPair(pair('account-settings', viewport)));
    await openReport(page, sampleModel({ pairs, cells: [] }));
    const name = page.locator('.overview tbody th bdi');
    expect(await name.evaluate((one) => one.getClientRects()[0]?.height)).toBeLessThan(30);
    expect(await name.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
    const tops = await page
      .locator('.overview .field')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over).toBe(0);
  }
});
