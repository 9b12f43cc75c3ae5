import { expect, test } from 'vitest';
import { Config } from '../../../src/config/schema.js';
import type { Cell } from '../../../src/core/vocabulary/run.js';
import { baseOf } from '../../../src/verify/judge/gather-evidence.js';

test.each([
  ['http://127.0.0.1:4000/shop/', '/shop/', 'http://127.0.0.1:4000/'],
  ['http://127.0.0.1:4000/', '/', 'http://127.0.0.1:4000/'],
  // Another address than the screen's.
  ['http://127.0.0.1:4000/login', '/shop/', undefined],
  // What `redact` covers is no address any more, whichever part of it that is.
  ['[redacted]://127.0.0.1:4000/shop/', '/shop/', undefined],
  ['http://[redacted]/shop/', '/shop/', undefined],
  ['http:[redacted]127.0.0.1:4000/shop/', '/shop/', undefined],
  ['[redacted]', '/', undefined],
])('the app’s address by what was asked for: %s at %s', (requested_url, path, base) => {
  // Only the names that are read, of a cell that has many more.
  const cells = [{ screen: 'shop', screenshot: { requested_url } }] as unknown as Cell[];
  const { screens = [] } = Config.parse({ screens: [{ name: 'shop', path }] });
  expect(baseOf(cells, screens)).toBe(base);
});
