import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import axe from 'axe-core';
import sharp from 'sharp';
import { AdoptedPage, prepareContext } from '../../src/browser/adopted-page.js';
import { unpackLayout } from '../../src/core/vocabulary/laid-out-page.js';
import { decode } from '../../src/image/decode.js';
import { judgeScreen } from '../../src/layout/judge-screen.js';
import { leftEdge } from '../../src/layout/page-model.js';
import { openReviewDoor } from '../../src/server/review-door.js';
import { runsNewestFirst } from '../../src/store/run-list.js';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { type BaselineProject, openBaselineProject } from '../verify/baseline-project.js';
import { typist } from '../verify/call-tools.js';
import { memorySink } from './photo-booth.js';

// What a designer does from the first look to the last decision, by keyboard alone, on the pages that a real run made.

const widths = [375, 768, 1440];
const stop = new AbortController();
let project: BaselineProject | undefined;
let ended: Promise<unknown> = Promise.resolve();
let address = '';

test.beforeAll(async () => {
  project = await openBaselineProject();
  const { dir } = project;
  // Nothing that a look presses: only the flow below does, and then it throws.
  const page = (name: string) =>
    `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><h1>${name}</h1><button onclick="throw new Error('the till is shut')">Buy</button></html>`;
  for (const name of ['cart', 'pay']) await writeFile(path.join(dir, `site/${name}.html`), page(name));
  const screens = [
    { name: 'home', path: '/' },
    { name: 'cart', path: '/cart.html' },
    { name: 'pay', path: '/pay.html' },
  ];
  await project.configure({ screens, design: { block_on_severity: 'critical' } });
  // The button of the cart has a shade that nobody designed, which does not fail here: it was so when all was well.
  await mkdir(path.join(dir, 'designs/phone'), { recursive: true });
  await project.result('codeloop_verify', {});
  const agreeing = { ask: (question: string) => Promise.resolve(/Type "([^"]+)"/.exec(question)?.[1] ?? '') };
  await project.result('codeloop_bars_accept', { reason: 'a shade is no fault' }, { person: agreeing });
  const [newest] = [...runsNewestFirst(dir)];
  const cells = !newest || 'broken' in newest ? [] : newest.read.manifest.cells;
  /** As it was photographed, with a shade over the button. */
  const design = async (name: string, background: { r: number; g: number; b: number; alpha: number }) => {
    const shot = cells.find(({ screen }) => screen === name)?.screenshot?.image.path ?? '';
    const shade = await sharp({ create: { width: 100, height: 50, channels: 4, background } })
      .png()
      .toBuffer();
    await sharp(path.join(dir, shot))
      .composite([{ input: shade, left: 8, top: 70 }])
      .toFile(path.join(dir, `designs/phone/${name}.png`));
  };
  await design('cart', { r: 0, g: 0, b: 255, alpha: 0.03 });
  await project.git('add', '-A');
  await project.git('commit', '-qm', 'shades');
  const { gate } = await project.result('codeloop_verify', {});
  expect(gate).toMatchObject({ failing_gates: [], passed: true });
  // As designed, the home page has no button, and who buys meets an error.
  await design('home', { r: 255, g: 255, b: 255, alpha: 1 });
  await mkdir(path.join(dir, '.codeloop/flows'), { recursive: true });
  const buy = { action: 'click', target: { role: 'button', name: 'Buy' } };
  const flow = { schema_version: 1, name: 'buy', start: '/pay.html', steps: [buy] };
  await writeFile(path.join(dir, '.codeloop/flows/buy.json'), JSON.stringify(flow));
  expect(await project.result('codeloop_verify', {})).toMatchObject({ status: 'fail' });
  const named = ['home', 'cart', 'pay'];
  await project.result('codeloop_update_baseline', { screens: named, reason: 'first look', failing: true });
  const { person } = typist('');
  const opened = await openReviewDoor({
    dispatcher: { call: (tool, given, context) => of(project).call(tool, given as Record<string, unknown>, context) },
    caller: { client: { name: 'test', version: '1' }, roots: [dir], cwd: dir, ci: false, person },
    projectDir: undefined,
    signal: stop.signal,
    port: 0,
  });
  if (!('address' in opened)) throw new Error(JSON.stringify(opened));
  ({ ended, address } = { ended: opened.ended, address: opened.address });
});
test.afterAll(async () => {
  stop.abort();
  await ended;
  await project?.close();
});

function of<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('There is no project.');
  return value;
}

/** Goes on with Tab until the focus is where it is wanted, as somebody without a mouse does. */
async function tabTo(
  page: Page,
  role: 'link' | 'button' | 'checkbox' | 'textbox' | 'combobox',
  name: string | RegExp,
  nth = 0,
) {
  const wanted = page.getByRole(role, { name }).nth(nth);
  for (let step = 0; step < 120; step += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      await expect(wanted).toBeInViewport();
      // Where the focus is can be seen.
      expect(await wanted.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${role} ${name}.`);
}

/** Nothing that axe finds, nothing that is wider than the window. */
async function isSound(page: Page) {
  await page.evaluate(axe.source);
  const faults = await page.evaluate(async () => {
    // What the script above has put there.
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run();
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    return [
      ...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`),
      ...(over > 0 ? [`${over} px too wide`] : []),
    ];
  });
  expect(faults).toEqual([]);
}

/** Nothing that the layout gate is certain of, on the page as it stands. */
async function isLaidOut(page: Page) {
  const { signal } = new AbortController();
  const look = await AdoptedPage.adopt(page, { redact: (text) => text, likeOurs: false });
  const sink = memorySink();
  const asked = { name: 'page', fullPage: true, masks: [], settleTimeoutMs: 60_000, layout: true };
  const shot = await look.screenshot(asked, sink, signal);
  const bytes = (of = '') => Buffer.from(sink.files.get(of)?.data ?? '');
  const [laid] = await unpackLayout(bytes(shot.layout?.path));
  if (!laid) throw new Error('No layout was read.');
  const image = await decode({ bytes: bytes(shot.image.path), name: 'page.png' });
  const pictures = [{ ...image, origin: { x: leftEdge(laid), y: 0 }, scale: 1 }];
  const faults = judgeScreen([{ page: laid, viewport: 'window', pictures }]);
  const certain = faults.filter(({ certainty }) => certainty === 'certain');
  expect(certain.map(({ kind, element, what }) => `${kind} ${element.selector} ${what}`)).toEqual([]);
}

for (const width of FULL ? widths : widths.filter((_, at) => at === SEED % widths.length))
  test(`from the first look to the last decision, by keyboard, at ${width} px @once`, async ({ page }) => {
    verifies('review.decide', 'review.walk');
    await page.setViewportSize({ width, height: 900 });
    await prepareContext(page.context());
    await page.goto(address);
    await isSound(page);
    await isLaidOut(page);

    // Looks at the newest run: the worst in a glance, the slider, true pixels, the next difference, only the failing ones.
    const runs = /^(?:Fail|Needs a person|Could not run)/;
    await tabTo(page, 'link', runs, (await page.getByRole('link', { name: runs }).count()) - 1);
    await page.keyboard.press('Enter');
    await expect(page.locator('.worst')).toBeInViewport();
    await expect(page.locator('.worst')).toContainText('home');
    await isSound(page);
    await isLaidOut(page);
    await page.keyboard.press('j');
    await expect(page.locator('.actual .outline.is-picked')).toHaveCount(1);
    // The files themselves, each in a tab of its own: what it was held against, and what there is.
    for (const side of [/^Full size\s*, Reference of home/, /^Full size\s*, Actual picture of home/]) {
      const opened = page.waitForEvent('popup');
      await tabTo(page, 'link', side);
      await page.keyboard.press('Enter');
      const file = await opened;
      await expect(file.locator('img')).toHaveJSProperty('naturalWidth', 320);
      await file.close();
    }
    await page.keyboard.press('2');
    const slider = page.locator('.card details[open] [type=range]').first();
    await slider.focus();
    await page.keyboard.press('End');
    await expect(slider).toHaveValue('100');
    await tabTo(page, 'checkbox', 'Actual pixels');
    await page.keyboard.press('Space');
    await expect(page.locator('.card details[open] .actual img').first()).toHaveJSProperty('naturalWidth', 320);
    await page.keyboard.press('/');
    await page.keyboard.type('home');
    await expect(page.locator('.card:visible')).toHaveCount(1);

    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await expect(page.locator('.card:visible')).toHaveCount(3);

    // Only what is new since all was well, what was so then, and all of it again.
    await tabTo(page, 'combobox', 'Age');
    for (const [key, names] of [
      ['ArrowDown', ['home']],
      ['ArrowDown', ['cart']],
      ['Home', ['home', 'pay', 'cart']],
    ] as const) {
      await page.keyboard.press(key);
      await expect(page.locator('.card:visible h3')).toContainText(names);
      await expect(page.locator('.card:visible')).toHaveCount(names.length);
    }
    // In a list of choices a key chooses: on to the next field, then to the search.
    await page.keyboard.press('Tab');
    await page.keyboard.press('/');

    // Finds the error by its words, and sees in the recording what was there when it came.
    await page.keyboard.type('the till is shut');
    await tabTo(page, 'button', /the till is shut.* buy/);
    await page.keyboard.press('Enter');
    await expect(page.locator('.moments li:focus')).toContainText('the till is shut');
    const moment = page.locator('.moments li').filter({ hasText: 'the till is shut' }).first().locator('.moment');
    const at = Number(await moment.getAttribute('data-at'));
    await page.keyboard.press('Tab');
    await expect(moment).toBeFocused();
    await page.keyboard.press('Enter');
    const video = page.locator('.player video').first();
    // What was found in it happened at that very moment.
    await expect(page.locator('.moment[aria-current]')).toHaveAttribute('data-at', String(at));
    await expect
      .poll(() => video.evaluate((one: HTMLVideoElement) => [one.seeking, one.currentTime]))
      .toEqual([false, at / 1000]);
    // What the recording showed then stands beside it as a picture.
    await expect(page.locator('.player .key-frame img').first()).toHaveJSProperty('naturalWidth', 240);
    await isSound(page);
    await isLaidOut(page);
    await page.goBack();

    // Accepts two and refuses one with a reason.
    for (const name of ['home@phone', 'cart@phone']) {
      await tabTo(page, 'checkbox', name);
      await page.keyboard.press('Space');
    }
    await tabTo(page, 'textbox', 'Reason');
    await page.keyboard.type('as drawn');
    await tabTo(page, 'button', 'Accept what is ticked');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status')).toHaveText(/^Accepted 2\./);
    await tabTo(page, 'checkbox', 'pay@phone');
    await page.keyboard.press('Space');
    await tabTo(page, 'textbox', 'Reason');
    await page.keyboard.type('the price is missing');
    await tabTo(page, 'button', 'Refuse what is ticked');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status')).toHaveText('Refused 1.');
    await page.reload();
    const decided = page.locator('#decisions li');
    await expect(decided).toHaveText([
      /Refused pay@phone: the price is missing/,
      /Accepted cart@phone, home@phone: as drawn/,
    ]);
    await isSound(page);
    await isLaidOut(page);

    // And takes both back.
    for (const said of ['Undone: 1 as before.', 'Undone: 2 as before.']) {
      await tabTo(page, 'button', /^Undo/);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('status')).toHaveText(said);
    }
    await expect(page.getByRole('checkbox', { name: /@phone/ })).toHaveCount(3);
  });
