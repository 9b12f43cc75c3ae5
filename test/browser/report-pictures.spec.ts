import { expect, type Page, test } from '@playwright/test';
import { PNG } from 'pngjs';
import { cell, check, logEntry, pair, region, sampleModel, screenshot, verdict } from '../report/sample-model.js';
import { verifies } from '../requirements.js';
import { colorAt, firstCard, flat, openReport, setUpReports, twoColors } from './report-page.js';

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

/** Three shapes of pages, as photographed at the three viewports; each with a mark that lies at an uneven place. */
const shapes = [
  { screen: 'phone', size: { width: 375, height: 812 }, mark: { x: 200, y: 600, width: 90, height: 44 } },
  { screen: 'tablet', size: { width: 768, height: 1024 }, mark: { x: 500, y: 700, width: 180, height: 60 } },
  { screen: 'desktop', size: { width: 1440, height: 900 }, mark: { x: 1100, y: 120, width: 220, height: 40 } },
  { screen: 'long', size: { width: 768, height: 3000 }, mark: { x: 40, y: 1500, width: 300, height: 200 } },
] as const;

function marked(
  size: { width: number; height: number },
  mark: { x: number; y: number; width: number; height: number },
) {
  const png = new PNG({ ...size });
  png.data.fill(255);
  for (let y = mark.y; y < mark.y + mark.height; y += 1)
    for (let x = mark.x; x < mark.x + mark.width; x += 1) png.data.set([30, 30, 200, 255], (y * size.width + x) * 4);
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`;
}

test('regions cover the pixels they name, in every view, at every shape of page and width of the window @once', async ({
  page,
}) => {
  verifies('report.regions-align', 'report.moved');
  const pairs = shapes.map(({ screen, size, mark }) => {
    const shown = { data_uri: marked(size, mark), size, path: 'full.png' };
    // 12 px to the right and 5 px up.
    const properties = [
      { property: 'x', expected: `${mark.x - 12}px`, actual: `${mark.x}px` },
      { property: 'y', expected: `${mark.y + 5}px`, actual: `${mark.y}px` },
    ];
    const moved = region(0, 0, 0, 0, { rect: mark, kind: 'moved', properties });
    const of = pair(screen, 'any', { outcome: 'mismatch', score: 0.9, regions: [moved] });
    return { pair: of, reference: shown, actual: shown, diff: shown };
  });
  await openReport(page, sampleModel({ pairs, cells: [], verdict: undefined }));
  await page.evaluate(() => {
    for (const card of document.querySelectorAll<HTMLDetailsElement>('.card > details')) card.open = true;
  });
  await expect(page.locator('.card .modes')).toHaveCount(shapes.length);
  for (const width of [1440, 900, 375]) {
    await page.setViewportSize({ width, height: 900 });
    for (const view of ['side', 'slider', 'onion', 'blink', 'zoom'])
      expect(await offBy(page, view), `${view} at ${width}`).toEqual([]);
  }
});

/** What lies elsewhere than its pixel by more than half a pixel, in one view of all cards. */
async function offBy(page: Page, view: string): Promise<string[]> {
  return page.evaluate(
    ([chosen, marks]) => {
      const wrong: string[] = [];
      for (const card of document.querySelectorAll('.card')) {
        const [mark] = marks.filter(({ screen }) => card.id.startsWith(screen));
        const zoom = card.querySelector<HTMLInputElement>('.zoom');
        if (mark === undefined || zoom === null) return [`no tools in ${card.id}`];
        if (zoom.checked !== (chosen === 'zoom')) zoom.click();
        card.querySelector<HTMLInputElement>(`[type=radio][value=${chosen === 'zoom' ? 'side' : chosen}]`)?.click();
        const tops = [...card.querySelectorAll('.frame')].map((frame) => frame.getBoundingClientRect().top);
        if (chosen === 'side' && Math.max(...tops) - Math.min(...tops) >= 0.5)
          wrong.push(`${card.id}: its pictures begin at ${tops}`);
        for (const side of ['reference', 'actual']) {
          const image = card.querySelector(`.${side} img`)?.getBoundingClientRect();
          const line = card.querySelector(`.${side} .line`);
          if (image === undefined || !(line instanceof SVGGraphicsElement)) return ['no picture or no outline'];
          if (side === 'reference' && chosen !== 'side' && chosen !== 'zoom') continue;
          const [box, matrix] = [line.getBBox(), line.getScreenCTM()];
          if (matrix === null) return ['not drawn'];
          const from = new DOMPoint(box.x, box.y).matrixTransform(matrix);
          const to = new DOMPoint(box.x + box.width, box.y + box.height).matrixTransform(matrix);
          const scale = { x: image.width / mark.size.width, y: image.height / mark.size.height };
          const { x, y, width, height } = mark.mark;
          const off = [
            from.x - image.x - x * scale.x,
            from.y - image.y - y * scale.y,
            to.x - image.x - (x + width) * scale.x,
            to.y - image.y - (y + height) * scale.y,
            // A picture keeps its shape: a frame that is wider than what it holds would stretch it.
            (scale.x / scale.y - 1) * 100,
            chosen === 'zoom' ? image.width - mark.size.width : 0,
          ];
          const was = card.querySelector(`.${side} .was`);
          const arrow = card.querySelector(`.${side} .move path.line`);
          if ((was === null || arrow === null) !== (side === 'reference')) return [`${card.id}: arrows on ${side}`];
          if (was instanceof SVGGraphicsElement && arrow instanceof SVGGraphicsElement) {
            const stood = was.getBBox();
            off.push(stood.x - x + 12, stood.y - y - 5, stood.width - width, stood.height - height);
            // Its point is on the right, at the height of the middle.
            const [turn, shaft] = [arrow.getScreenCTM(), arrow.getBoundingClientRect()];
            if (turn === null || turn.a <= 0 || Math.abs(turn.b) > 0.001) wrong.push(`${card.id}: the arrow is turned`);
            off.push(shaft.y + shaft.height / 2 - (from.y + to.y) / 2);
          }
          if (off.some((by) => !(Math.abs(by) < 0.5)))
            wrong.push(`${card.id} ${side}: ${off.map((by) => by.toFixed(1))}`);
        }
      }
      return wrong;
    },
    [view, shapes] as const,
  );
}

test('actual pixels are true pixels, or the report says that they are copies @once', async ({ page }) => {
  verifies('report.true-pixels');
  const [tablet] = shapes.filter(({ screen }) => screen === 'tablet');
  if (tablet === undefined) throw new Error('no tablet');
  const whole = { data_uri: marked(tablet.size, tablet.mark), size: tablet.size };
  const copy = { data_uri: flat(200, 150, [200, 30, 30]), path: 'gone/actual.png', size: { width: 400, height: 300 } };
  const of = (screen: string) => pair(screen, 'a', { outcome: 'mismatch', score: 0.9, regions: [region(0, 0, 9, 9)] });
  await openReport(
    page,
    sampleModel({
      pairs: [
        { pair: of('a-whole'), reference: whole, actual: whole },
        { pair: of('b-copy'), reference: copy, actual: copy },
      ],
      cells: [],
      verdict: undefined,
    }),
  );
  const [first, second] = [page.locator('.card').nth(0), page.locator('.card').nth(1)];
  await first.getByRole('checkbox', { name: 'Actual pixels' }).check();
  await expect(first.locator('.actual img')).toHaveClass('exact');
  await expect(first.locator('.copies')).toBeHidden();
  // A link to a file that is not there shows what there is, and says so.
  await second.locator('.actual a.full').click();
  await expect(second.locator('.copies')).toHaveText(/what you see are copies, 200 of 400 pixels wide/);
  await expect(second.locator('.actual img')).not.toHaveClass('exact');
  await expect(second.getByRole('checkbox', { name: 'Actual pixels' })).toBeChecked();
});

test('a region is found from the list, and the list from the picture', async ({ page }) => {
  verifies('report.regions-align');
  await openReport(page, twoColors());
  const card = firstCard(page);
  await card.getByRole('button', { name: 'Show region 1 on the pictures' }).click();
  await expect(card.locator('.actual .outline[data-region="0"]')).toHaveClass(/is-picked/);
  await expect(card.locator('.actual .outline[data-region="0"] .line')).toBeInViewport();
  await card.locator('.actual .sign[data-region="1"] .pin').click();
  await expect(card.getByRole('button', { name: 'Show region 2 on the pictures' })).toBeFocused();
});

test('what breaks a rule, and a picture that did not come, are marked where they stand; the lists lead there @once', async ({
  page,
}) => {
  verifies('report.spots');
  const model = twoColors();
  const url = 'http://127.0.0.1/lamp.png';
  const broken = { screen: 'home', viewport: 'mobile', title: 'It has no name.', rule: 'button-name' };
  const logs = [logEntry('GET /lamp.png', { kind: 'http_error', url: `${url}?v=2` }), logEntry('boom')];
  const spots = [
    { rect: { x: 300, y: 200, width: 40, height: 20 }, rule: 'button-name', element: '#a' },
    { rect: { x: 340, y: 10, width: 40, height: 20 }, url },
    { rect: { x: 200, y: 240, width: 40, height: 20 }, rule: 'button-name', element: '#b' },
  ];
  const checks = [
    check('accessibility', [
      { ...broken, element: '#b' },
      { ...broken, title: 'It has no text.', element: '#elsewhere' },
    ]),
  ];
  const cells = [{ cell: cell('home', 'mobile', { screenshot: screenshot('home', { logs }) }), spots }];
  await openReport(page, { ...model, cells, verdict: verdict({ checks }) });
  const card = firstCard(page);
  await expect(card.locator('.actual .outline[data-region^="A"], .actual .outline[data-region^="E"]')).toHaveCount(3);
  await expect(card.locator('.reference .outline[data-region^="A"]')).toHaveCount(0);
  await card.getByRole('button', { name: 'Show A2 on the picture' }).click();
  const lit = card.locator('.actual .outline.is-picked');
  await expect(lit).toHaveAttribute('data-region', 'A2');
  await expect(lit.locator('.line')).toBeInViewport();
  await expect(card.locator('.findings li.is-picked')).toContainText('It has no name.');
  await card.getByRole('button', { name: 'Show E1 on the picture' }).click();
  await expect(lit).toHaveAttribute('data-region', 'E1');
  await expect(card.locator('.log li.is-picked')).toContainText('lamp.png');
  await expect(card.locator('.spot')).toHaveCount(2);
  // From the picture to the list, and from difference to problem by key.
  await card.locator('.actual .sign[data-region="A2"] .pin').click();
  await expect(card.getByRole('button', { name: 'Show A2 on the picture' })).toBeFocused();
  await page.keyboard.press('j');
  await expect(card.getByRole('button', { name: 'Show A2 on the picture' })).toBeFocused();
  expect(await page.evaluate(() => decodeURIComponent(location.hash))).toBe('#home.mobile~p1');
  await page.keyboard.press('j');
  await expect(page.locator('[id="home.mobile~p2"]')).toBeFocused();
  // What has no place on the picture has an address all the same.
  expect(await page.evaluate(() => decodeURIComponent(location.hash))).toBe('#home.mobile~p2');
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

test('marks of one place stand beside each other, each within the picture', async ({ page }) => {
  verifies('report.marks');
  const corners = [
    { x: 0, y: 0 },
    { x: 180, y: 140 },
    { x: 360, y: 280 },
  ];
  const at = (index: number) => ({ ...(corners[index % 3] ?? { x: 0, y: 0 }), width: 40, height: 20 - (index % 4) });
  const many = Array.from({ length: 9 }, (_one, index) => index);
  const model = twoColors();
  const spots = many.map((index) => ({ rect: at(index), rule: 'button-name', element: `#a${index}` }));
  const faults = many.map((index) => ({ rect: at(index), severity: 'major' as const, number: index + 1 }));
  const placed = (index: number, more = {}) => ({ ...region(0, 0, 1, 1, more), rect: at(index) });
  const moved = placed(1, {
    kind: 'moved',
    properties: [{ property: 'x', expected: '0px', actual: '8px', source: 'measured' }],
  });
  const [first] = model.pairs;
  const pairs = first
    ? [{ ...first, pair: { ...first.pair, regions: [moved, ...many.map((index) => placed(index))] } }]
    : [];
  const cells = [{ cell: cell('home', 'mobile', { screenshot: screenshot('home', { logs: [] }) }), spots, faults }];
  await openReport(page, { ...model, pairs, cells });
  const frame = firstCard(page).locator('.actual .frame');
  const close = () =>
    frame.evaluate((element) => {
      const { left, right } = element.getBoundingClientRect();
      const middles = Array.from(element.querySelectorAll('.pin circle, .move .pin text'), (sign) => {
        const box = sign.getBoundingClientRect();
        return { name: sign.parentElement?.textContent ?? '', x: box.x + box.width / 2, y: box.y + box.height / 2 };
      });
      const told = middles.flatMap((a, index) =>
        middles
          .slice(0, index)
          .flatMap((b) => (Math.hypot(a.x - b.x, a.y - b.y) < 18.5 ? [`${a.name} on ${b.name}`] : [])),
      );
      const out = middles.filter(({ x }) => x < left - 10 || x > right + 10).map(({ name }) => `${name} beside it`);
      return [middles.length, ...told, ...out];
    });
  expect(await close()).toEqual([29]);
  await firstCard(page).locator('.zoom').check();
  await expect.poll(close).toEqual([29]);
});
