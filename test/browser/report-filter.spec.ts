import { expect, test } from '@playwright/test';
import type { Problem } from '../../src/core/vocabulary/gate.js';
import { check, pair, region, reportPair, sampleModel, verdict } from '../report/sample-model.js';
import { verifies } from '../requirements.js';
import { openReport, setUpReports, twoColors } from './report-page.js';

setUpReports();

test('the list narrows by screen, viewport and failure @sampled', async ({ page }) => {
  verifies('report.filter');
  await openReport(page, twoColors());
  const shown = page.locator('.card:visible');
  await expect(shown).toHaveCount(4);
  await page.getByRole('combobox', { name: 'Screen' }).selectOption({ label: 'cart' });
  await expect(shown).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Viewport' }).selectOption({ label: 'desktop' });
  await expect(shown).toHaveCount(1);
  await expect(page.locator('#shown')).toHaveText('1 of 4 shown');
  await page.getByRole('checkbox', { name: /Only failing/ }).check();
  await expect(shown).toHaveCount(0);
  await expect(page.getByText('Nothing matches the filter.')).toBeVisible();
  // A link to an entry that the filter hides brings it back.
  await page.locator('.overview a').first().click();
  await expect(shown).toHaveCount(4);
});

test('the list narrows by kind and by source file, together with the rest, and tells how much is left @once', async ({
  page,
}) => {
  verifies('report.filter');
  const at = (screen: string, viewport: string, more: Partial<Problem>): Problem => ({
    ...{ screen, viewport, title: 'It is wrong.' },
    ...more,
  });
  const differs = reportPair(
    pair('home', 'mobile', { outcome: 'mismatch', score: 0.9, regions: [region(0, 0, 9, 9)] }),
  );
  const fine = ['cart', 'pay', 'odd'].flatMap((screen) =>
    ['mobile', 'desktop'].map((viewport) => reportPair(pair(screen, viewport))),
  );
  const checks = [
    check('runtime_clean', [
      at('cart', 'mobile, desktop', { file: 'src/cart.ts', line: 7 }),
      at('pay', 'mobile', { file: 'src/pay.ts', line: 70, column: 2 }),
    ]),
    check('accessibility', [at('pay', 'mobile, desktop', { element: '#pay', file: 'src/cart.ts', line: 9 })]),
    // A name with every sign that a list could be split at.
    check('section_scope', [at('odd', 'desktop', { file: 'src/a b|"c" \u202e<i>.ts', line: 1 })]),
  ];
  const seen = await openReport(
    page,
    sampleModel({ pairs: [differs, ...fine], cells: [], verdict: verdict({ checks }) }),
  );
  const shown = () => page.locator('.card:visible').evaluateAll((cards) => cards.map(({ id }) => id).toSorted());
  const [kind, file] = ['Kind', 'File'].map((name) => page.getByRole('combobox', { name }));
  if (kind === undefined || file === undefined) throw new Error('no choices');
  await expect(kind.locator('option')).toHaveText([
    ...['All kinds (4)', 'Errors', 'Differences', 'Accessibility', 'Other'],
  ]);
  await expect(file.locator('option')).toHaveText([
    ...['All files (3)', 'src/a b|"c" ⟨U+202E⟩<i>.ts', 'src/cart.ts', 'src/pay.ts'],
  ]);
  for (const [label, cards] of [
    ['Errors', ['cart.desktop', 'cart.mobile', 'pay.mobile']],
    ['Differences', ['home.mobile']],
    ['Accessibility', ['pay.desktop', 'pay.mobile']],
    ['Other', ['odd.desktop']],
  ] as const) {
    await kind.selectOption({ label });
    expect(await shown(), label).toEqual(cards);
    await expect(page.locator('#shown')).toHaveText(`${cards.length} of 7 shown`);
  }
  await kind.selectOption({ index: 0 });
  for (const [index, cards] of [
    [1, ['odd.desktop']],
    [2, ['cart.desktop', 'cart.mobile', 'pay.desktop', 'pay.mobile']],
    [3, ['pay.mobile']],
  ] as const) {
    await file.selectOption({ index });
    expect(await shown(), `file ${index}`).toEqual(cards);
  }
  // Choices narrow together, and the key for the next difference stays among what is left.
  await file.selectOption({ label: 'src/cart.ts' });
  await kind.selectOption({ label: 'Accessibility' });
  await page.getByRole('combobox', { name: 'Viewport' }).selectOption({ label: 'desktop' });
  expect(await shown()).toEqual(['pay.desktop']);
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await expect(page.locator('[id="pay.desktop~p1"]')).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.locator('[id="pay.desktop~p1"]')).toBeFocused();
  expect(seen.complaints).toEqual([]);
});
