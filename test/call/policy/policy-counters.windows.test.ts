import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WINDOWS } from '../../../src/call/policy/policy.js';
import { countingWindow, timesInWindow, WINDOW_MS, windowStart } from '../../../src/call/policy/policy-counters.js';
import { verifies } from '../../requirements.js';

const at = (iso: string) => Date.parse(iso);

test.each([
  ['minute', '2026-03-01T10:31:59.999Z', '2026-03-01T10:31:00.000Z'],
  ['minute', '2026-03-01T10:32:00.000Z', '2026-03-01T10:32:00.000Z'],
  ['hour', '2026-03-01T10:59:59.999Z', '2026-03-01T10:00:00.000Z'],
  ['hour', '2026-03-01T11:00:00.000Z', '2026-03-01T11:00:00.000Z'],
  ['day', '2026-02-28T23:59:59.999Z', '2026-02-28T00:00:00.000Z'],
  ['day', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['day', '2026-03-29T01:30:00.000+02:00', '2026-03-28T00:00:00.000Z'],
] as const)('the %s that holds %s starts at %s', (window, now, start) => {
  verifies('policy.windows');
  expect(windowStart(at(now), window)).toBe(at(start));
});

test.each([
  ['the same window', '2026-03-01T10:31:30Z', '2026-03-01T10:31:00Z', '2026-03-01T10:31:00Z'],
  ['an earlier one is over', '2026-03-01T10:32:00Z', '2026-03-01T10:31:00Z', '2026-03-01T10:32:00Z'],
  [
    'a clock set back across the edge goes on in the later one',
    '2026-03-01T10:31:59Z',
    '2026-03-01T10:32:00Z',
    '2026-03-01T10:32:00Z',
  ],
  ['a start far ahead was a wrong clock', '2026-03-01T10:31:59Z', '2027-01-01T00:00:00Z', '2026-03-01T10:31:00Z'],
])('%s', (_name, now, stored, expected) => {
  verifies('policy.windows');
  expect(countingWindow(at(now), 'minute', at(stored))).toBe(at(expected));
});

test('a sliding window of 60 s holds a call for 59.999 s and drops it at 60.000 s', () => {
  verifies('policy.windows');
  expect(timesInWindow([1_000], 60_999, 60_000)).toEqual([1_000]);
  expect(timesInWindow([1_000], 61_000, 60_000)).toEqual([]);
});

test('every time lies in exactly one window of each length', () => {
  verifies('policy.windows');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') }), fc.constantFrom(...WINDOWS), (now, window) => {
      const start = windowStart(now, window);
      expect(start % WINDOW_MS[window]).toBe(0);
      expect(now - start).toBeGreaterThanOrEqual(0);
      expect(now - start).toBeLessThan(WINDOW_MS[window]);
      expect(countingWindow(now, window, start)).toBe(start);
    }),
  );
});
