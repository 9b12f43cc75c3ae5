import { type BrowserDriverOptions, createBrowserDriver } from '../../src/browser/browser-driver.js';
import type { CaptureDriver } from '../../src/capture/capture.js';

/** The drivers of this worker, by their settings. */
const drivers = new Map<string, CaptureDriver>();

/**
 * A driver whose browser is started once for all that the worker tests, and ends with the worker: nobody disposes of it. A test whose
 * matter is how a browser begins, fails or ends makes a driver of its own.
 */
export function warmDriver(options: BrowserDriverOptions = {}): CaptureDriver {
  const key = JSON.stringify([options, process.env.CODELOOP_BROWSER]);
  const driver = drivers.get(key) ?? createBrowserDriver(options);
  drivers.set(key, driver);
  return driver;
}
