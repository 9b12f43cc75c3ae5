import { expect, test } from 'vitest';
import type { Region } from '../../../src/core/vocabulary/pair.js';
import { joinedRegions, readPair } from '../../../src/design/reading/read-pair.js';
import { roundedDown } from '../../../src/design/reading/read-reference.js';
import { verifies } from '../../requirements.js';

const region = (severity: Region['severity'], x: number): Region => ({
  rect: { x, y: 0, width: 10, height: 10 },
  area: 100,
  kind: 'unknown',
  severity,
});

/** Severity and place of each region, in order. */
const joined = (read: readonly Region[], unread: readonly Region[]) =>
  joinedRegions(read, unread).map(({ severity, rect }) => `${severity} ${rect.x}`);

test.each<[string, Region[], Region[], string[]]>([
  [
    'a cause comes before the larger change of pixels that follows from it',
    [region('major', 1)],
    [region('critical', 2), region('minor', 3)],
    ['major 1', 'major 2', 'minor 3'],
  ],
  [
    'beside something critical pixels stay what they are',
    [region('critical', 1), region('major', 2)],
    [region('critical', 3)],
    ['critical 1', 'critical 3', 'major 2'],
  ],
  [
    'where nothing that matters was read pixels tell it',
    [region('minor', 1)],
    [region('critical', 2)],
    ['critical 2', 'minor 1'],
  ],
  ['where nothing was read pixels tell it', [], [region('critical', 1)], ['critical 1']],
])('%s', (_name, read, unread, expected) => {
  verifies('design.element-alone');
  expect(joined(read, unread)).toEqual(expected);
});

/** Lines of text, 20 px apart, of which each stands so much lower in the reference. */
const lines = (lower: readonly number[], x = 0) =>
  lower.map((dy, at) => ({
    part: { kind: 'text' as const, rect: { x, y: at * 20, width: 100, height: 12 } },
    place: { dx: 0, dy },
  }));
/** Each lower by so much more than the one above it. */
const stepwise = (step: number) => Array.from({ length: 31 }, (_, at) => at * step);

test.each<[string, ReturnType<typeof lines>, number, string]>([
  ['roundings of thirty lines', lines(stepwise(0.3)), 1009, 'match'],
  ['roundings the other way', lines(stepwise(-0.3)), 991, 'match'],
  ['roundings in one of two columns', [...lines(stepwise(0.3)), ...lines([0, 0, 0, 0, 0], 300)], 1009, 'match'],
  [
    'a distance of its own among them',
    lines(Array.from({ length: 31 }, (_, at) => (at < 15 ? 0 : 9))),
    1009,
    'size-mismatch',
  ],
  ['as long a page without a line that stands lower', lines(stepwise(0)), 1009, 'size-mismatch'],
  ['a page that is longer than its lines', lines(stepwise(0.3)), 1020, 'size-mismatch'],
])('the height of a page that another renderer drew: %s', (_name, placed, height, outcome) => {
  verifies('design.rounded-height');
  const reading = { sameRenderer: false, found: 1, findings: [], moved: [], rounded: roundedDown(placed, 1) };
  const size = { reference: { width: 400, height }, actual: { width: 400, height: 1000 } };
  const settings = {
    blockOnSeverity: 'major' as const,
    allowSizeDifference: false,
    scale: { reference: 1, actual: 1 },
  };
  expect(readPair(reading, [], { outcome: 'mismatch', size }, settings).outcome).toBe(outcome);
});
