import type { CaptureDriver } from '../capture/capture.js';
import { BrowserCapture } from './browser-capture.js';
import { readEnvironment } from './environment.js';
import type { Engine } from './find-browser.js';
import { WarmBrowser } from './warm-browser.js';

/** What the browser driver is made from: the `browser` part of the configuration. */
export interface BrowserDriverOptions {
  /** Default chromium. */
  engine?: Engine | undefined;
  /** Path of a browser; CODELOOP_BROWSER goes before it. */
  executable?: string | undefined;
  /** `chrome`, `msedge` or `chromium`: that one of the system's. */
  channel?: string | undefined;
  /** More flags, from the configuration file only; nothing of a tool's input may get here. */
  args?: readonly string[] | undefined;
}

/**
 * The driver for web pages. Nothing is started or loaded before the first `open()` or `environment()`; one browser stays warm until
 * `dispose()`; each session is a context of its own. How many run at once is the caller's business.
 */
export function createBrowserDriver(options: BrowserDriverOptions = {}): CaptureDriver {
  const engine = options.engine ?? 'chromium';
  const executable = process.env.CODELOOP_BROWSER || options.executable;
  const browser = new WarmBrowser(
    {
      engine,
      ...(executable === undefined ? {} : { executable }),
      ...(options.channel === undefined ? {} : { channel: options.channel }),
    },
    options.args ?? [],
  );
  return {
    id: 'browser',
    accepts: (target) => target.kind === 'url',
    create: (captureOptions, sink) => new BrowserCapture(browser, engine, captureOptions, sink),
    environment: () => readEnvironment(browser, engine),
    dispose: () => browser.dispose(),
  };
}
