import { expect, test } from '@playwright/test';
import { installHabits } from '../../src/browser/page/habits.js';
import { installParts } from '../../src/browser/page/parts.js';
import { witness } from '../../src/browser/page/witness.js';
import { PageWitness } from '../../src/browser/page-witness.js';
import { createRedactor } from '../../src/core/redact.js';
import type { RecordingEvent } from '../../src/core/vocabulary/recording.js';
import { verifies } from '../requirements.js';
import { startSite } from './site.js';

const OPTIONS = {
  ...{ binding: 'told', told: 'callback', freshMs: 15_000, maxFresh: 50, changeEveryMs: 100, textsEveryMs: 400 },
  ...{
    textsAfterMs: 60,
    stuckMs: 3000,
    pressMs: 1000,
    texts: true,
    beats: true,
    maxTexts: 200,
    maxTextLength: 200,
    toldLength: 600,
  },
};

// By the page's own clock, which the test turns: a machine that is busy changes nothing.
for (const [what, press, ms] of [
  ['a press that the page has heard', true, 4000],
  ['the last beat, where nothing was pressed', false, 4400],
] as const)
  test(`a standstill is told from ${what} @once`, async ({ page }) => {
    verifies('replay.frozen');
    const told: { what: string; ms?: number }[] = [];
    await page.exposeFunction('told', (message: string) => {
      told.push(JSON.parse(message));
    });
    await page.clock.install({ time: 0 });
    await page.setContent('<button style="position:fixed;left:0;top:0;width:100px;height:100px">Press</button>');
    await page.clock.pauseAt(1000);
    await page.evaluate(
      `(${installHabits})({ maxFields: 300 });(${installParts})({ most: 60, maxLength: 200 });(${witness})(${JSON.stringify(OPTIONS)})`,
    );
    // No beat yet: the first comes after half a second.
    await page.clock.runFor(400);
    await page.mouse.move(50, 50);
    if (press) await page.mouse.down();
    // The clock goes on, and what was due meanwhile happens once: so it is after scripts have held everything up.
    await page.clock.fastForward(4000);
    await expect
      .poll(() => told.filter((message) => message.what === 'stuck'))
      .toEqual([{ what: 'stuck', ms, loading: false }]);
  });

test('what is said inside of shadow trees, one in the other, is told, and nothing hidden @once', async ({ page }) => {
  verifies('replay.flow-clauses');
  const told: { what: string; texts?: string[] }[] = [];
  await page.exposeFunction('told', (message: string) => {
    told.push(JSON.parse(message));
  });
  await page.setContent(`<p>Plain</p><div id="outer"></div><script>
    const root = outer.attachShadow({ mode: 'open' });
    root.innerHTML = '<style>p { color: red }</style><p>Outer words</p><p hidden>Hidden words</p><div id="inner"></div>';
    root.getElementById('inner').attachShadow({ mode: 'open' }).innerHTML = '<p>Inner words</p>';
  </script>`);
  await page.evaluate(
    `(${installHabits})({ maxFields: 300 });(${installParts})({ most: 60, maxLength: 200 });(${witness})(${JSON.stringify(OPTIONS)})`,
  );
  await expect.poll(() => told.flatMap(({ texts = [] }) => texts)).toEqual(['Plain', 'Outer words', 'Inner words']);
});

test('a value in the line after its name is in no text that is told @once', async ({ page }) => {
  verifies('secrets.split');
  const told: RecordingEvent[] = [];
  const watching = new PageWitness(page, createRedactor([]), (event) => told.push(event));
  await watching.start(page.context(), true);
  await page.setContent('<dl><dt>API key</dt><dd>lamp9lamp8lamp7</dd></dl><p>Lamps</p>');
  await watching.flush();
  await expect
    .poll(() => told.flatMap((event) => (event.kind === 'texts' ? event.texts : [])))
    .toEqual(['API key', '•'.repeat(15), 'Lamps']);
  await page.evaluate(() => document.querySelector('dl')?.remove());
  await watching.flush();
  await expect
    .poll(() => told.flatMap((event) => (event.kind === 'texts' ? (event.gone ?? []) : [])))
    .toEqual(['API key', '•'.repeat(15)]);
  await watching.stop();
});

test('a secret whose end is not there yet, that is cut, or whose name was told before, is in no text that is told @once', async ({
  page,
}) => {
  verifies('secrets.split');
  const token = (mark: string, length: number) => mark + 'aB3dE5gH7jK9mN1pQ2sT4vW6xY8z'.repeat(4).slice(0, length);
  let goOn: () => void = () => undefined;
  const site = await startSite({
    '/': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      const half = token('hf_', 33);
      response.write(
        `<!doctype html><title>t</title><p>Lamps</p><p>${'x'.repeat(180)} ${token('npm_', 36)} and more</p><p>${half}`,
      );
      goOn = () => response.end(`z and <b>all</b></p><p>Verification</p><p>API key</p>`);
    },
  });
  const told: RecordingEvent[] = [];
  const watching = new PageWitness(page, createRedactor([]), (event) => told.push(event));
  const texts = () => told.flatMap((event) => (event.kind === 'texts' ? [...event.texts, ...(event.gone ?? [])] : []));
  await watching.start(page.context(), true);
  await page.goto(site.url, { waitUntil: 'commit' });
  await expect.poll(texts).toContain('Lamps');
  expect(String(texts())).not.toMatch(/hf_|aB3d/);
  goOn();
  await expect.poll(texts).toContain('API key');
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p>lamp9lamp8lamp7</p><p>Bought</p>'));
  await watching.flush();
  await expect.poll(texts).toContain('Bought');
  expect(texts()).toEqual([
    't',
    'Lamps',
    `${'x'.repeat(180)} [redacted] and more`,
    '[redacted] and all',
    'Verification',
    'API key',
    '•'.repeat(15),
    'Bought',
  ]);
  await watching.stop();
  await site.close();
});
