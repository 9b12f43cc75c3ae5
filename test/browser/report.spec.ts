import { expect, test } from '@playwright/test';
import axe from 'axe-core';
import { replayed } from '../checks/workflow-samples.js';
import { hostileTexts } from '../report/hostile-text.js';
import {
  cell,
  check,
  logEntry,
  pair,
  region,
  reportPair,
  sampleModel,
  screenshot,
  verdict,
} from '../report/sample-model.js';
import { verifies } from '../requirements.js';
import { firstCard, flat, openReport, setUpReports, twoColors } from './report-page.js';

setUpReports();

test('opens from disk, asks for nothing, complains of nothing', async ({ page }) => {
  verifies('report.self-contained');
  const seen = await openReport(page, twoColors());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keep fixing');
  for (const image of await firstCard(page).locator('img').all()) {
    await image.scrollIntoViewIfNeeded();
    await expect(image).toHaveJSProperty('naturalWidth', 200);
  }
  expect(seen.requests).toEqual([page.url()]);
  expect(seen.complaints).toEqual([]);
});

test('the worst screen is first and open, the good ones are closed @sampled', async ({ page }) => {
  verifies('report.worst-first');
  await openReport(page, twoColors());
  await expect(page.locator('.card h3').first()).toContainText('home');
  expect(
    await page.locator('.card > details').evaluateAll((all) => all.map((one) => one.hasAttribute('open'))),
  ).toEqual([true, true, false, false]);
});

test('keys go to the next difference and the next screen, change the view, and can be switched off @sampled', async ({
  page,
}) => {
  verifies('report.pictures', 'report.accessible', 'report.next-difference');
  const model = twoColors();
  const [first] = model.pairs;
  if (first === undefined) throw new Error('The model has no pair.');
  const again = { ...first.pair, viewport: 'tablet', score: 0.99, regions: [region(10, 10, 30, 30)] };
  await openReport(page, { ...model, pairs: [...model.pairs, { ...first, pair: again }], verdict: undefined });
  const summaries = page.locator('.card > details > summary');
  const at = () => page.evaluate(() => decodeURIComponent(location.hash));
  await page.keyboard.press('j');
  expect(await at()).toBe('#home.mobile~1');
  await page.keyboard.press('j');
  expect(await at()).toBe('#home.mobile~2');
  await page.keyboard.press('j');
  expect(await at()).toBe('#home.tablet~1');
  await expect(page.locator('[id="home.tablet"] .actual .outline.is-picked .line')).toBeInViewport();
  await page.keyboard.press('k');
  expect(await at()).toBe('#home.mobile~2');
  await page.keyboard.press('n');
  await expect(summaries.nth(1)).toBeFocused();
  await page.keyboard.press('p');
  await expect(summaries.nth(0)).toBeFocused();
  await page.keyboard.press('2');
  await expect(firstCard(page).getByRole('radio', { name: 'Slider' })).toBeChecked();
  await page.keyboard.press('r');
  await expect(firstCard(page).getByRole('checkbox', { name: 'Regions' })).not.toBeChecked();
  await page.keyboard.press('o');
  await expect(page.locator('.card > details').nth(0)).not.toHaveAttribute('open');
  await page.keyboard.press('f');
  const failing = await page.locator('.card:visible').count();
  expect(failing).toBe(3);
  await page.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
  await page.keyboard.press('f');
  await expect(page.locator('.card:visible')).toHaveCount(failing);
});

test('a link leads to one difference and opens what holds it @sampled', async ({ page }) => {
  verifies('report.next-difference');
  await openReport(page, twoColors(), '#home.mobile~2');
  await expect(firstCard(page).locator('.actual .outline[data-region="1"]')).toHaveClass(/is-picked/);
  await expect(firstCard(page).locator('.actual .outline[data-region="1"] .line')).toBeInViewport();
});

test('a link leads to an entry and opens it @sampled', async ({ page }) => {
  await openReport(page, twoColors(), '#cart.desktop');
  await expect(page.locator('[id="cart.desktop"] > details')).toHaveAttribute('open');
  await expect(page.locator('[id="cart.desktop"] summary').first()).toBeInViewport();
});

test('names, landmarks, headings and labels are there, and nothing is wider than the window', async ({ page }) => {
  verifies('report.accessible');
  await openReport(page, twoColors());
  await page.locator('.card').last().locator('summary').first().click();
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    const one = (selector: string) => {
      const count = document.querySelectorAll(selector).length;
      if (count !== 1) found.push(`${count} × ${selector}`);
    };
    for (const selector of ['html[lang]', 'title', 'main', 'body > header', 'body > footer', 'h1']) one(selector);
    const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
    found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: #${id}`));
    let level = 0;
    for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
      const next = Number(heading.tagName.slice(1));
      if (next > level + 1) found.push(`h${level} is followed by h${next}: ${heading.textContent}`);
      level = next;
    }
    for (const image of document.querySelectorAll('img')) if (!image.alt) found.push(`no alt: ${image.className}`);
    for (const svg of document.querySelectorAll('svg')) {
      if (svg.getAttribute('aria-hidden') !== 'true') found.push('an svg is neither hidden nor named');
    }
    for (const control of document.querySelectorAll<HTMLInputElement>('input, select, button')) {
      const label = control.labels?.[0]?.textContent ?? control.textContent ?? '';
      if ((control.getAttribute('aria-label') ?? label).trim() === '') found.push(`no name: ${control.outerHTML}`);
    }
    for (const link of document.querySelectorAll('a[href^="#"]')) {
      const target = decodeURIComponent(link.getAttribute('href') ?? '').slice(1);
      if (document.getElementById(target) === null) found.push(`leads nowhere: ${target}`);
    }
    for (const marked of document.querySelectorAll('[aria-labelledby]')) {
      const name = marked.getAttribute('aria-labelledby') ?? '';
      if (document.getElementById(name) === null) found.push(`named by nothing: ${name}`);
    }
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) found.push(`${over} px wider than the window`);
    return found;
  });
  expect(faults).toEqual([]);
});

test('the first screen shows the worst finding large, and every screen with its marks @once', async ({ page }) => {
  verifies('report.first-screen', 'report.filter');
  const model = twoColors();
  const [first, ...others] = model.pairs;
  if (first === undefined) throw new Error('The model has no pair.');
  const part = { x: 0, y: 0, width: 400, height: 300 };
  const worst = { ...region(100, 150, 80, 32), element: { selector: 'form > button', role: 'button', name: 'Buy' } };
  const thumb = { data_uri: flat(40, 30, [30, 30, 200]), part };
  const named = { ...first, pair: { ...first.pair, regions: [worst, ...first.pair.regions.slice(1)] }, thumb };
  const picture = flat(400, 300, [200, 30, 30]);
  const checks = [
    check(
      'runtime_clean',
      [{ screen: 'cart', viewport: 'mobile, desktop', title: 'It threw.', file: 'src/cart.ts', line: 7 }],
      {
        severity: 'warn',
      },
    ),
  ];
  await openReport(page, {
    ...model,
    pairs: [named, ...others],
    closeup: { part, reference: picture, actual: picture },
    verdict: verdict({ checks }),
    next: [
      { tool: 'codeloop_diagnose', arguments: { run_id: 'r1' }, why: 'Names the files.' },
      { tool: 'codeloop_verify', arguments: {} },
    ],
  });
  await expect(page.locator('.worst .what')).toHaveText('Button “Buy” is missing.');
  await expect(page.locator('.worst .facts-line')).toHaveText('home mobile · form > button');
  // The mark lies on the pixels it names, in the close-up as in the thumbnail, and all of it is on the first screen.
  for (const [box, shown] of [
    ['.closeup', 'img'],
    ['.thumb', 'img'],
  ] as const) {
    const holder = page.locator(box).first();
    const [image, mark] = [
      await holder.locator(shown).boundingBox(),
      await holder.locator('.line').first().boundingBox(),
    ];
    if (image === null || mark === null) throw new Error('not drawn');
    expect(Math.abs((mark.x - image.x) / image.width - 0.25)).toBeLessThan(0.01);
    expect(Math.abs((mark.y - image.y) / image.height - 0.5)).toBeLessThan(0.01);
    expect(mark.y + mark.height).toBeLessThan(900);
  }
  await expect(page.locator('.summary')).toHaveText(
    '2 of 4 screenshots do not hold: differences on 1. 1 of 2 gates does not hold.',
  );
  await expect(page.locator('.field .tag').first()).toHaveText('1 critical');
  await page.locator('.worst a').click();
  await expect(firstCard(page).locator('.actual .outline[data-region="0"]')).toHaveClass(/is-picked/);
  // What holds is folded.
  await expect(page.getByText('1 gate holds, 1 does not apply')).toBeVisible();
  await expect(page.getByText('Gate evidence_integrity')).toBeHidden();
  const shown = page.locator('.card:visible');
  // A search names the places that hold the words, in open entries and in closed ones, and leads there by keyboard alone.
  await page.locator('h1').click();
  await page.keyboard.press('/');
  await page.keyboard.type('src/cart.ts THREW');
  await expect(shown).toHaveCount(2);
  const hits = page.getByRole('list', { name: 'Found' }).getByRole('button');
  await expect(hits).toHaveText(['It threw. src/cart.ts:7 cart desktop and 1 more']);
  await page.getByRole('searchbox', { name: 'Search' }).fill('button buy missing');
  await expect(hits).toHaveText(['Button “Buy” is missing. home mobile']);
  await page.getByRole('searchbox', { name: 'Search' }).fill('desktop threw');
  await hits.first().focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('[id="cart.desktop~p1"]')).toBeFocused();
  await expect(page.locator('[id="cart.desktop~p1"]')).toBeInViewport();
  // Words that only name a screen show the screen.
  await page.getByRole('searchbox', { name: 'Search' }).fill('desktop');
  await expect(shown).toHaveCount(1);
  await expect(hits).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Search' }).fill('');
  await expect(hits).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Fail' });
  await expect(shown).toHaveCount(1);
  await page.getByText('Then').click();
  await page.locator('.call .copy').nth(1).click();
  await expect(page.locator('.call .copy').nth(1)).toHaveText(/Copied|Selected/);
});

test('a moment of a recording is one press away, and its log goes in step @once', async ({ page }) => {
  verifies('report.recording', 'report.key-frames');
  const replay = replayed({ status: 'fail', viewport: 'mobile' });
  const moments = [
    { at_ms: 458, kind: 'step' as const, text: 'click on link "Pay"' },
    { at_ms: 2045, kind: 'error' as const, text: 'boom' },
    { at_ms: 2045, kind: 'finding' as const, text: 'It threw.' },
    { at_ms: 2046, kind: 'step' as const, text: 'wait' },
  ];
  const key_frames = [0, 2045, 4090].map((at_ms) => ({ at_ms, data_uri: flat(40, 30, [30, 30, 200]) }));
  const recording = { duration_ms: 4090, moments, key_frames };
  await openReport(page, { ...twoColors(), flows: [{ replay, status: 'fail', video: 'gone.webm', recording }] });
  const player = page.locator('.player');
  // A video that is not there keeps its time line: what happened can still be read, and a press leads to the file.
  await expect(player.locator('.moments li')).toHaveText([
    '0.5 s step click on link "Pay"',
    '2.0 s error boom',
    '2.0 s finding It threw.',
    '2.0 s step wait',
  ]);
  await page.evaluate(() => {
    const video = document.querySelector('video');
    if (video) Object.defineProperty(video, 'error', { value: null });
  });
  // Of several at one time the pressed one is marked, and stays so when the video says where it is.
  const marked = player.locator('li:has(.moment[aria-current])');
  const told = (name: string) =>
    player.locator('video').evaluate((video, event) => video.dispatchEvent(new Event(event)), name);
  for (const index of [2, 3, 1]) {
    await player.locator('.moment').nth(index).click();
    await told('seeked');
    await expect(marked).toHaveText(/boom|It threw\.|wait/);
    expect(await marked.evaluate((one) => [...(one.parentElement?.children ?? [])].indexOf(one))).toBe(index);
  }
  expect(await player.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)).toBe(2.045);
  // The key frames go along, and lead to their moments, too.
  const frames = player.getByRole('list', { name: /^Key frames of pay at mobile/ }).getByRole('link');
  await expect(frames).toHaveText(['at 0.0 s', 'at 2.0 s', 'at 4.1 s']);
  await expect(frames.nth(1)).toHaveAttribute('aria-current', 'true');
  await frames.nth(0).click();
  await told('seeked');
  expect(await player.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)).toBe(0);
  await expect(player.locator('[aria-current]')).toHaveText(['at 0.0 s']);
  await player.locator('.moment').nth(1).click();
  await told('seeked');
  await player.getByRole('button', { name: 'Frame back' }).click();
  await told('seeked');
  await expect(marked).toHaveText(/Pay/);
  expect(await player.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)).toBeCloseTo(2.005, 6);
  // What is too much for a phone scrolls by itself, and what only a screen reader says along with it.
  await page.setViewportSize({ width: 320, height: 800 });
  await frames.nth(2).scrollIntoViewIfNeeded();
  await expect(frames.nth(2).locator('img')).toHaveJSProperty('naturalWidth', 40);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test('axe finds nothing, in the light and in the dark', async ({ page }) => {
  verifies('report.accessible');
  const replay = replayed({ status: 'fail', viewport: 'mobile' });
  const moments = [{ at_ms: 458, kind: 'step' as const, text: 'click on link "Pay"' }];
  const key_frames = [{ at_ms: 458, data_uri: flat(40, 30, [30, 30, 200]) }];
  const recording = { duration_ms: 4090, moments, key_frames };
  const flow = { replay, status: 'fail' as const, video: 'gone.webm', recording };
  const logs = Array.from({ length: 60 }, (_, at) => logEntry(`line ${at}`));
  const cells = [{ cell: cell('home', 'mobile', { screenshot: screenshot('home', { logs }) }) }];
  await openReport(page, { ...twoColors(), flows: [flow], cells });
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await expect(page.locator('.cards .body > noscript')).toHaveCount(0);
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => {
      // What the script above has put there.
      const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run();
      return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => String(target)).slice(0, 3)]);
    });
    expect(found, colorScheme).toEqual([]);
  }
});

test('the theme follows the system and can be chosen @sampled', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openReport(page, twoColors());
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await ground()).toBe('rgb(19, 20, 21)');
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  expect(await ground()).toBe('rgb(245, 244, 241)');
  await page.getByRole('button', { name: 'Theme: light' }).click();
  expect(await ground()).toBe('rgb(19, 20, 21)');
});

test('nothing a page says runs, and no word of it widens the report', async ({ page }) => {
  verifies('report.untrusted');
  const pairs = hostileTexts.map((text, at) =>
    reportPair(
      pair(text, `v${at % 3}`, {
        outcome: 'mismatch',
        score: 0.5,
        note: text,
        regions: [region(1, 2, 30, 40, { element: { selector: text, name: text } })],
      }),
    ),
  );
  const cells = hostileTexts.map((text, at) => ({
    cell: cell(text, `v${at % 3}`, {
      screenshot: screenshot('x', { title: text, url: text, logs: [logEntry(text, { url: text })] }),
    }),
  }));
  const problems = hostileTexts.map((text) => ({ title: text, text, url: text, fix: text }));
  const seen = await openReport(
    page,
    sampleModel({
      pairs,
      cells,
      summary: hostileTexts.join(' '),
      verdict: verdict({ checks: [check('design_compare_evidence', problems)] }),
    }),
  );
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await expect(page.locator('.cards .body > noscript')).toHaveCount(0);
  await page.locator('.card').last().scrollIntoViewIfNeeded();
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(await page.locator('script').count()).toBe(1);
  expect(await page.locator('hacked, [onerror], [onload], [onfocus], [onmouseover]').count()).toBe(0);
  expect(seen).toEqual({ requests: [page.url()], complaints: [] });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
});
