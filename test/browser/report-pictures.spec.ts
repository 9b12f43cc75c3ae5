import { expect, type Locator, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { colorAt, firstCard, openReport, setUpReports, twoColors } from './report-page.js';

setUpReports();

test('the slider moves by mouse and by keys', async ({ page, isMobile }) => {
  verifies('report.pictures');
  await openReport(page, twoColors());
  const card = firstCard(page);
  await card.getByRole('checkbox', { name: 'Regions' }).uncheck();
  await card.getByRole('radio', { name: 'Slider' }).check();
  const frame = card.locator('.actual .frame');
  const range = card.getByRole('slider', { name: 'Reference shown' });
  await expect(range).toHaveValue('50');
  expect([await colorAt(frame, 0.4), await colorAt(frame, 0.6)]).toEqual(['red', 'blue']);

  await range.press('End');
  expect(await colorAt(frame, 0.9)).toBe('red');
  await range.press('Home');
  await range.press('ArrowRight');
  await expect(range).toHaveValue('1');
  await expect(range).toHaveAttribute('aria-valuetext', '1 % reference');
  expect(await colorAt(frame, 0.1)).toBe('blue');

  if (isMobile) return;
  await frame.scrollIntoViewIfNeeded();
  const box = await frame.boundingBox();
  if (box === null) throw new Error('The frame has no box.');
  await page.mouse.move(box.x + box.width * 0.2, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 60);
  await page.mouse.up();
  await page.mouse.move(box.x + box.width * 0.1, box.y + 60);
  await expect(range).toHaveValue('75');
  expect([await colorAt(frame, 0.7), await colorAt(frame, 0.8)]).toEqual(['red', 'blue']);
});

test('a reference that is smaller than the actual is cut at the same place @sampled', async ({ page }) => {
  verifies('report.pictures');
  const model = twoColors();
  const [colored] = model.pairs;
  if (colored?.reference === undefined) throw new Error('The model has no reference.');
  colored.reference.size = { width: 300, height: 300 };
  await openReport(page, model);
  const card = firstCard(page);
  await card.getByRole('checkbox', { name: 'Regions' }).uncheck();
  await card.getByRole('radio', { name: 'Slider' }).check();
  const frame = card.locator('.actual .frame');
  expect([await colorAt(frame, 0.48), await colorAt(frame, 0.52)]).toEqual(['red', 'blue']);
  await card.getByRole('slider', { name: 'Reference shown' }).press('End');
  expect([await colorAt(frame, 0.73), await colorAt(frame, 0.77)]).toEqual(['red', 'blue']);
});

test('onion skin mixes, blink shows one at a time and can be stopped @sampled', async ({ page }) => {
  verifies('report.pictures');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openReport(page, twoColors());
  const card = firstCard(page);
  await card.getByRole('checkbox', { name: 'Regions' }).uncheck();
  const frame = card.locator('.actual .frame');
  await card.getByRole('radio', { name: 'Onion skin' }).check();
  expect(await colorAt(frame, 0.5)).toBe('mixed');
  await card.getByRole('radio', { name: 'Blink' }).check();
  // Who asked for less motion gets it: nothing blinks until it is asked for.
  await expect(card.getByRole('button', { name: 'Play' })).toBeVisible();
  expect(await colorAt(frame, 0.5)).toBe('red');
  await card.getByRole('button', { name: 'Flip' }).click();
  await expect(card.locator('.showing')).toHaveText('Actual');
  expect(await colorAt(frame, 0.5)).toBe('blue');
  await card.getByRole('button', { name: 'Play' }).click();
  await expect(card.locator('.showing')).toHaveText('Reference');
  await expect(card.locator('.showing')).toHaveText('Actual');
});

test('regions lie where they are, at every size of the window and in every view', async ({ page }) => {
  verifies('report.regions-align');
  await openReport(page, twoColors());
  const card = firstCard(page);
  const { width, height } = page.viewportSize() ?? { width: 800, height: 600 };
  for (const view of ['Side by side', 'Slider', 'Onion skin']) {
    await card.getByRole('radio', { name: view }).check();
    for (const narrower of [1, 0.8]) {
      await page.setViewportSize({ width: Math.round(width * narrower), height });
      await expectAligned(card);
    }
    await page.setViewportSize({ width, height });
  }
  await card.getByRole('checkbox', { name: 'Actual pixels' }).check();
  await expectAligned(card);
  expect(await card.locator('.actual .frame').evaluate((frame) => frame.getBoundingClientRect().width)).toBe(400);
});

/** The first region is 100..180 x 150..182 of 400 x 300: compared with the box of the picture, within half a pixel. */
async function expectAligned(card: Locator): Promise<void> {
  const off = await card.locator('.actual .frame').evaluate((frame) => {
    const image = frame.querySelector('img')?.getBoundingClientRect();
    const line = frame.querySelector('[data-region="0"] .line');
    if (image === undefined || !(line instanceof SVGGraphicsElement)) return ['no picture or no outline'];
    const box = line.getBBox();
    const matrix = line.getScreenCTM();
    if (matrix === null) return ['not drawn'];
    const corner = new DOMPoint(box.x, box.y).matrixTransform(matrix);
    const opposite = new DOMPoint(box.x + box.width, box.y + box.height).matrixTransform(matrix);
    const expected = [
      image.x + image.width * 0.25,
      image.y + image.height * 0.5,
      image.x + image.width * 0.45,
      image.y + image.height * (182 / 300),
    ];
    return [corner.x, corner.y, opposite.x, opposite.y]
      .map((at, index) => at - (expected[index] ?? Number.NaN))
      .filter((by) => !(Math.abs(by) < 0.5));
  });
  expect(off).toEqual([]);
}

test('a region is found from the list, and the list from the picture', async ({ page }) => {
  verifies('report.regions-align');
  await openReport(page, twoColors());
  const card = firstCard(page);
  await card.getByRole('button', { name: 'Show region 1 on the pictures' }).click();
  await expect(card.locator('.actual .outline[data-region="0"]')).toHaveClass(/is-picked/);
  await expect(card.locator('.actual .outline[data-region="0"] .line')).toBeInViewport();
  await card.locator('.actual .outline[data-region="1"] .pin').click();
  await expect(card.getByRole('button', { name: 'Show region 2 on the pictures' })).toBeFocused();
});

test('full-size pictures that are gone leave the embedded copies @sampled', async ({ page }) => {
  await openReport(page, twoColors());
  const card = firstCard(page);
  const image = card.locator('.actual img');
  const copy = await image.getAttribute('src');
  await card.getByRole('checkbox', { name: 'Actual pixels' }).check();
  await expect(image).toHaveAttribute('src', copy ?? '');
  await expect(image).toHaveJSProperty('naturalWidth', 200);
});

test('pictures have their room before they load', async ({ page }) => {
  await openReport(page, twoColors());
  const frame = firstCard(page).locator('.actual .frame');
  const before = await frame.boundingBox();
  await firstCard(page)
    .locator('.actual img')
    .evaluate((image) => image.removeAttribute('src'));
  const after = await frame.boundingBox();
  expect(after).toEqual(before);
});
