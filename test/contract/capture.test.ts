import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowserDriver } from '../../src/browser/browser-driver.js';
import type { CaptureDriver } from '../../src/capture/capture.js';
import { PageSnapshot } from '../../src/core/vocabulary/dom-boxes.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { Environment, Screenshot } from '../../src/core/vocabulary/screenshot.js';
import { StepResult } from '../../src/core/vocabulary/step.js';
import { memorySink } from '../browser/photo-booth.js';
import { fakeDriver } from '../capture/fake-driver.js';
import { verifies } from '../requirements.js';

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>Contract</title><p>hello</p>');
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const drivers: Record<string, () => CaptureDriver> = {
  'the fake': fakeDriver,
  'the browser': createBrowserDriver,
};

for (const [name, make] of Object.entries(drivers)) {
  describe(`every driver: ${name}`, () => {
    const driver = make();
    afterAll(() => driver.dispose());
    const { signal } = new AbortController();
    const options = (height = 200) => ({
      viewport: Viewport.parse({ width: 300, height, device_scale_factor: 2 }),
      allowedOrigins: [],
      redact: (text: string) => text.replaceAll('hello', '*****'),
    });
    const request = { name: 'home.small', fullPage: false, masks: [], settleTimeoutMs: 5000 };

    test('answers a picture of the right size, stored whole, as the vocabulary has it', async () => {
      verifies('capture.contract');
      const sink = memorySink();
      const capture = driver.create(options(), sink);
      await capture.open({ kind: 'url', url }, signal);
      const shot = Screenshot.parse(await capture.screenshot(request, signal));
      const file = sink.files.get('home.small.png');
      expect(shot.size).toEqual({ width: 600, height: 400 });
      expect(file).toMatchObject({ kind: 'screenshot', size: shot.size });
      expect(shot.image).toMatchObject({ path: 'home.small.png', bytes: file?.data.length });
      expect([shot.url, shot.title, shot.steady.settled, shot.full_page]).toEqual([url, 'Contract', true, false]);
      await capture.close();
    });

    test('keeps sessions apart, gives equal pictures for equal pages, and takes a second picture', async () => {
      verifies('capture.contract', 'capture.isolated');
      const captures = [options(), options(100)].map((each) => driver.create(each, memorySink()));
      await Promise.all(captures.map((capture) => capture.open({ kind: 'url', url }, signal)));
      const shots = await Promise.all(captures.map((capture) => capture.screenshot(request, signal)));
      expect(shots.map(({ size }) => size.height)).toEqual([400, 200]);
      const again = await captures[0]?.screenshot(request, signal);
      expect(again?.image.sha256).toBe(shots[0]?.image.sha256);
      await Promise.all(captures.map((capture) => capture.close()));
    });

    test('gives each log entry once, redacted', async () => {
      verifies('capture.contract');
      const capture = driver.create(options(), memorySink());
      await capture.open({ kind: 'url', url: `${url}hello` }, signal);
      const first = capture.drainLogs?.() ?? [];
      expect(first.length).toBeGreaterThan(0);
      expect(JSON.stringify(first)).not.toContain('hello');
      expect(capture.drainLogs?.()).toEqual([]);
      expect((await capture.screenshot(request, signal)).logs).toEqual([]);
      await capture.close();
    });

    test('refuses what is not allowed, is cancelled, and closes twice', async () => {
      verifies('capture.contract', 'capture.no-file');
      const capture = driver.create(options(), memorySink());
      for (const bad of ['file:///etc/passwd', 'http://codeloop.example/'])
        await expect(capture.open({ kind: 'url', url: bad }, signal)).rejects.toMatchObject({ code: 'ORIGIN_BLOCKED' });
      const cancelled = new AbortController();
      cancelled.abort();
      await expect(capture.open({ kind: 'url', url }, cancelled.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
      await capture.open({ kind: 'url', url }, signal);
      await expect(capture.screenshot(request, cancelled.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
      await capture.close();
      await capture.close();
      await expect(capture.open({ kind: 'url', url }, signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    test('takes steps and reads the page where it can, and lacks what it cannot do', async () => {
      verifies('capture.contract');
      const capture = driver.create(options(), memorySink());
      await capture.open({ kind: 'url', url }, signal);
      expect(capture.perform === undefined).toBe(capture.snapshot === undefined);
      if (capture.perform && capture.snapshot) {
        const step = { action: 'hover', target: { text: 'hello' } } as const;
        const result = StepResult.parse(await capture.perform(step, signal));
        expect(result).toMatchObject({ action: 'hover', ok: true, url, title: 'Contract' });
        expect(result.waited_for).not.toBe('');
        const missing = { action: 'hover', target: { text: 'not there' }, timeout_ms: 100 } as const;
        await expect(capture.perform(missing, signal)).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
        await expect(capture.perform({ action: 'hover' }, signal)).rejects.toMatchObject({ code: 'STEP_INVALID' });
        const snapshot = PageSnapshot.parse(await capture.snapshot({}, signal));
        expect(snapshot.title).toBe('Contract');
        expect(snapshot.lines.join('\n')).toContain('*****');
        expect(snapshot.lines.join('\n')).not.toContain('hello');
        const over = AbortSignal.abort();
        await expect(capture.perform(step, over)).rejects.toMatchObject({ code: 'CANCELLED' });
        await expect(capture.snapshot({}, over)).rejects.toMatchObject({ code: 'CANCELLED' });
      }
      await capture.close();
    });

    test('says what its pictures depend on', async () => {
      verifies('capture.contract');
      const environment = Environment.parse(await driver.environment());
      expect(environment.id).toMatch(/^[a-z0-9-]+$/);
      expect(await driver.environment()).toEqual(environment);
      expect(driver.accepts({ kind: 'url', url })).toBe(true);
    });
  });
}
