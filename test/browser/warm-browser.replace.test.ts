import { expect, test } from 'vitest';
import { WarmBrowser } from '../../src/browser/warm-browser.js';
import { verifies } from '../requirements.js';

test('a browser that does not end a page gives way to another, and ends once the pages of all other sessions are closed', async () => {
  verifies('verify.one-cell');
  const warm = new WarmBrowser({ engine: 'chromium' }, []);
  try {
    const first = await warm.get();
    const [stuck, other] = [await first.newContext(), await first.newContext()];
    await stuck.newPage();
    const page = await other.newPage();
    warm.replace(stuck);
    const second = await warm.get();
    expect(second).not.toBe(first);
    expect(await warm.get()).toBe(second);
    // Whoever else has a page in it goes on.
    expect(await page.evaluate(() => 6 * 7)).toBe(42);
    const ended = new Promise((resolve) => first.once('disconnected', resolve));
    await other.close();
    await ended;
    expect([first.isConnected(), second.isConnected()]).toEqual([false, true]);
  } finally {
    await warm.dispose();
  }
});
