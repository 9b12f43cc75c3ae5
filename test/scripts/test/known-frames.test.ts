import { afterEach, expect, test } from 'vitest';
import { keepKnownFrames } from '../../../scripts/test/known-frames.mjs';

const installed = Error.prepareStackTrace;
afterEach(() => {
  Error.prepareStackTrace = installed;
});

test('each place is mapped once, and a stack says what it said before', () => {
  let mapped = 0;
  const map = (error: Error, sites: NodeJS.CallSite[]) => {
    // What is built into Node has no place.
    mapped += sites.filter((site) => site.getFileName()).length;
    return `${error.name}: ${error.message}${sites.map((site) => `\n    at ${site} (mapped)`).join('')}`;
  };
  Error.prepareStackTrace = map;
  keepKnownFrames();
  const kept = Error.prepareStackTrace;
  keepKnownFrames();
  expect(Error.prepareStackTrace).toBe(kept);

  const stacks = [map, kept, kept].map((prepare) => {
    Error.prepareStackTrace = prepare;
    mapped = 0;
    const said = ['one', 'two'].map((message) => new TypeError(message).stack);
    return { said, mapped };
  });
  const [plain, first, again] = stacks;
  expect(plain?.said[1]).toMatch(/^TypeError: two\n {4}at .*known-frames\.test\.ts.* \(mapped\)\n/);
  expect(first?.said).toEqual(plain?.said);
  expect(again?.said).toEqual(plain?.said);
  expect(first?.mapped).toBe((plain?.mapped ?? 0) / 2);
  expect(again?.mapped).toBe(0);
});
