import type { BrowserContext } from 'playwright';
import { afterEach, expect, test, vi } from 'vitest';
import { PageLog } from '../../src/browser/page-log.js';
import { PageSession } from '../../src/browser/page-session.js';
import { seenByOthers } from '../../src/browser/seen-by-others.js';
import { WarmBrowser } from '../../src/browser/warm-browser.js';
import { CodeloopError } from '../../src/core/errors.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';

afterEach(() => vi.useRealTimers());

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
    // Of one that was replaced already no session says anything of the next.
    warm.replace(stuck);
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

test('a page that cannot be made in time is made in another browser, once', async () => {
  verifies('verify.one-cell');
  let asked = 0;
  /** A browser that answers, and makes no page: it has lost the process that begins them. */
  class Halved extends WarmBrowser {
    readonly replaced: (BrowserContext | undefined)[] = [];
    override async get() {
      if (++asked !== 2) throw new CodeloopError('DEADLINE_EXCEEDED', { what: 'making a page', ms: 40_000 });
      return super.get();
    }
    override replace(stuck: BrowserContext | undefined) {
      this.replaced.push(stuck);
      super.replace(stuck);
    }
  }
  const warm = new Halved({ engine: 'chromium' }, []);
  const viewport = Viewport.parse({ width: 300, height: 200 });
  const options = { viewport, allowedOrigins: [], redact: (text: string) => text };
  const start = () =>
    PageSession.start(warm, 'chromium', options, new PageLog(options.redact), new AbortController().signal);
  try {
    const session = await start();
    expect(await session.page.evaluate(() => 6 * 7)).toBe(42);
    expect(warm.replaced).toEqual([undefined]);
    await session.close();
    await expect(start()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(asked).toBe(4);
  } finally {
    await warm.dispose();
  }
});

test('a second look that no browser answers ends in time, after one try in another', async () => {
  verifies('verify.one-cell');
  vi.useFakeTimers();
  const replaced: unknown[] = [];
  const never = new Promise<never>(() => undefined);
  const browser = { get: () => never, replace: (stuck: BrowserContext | undefined) => void replaced.push(stuck) };
  const first = { ever: new Set<string>(), steady: new Set<string>() };
  const question = {
    ...{ browser, options: {}, viewport: Viewport.parse({ width: 300, height: 200 }), freezeTime: undefined },
    target: { kind: 'url' as const, url: 'http://127.0.0.1:1/' },
    ...{ redact: (text: string) => text, signal: new AbortController().signal },
  };
  const seen = expect(seenByOthers(first, question)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await vi.advanceTimersByTimeAsync(39_999);
  expect(replaced).toEqual([]);
  await vi.advanceTimersByTimeAsync(40_001);
  await seen;
  expect(replaced).toEqual([undefined]);
});
