import { expect, test } from 'vitest';
import type { Region } from '../../../src/core/vocabulary/pair.js';
import { joinedRegions } from '../../../src/design/reading/read-pair.js';
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
