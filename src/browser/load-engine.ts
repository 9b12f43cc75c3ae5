import { createRequire } from 'node:module';
import type { BrowserType } from 'playwright';
import type { Engine } from './find-browser.js';

const require = createRequire(import.meta.url);

/**
 * Playwright's launcher of that engine, loaded on first use. By `require`: imported, Node first scans its one file of 3.6 MB for named
 * exports, a third of what loading it costs.
 */
export function loadEngine(engine: Engine): BrowserType {
  const playwright: typeof import('playwright') = require('playwright');
  return playwright[engine];
}
