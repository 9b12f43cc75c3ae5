import { expect, test } from '@playwright/test';
import { toCodeloopError } from '../../src/core/errors.js';
import type { Step } from '../../src/core/vocabulary/step.js';
import { verifies } from '../requirements.js';
import { html, type Site, startSite } from './site.js';
import { type StepPage, StepPages } from './step-page.js';

/** Busy for longer than the steps on it may take, then as before. */
const BUSY_MS = 12_000;
const busy = `const end = performance.now() + ${BUSY_MS}; while (performance.now() < end);`;
const page = html(
  `<button onclick="${busy}">Loop</button><button onclick="setTimeout(() => { ${busy} }, 0)">Loop later</button><p>Here</p>
   <button disabled>Never</button>`,
);

test.describe('a page that hangs @once', () => {
  const pages = new StepPages();
  let site: Site;
  test.beforeAll(async () => {
    site = await startSite({ '/': page });
  });
  test.afterEach(() => pages.closePages());
  test.afterAll(async () => {
    await pages.dispose();
    await site.close();
  });

  const code = (shown: StepPage, step: Step) => {
    return shown.take(step).then(
      ({ ok }) => String(ok),
      (error: unknown) => toCodeloopError(error).code,
    );
  };

  for (const name of ['Loop', 'Loop later'])
    test(`${name}: is told as such, at once the next time, and is used again when it answers`, async () => {
      verifies('act.hung-page');
      const shown = await pages.open(site.url);
      const target = { role: 'button', name };
      expect(await code(shown, { action: 'click', target, timeout_ms: 1000 })).toBe('PAGE_UNRESPONSIVE');
      expect(await code(shown, { action: 'assert_visible', target: { text: 'Here' } })).toBe('PAGE_UNRESPONSIVE');
      const again = () => code(shown, { action: 'assert_visible', target: { text: 'Here' } });
      await expect.poll(again, { timeout: BUSY_MS * 4 }).toBe('true');
    });

  test('a step that waits in vain on a page that answers says what it waited for', async () => {
    verifies('act.hung-page');
    const shown = await pages.open(site.url);
    const target = { role: 'button', name: 'Never' };
    expect(await code(shown, { action: 'click', target, timeout_ms: 300 })).toBe('STEP_TIMEOUT');
    expect(await code(shown, { action: 'assert_visible', target: { text: 'Here' } })).toBe('true');
  });
});
