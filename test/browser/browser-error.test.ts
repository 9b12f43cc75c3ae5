import { expect, test } from 'vitest';
import { browserError } from '../../src/browser/browser-error.js';
import { assertMayOpen } from '../../src/browser/navigate.js';
import { allowedOrigins } from '../../src/browser/origin-proxy.js';
import { toCodeloopError } from '../../src/core/errors.js';
import { verifies } from '../requirements.js';

test('what took Playwright too long is a deadline, and no mistake of ours', () => {
  verifies('steps.waiting');
  const error = browserError(new Error('page.ariaSnapshot: Timeout 10000ms exceeded.\nCall log:'), 'reading the page');
  expect([error.code, error.message]).toEqual([
    'DEADLINE_EXCEEDED',
    'reading the page did not finish within 10000 ms.',
  ]);
  // What is left of a budget may be no whole number.
  expect(browserError(new Error('locator.click: Timeout 4503.136950999993ms exceeded.'), 'click').code).toBe(
    'DEADLINE_EXCEEDED',
  );
  expect(browserError(new Error('odd'), 'reading the page').code).toBe('INTERNAL');
  const left = new Error('frame.evaluate: Execution context was destroyed, most likely because of a navigation.');
  expect(browserError(left, 'bringing the page to rest')).toMatchObject({
    code: 'NAVIGATION_FAILED',
    message:
      'the page could not be opened: it loads itself again and again, or went elsewhere (bringing the page to rest was given up).',
  });
});

test.each([
  ['https://a.example/x', 'Add "https://a.example" to network.allowed_origins'],
  ['file:///etc/passwd', 'Give an http or https address'],
  ['javascript:alert(1)', 'Give an http or https address'],
  ['data:text/html,x', 'Give an http or https address'],
  ['/', 'Give an http or https address'],
])('offers to allow origins of the web only: %s', (url, fix) => {
  verifies('steps.walls');
  const open = () => {
    try {
      assertMayOpen(url, allowedOrigins([]));
    } catch (error) {
      return toCodeloopError(error).toBody().fix;
    }
    return undefined;
  };
  expect(open()).toContain(fix);
});
