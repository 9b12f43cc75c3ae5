import { PNG } from 'pngjs';
import type { Capture, CaptureDriver, Observed } from '../../src/capture/capture.js';
import { CodeloopError } from '../../src/core/errors.js';
import type { LogEntry } from '../../src/core/vocabulary/screenshot.js';

/** A driver without a browser for tests of what stands above it: every page is white, titled "Contract", and steady at once. */
export function fakeDriver(): CaptureDriver {
  return {
    id: 'browser',
    accepts: (target) => target.kind === 'url',
    create(options, sink): Capture & Observed {
      let url: string | undefined;
      let closed = false;
      let logs: LogEntry[] = [];
      const scale = options.viewport.device_scale_factor;
      const drain = () => {
        const drained = logs;
        logs = [];
        return drained;
      };
      const alive = (signal: AbortSignal) => {
        if (signal.aborted || closed) throw new CodeloopError('CANCELLED', { what: 'the fake' });
      };
      return {
        async open(target, signal) {
          alive(signal);
          if (target.kind !== 'url')
            throw new CodeloopError('NAVIGATION_FAILED', { url: target.app, reason: 'an app' });
          const { protocol, hostname, origin } = new URL(target.url);
          const allowed =
            hostname === '127.0.0.1' || hostname === 'localhost' || options.allowedOrigins.includes(origin);
          if (!protocol.startsWith('http') || !allowed)
            throw new CodeloopError('ORIGIN_BLOCKED', { url: target.url, origin });
          url = target.url;
          const text = options.redact(`navigated to ${url}`);
          logs.push({
            at: new Date(0).toISOString(),
            kind: 'navigation',
            level: 'info',
            text,
            url: options.redact(url),
          });
        },
        async screenshot(request, signal) {
          alive(signal);
          if (url === undefined) throw new CodeloopError('INTERNAL', { reason: 'screenshot() before open()' });
          const size = { width: options.viewport.width * scale, height: options.viewport.height * scale };
          const png = new PNG(size);
          png.data.fill(255);
          const image = await sink.put({
            kind: 'screenshot',
            name: `${request.name}.png`,
            data: PNG.sync.write(png),
            size,
          });
          return {
            image,
            size,
            device_scale_factor: scale,
            full_page: request.fullPage === true,
            requested_url: url,
            url,
            title: 'Contract',
            http_status: 200,
            steady: { settled: true, frames: 2, waited_ms: 0 },
            settle: {
              fonts_missing: [],
              images_missing: [],
              lazy_scroll_px: 0,
              lazy_complete: true,
              media_pinned: 0,
              animations_stopped: 0,
            },
            masks: [],
            masked_ratio: 0,
            blank: true,
            logs: drain(),
          };
        },
        drainLogs: drain,
        async close() {
          closed = true;
        },
      };
    },
    environment: async () => ({
      id: 'fake-0',
      os: 'fake',
      arch: 'fake',
      browser: 'fake',
      browser_version: '0',
      fonts: 'none',
    }),
    dispose: async () => undefined,
  };
}
