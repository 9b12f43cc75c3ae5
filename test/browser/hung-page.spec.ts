import type { ServerResponse } from 'node:http';
import { expect, test } from '@playwright/test';
import { toCodeloopError } from '../../src/core/errors.js';
import type { Step } from '../../src/core/vocabulary/step.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { html, type Site, startSite } from './site.js';
import { type StepPage, StepPages } from './step-page.js';

const few = sampled(test, 2);

/** Holds the page's thread until the test lets the answer go: however slow the machine is, it hangs exactly that long. */
const hang = "const request = new XMLHttpRequest(); request.open('GET', '/hold', false); request.send()";
const page = html(
  `<button onclick="${hang}">Hang</button><button onclick="setTimeout(() => { ${hang} }, 0)">Hang later</button><p>Here</p>
   <button disabled>Never</button><a href="/hold">Slow</a>`,
);

test.describe('a page that hangs @once', () => {
  let pages: StepPages;
  const held: ServerResponse[] = [];
  let site: Site;
  const letGo = () => {
    for (const response of held.splice(0)) response.end('over');
  };
  // A worker may begin this file more than once.
  test.beforeAll(async () => {
    pages = new StepPages();
    site = await startSite({ '/': page, '/hold': (_request, response) => void held.push(response) });
  });
  test.afterEach(async () => {
    letGo();
    await pages.closePages();
  });
  test.afterAll(async () => {
    await pages.dispose();
    await site.close();
  });

  const failure = async (shown: StepPage, step: Step) => {
    try {
      return { code: String((await shown.take(step)).ok), message: '' };
    } catch (error) {
      return toCodeloopError(error).toBody();
    }
  };
  const look: Step = { action: 'assert_visible', target: { text: 'Here' } };

  const HANGING = [
    ['Hang', 'The click on button "Hang" was delivered'],
    // It may hang before or after the browser heard that the press was taken.
    ['Hang later', '(?:The click on button "Hang later" was delivered|Click on button "Hang later")'],
  ] as const;
  for (const [name, done] of sampleOf(HANGING, 3))
    test(`${name}: is told as such with what was done, again the next time, and is used again when it answers`, async () => {
      verifies('act.hung-page', 'act.bounded', 'act.delivered');
      const shown = await pages.open(site.url);
      const click: Step = { action: 'click', target: { role: 'button', name }, timeout_ms: 1000 };
      // The answer is held until the end: that the steps end at all is their own doing.
      expect(await failure(shown, click)).toMatchObject({
        code: 'PAGE_UNRESPONSIVE',
        message: expect.stringMatching(`^${done}; since then the page does not answer`),
      });
      expect((await failure(shown, look)).code).toBe('PAGE_UNRESPONSIVE');
      expect(held).toHaveLength(1);
      letGo();
      await expect.poll(async () => (await failure(shown, look)).code, { timeout: 60_000 }).toBe('true');
    });

  few('a press that leads to a page that does not come says that it was delivered', async () => {
    verifies('act.delivered');
    const shown = await pages.open(site.url);
    const target = { role: 'link', name: 'Slow' };
    const body = await failure(shown, { action: 'click', target, timeout_ms: 1500 });
    expect([body.code, body.message]).toEqual([
      'STEP_TIMEOUT',
      'The step "click": the click on link "Slow" was delivered, then it waited 1500 ms in vain for the page that it leads to.',
    ]);
  });

  few('a step that waits in vain on a page that answers says what it waited for', async () => {
    verifies('act.hung-page');
    const shown = await pages.open(site.url);
    const target = { role: 'button', name: 'Never' };
    const body = await failure(shown, { action: 'click', target, timeout_ms: 300 });
    expect([body.code, body.message]).toEqual([
      'STEP_TIMEOUT',
      'The step "click" waited 300 ms in vain for button "Never" to be enabled.',
    ]);
    expect((await failure(shown, look)).code).toBe('true');
  });
});
