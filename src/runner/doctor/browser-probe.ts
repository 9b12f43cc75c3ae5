import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.js';
import { CodeloopError } from '../../core/errors.js';
import { Viewport } from '../../core/vocabulary/viewport.js';
import { serveStatic } from '../../project/static-server.js';
import type { Probe } from './probe.js';

const PAGE =
  '<!doctype html><title>codeloop</title><body style="margin:0;background:#fff"><h1 style="font:40px sans-serif">codeloop</h1>';

/** A real picture of a small page, served on loopback, with the browser that verifications use. */
export const browserProbe: Probe = {
  id: 'browser',
  title: 'Browser (a real screenshot)',
  required: true,
  async run({ session, project, folder, signal }) {
    await writeFile(join(folder, 'index.html'), PAGE);
    const server = await serveStatic(folder);
    try {
      const driver = await session.browser(project.config);
      const environment = await driver.environment();
      const capture = driver.create(
        { viewport: Viewport.parse({ width: 320, height: 200 }), allowedOrigins: [], redact: (text) => text },
        {
          put: async ({ name, data }) => {
            await writeFile(join(folder, name), data);
            return { path: name, sha256: sha256(data), bytes: data.length };
          },
        },
      );
      try {
        await capture.open({ kind: 'url', url: server.url }, signal);
        const shot = await capture.screenshot(
          { name: 'doctor', fullPage: false, masks: [], settleTimeoutMs: 10_000, dom: false },
          signal,
        );
        const ok = shot.steady.settled && !shot.blank && shot.size.width === 320;
        return {
          ok,
          detail: `${environment.browser} ${environment.browser_version}: ${shot.size.width} x ${shot.size.height} px, ${shot.image.bytes} bytes${ok ? '' : ', blank or unsteady'}`,
        };
      } finally {
        await capture.close();
      }
    } catch (error) {
      if (!(error instanceof CodeloopError)) throw error;
      return { ok: false, detail: error.message, fix: error.toBody().fix };
    } finally {
      await server.stop();
    }
  },
};
