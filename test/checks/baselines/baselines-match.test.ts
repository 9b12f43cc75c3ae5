import { expect, test } from 'vitest';
import check from '../../../src/checks/baselines/baselines-match.js';
import { baselinePair, findings, proposal, standing } from '../baseline-samples.js';
import { region } from '../samples.js';
import { checkTable } from '../tables.js';

const changed = baselinePair({
  outcome: 'mismatch',
  score: 0.99,
  diff_pixels: 200,
  total_pixels: 20_000,
  regions: [
    region('major', {
      kind: 'recolored',
      element: { selector: '#buy', role: 'button', name: 'Buy' },
      properties: [{ property: 'color', expected: '#ffffff', actual: '#eeeeee', source: 'computed' }],
    }),
  ],
});
const differs = 'The screen differs from the accepted picture in 200 of 20000 pixels.';
const baselines = findings();

checkTable(check, [
  ['the screen is as it was accepted', { baselinePairs: [baselinePair()], baselines }, 'pass', 1],
  [
    'it changed: the element and what changed of it are named',
    { baselinePairs: [changed], baselines },
    'fail',
    1,
    { title: differs, screen: 'home', viewport: 'mobile' },
    {
      title: 'major difference (recolored) at x 5, y 6, 10 x 20 px.',
      text: 'button "Buy" (#buy): color #ffffff -> #eeeeee',
      element: '#buy',
    },
  ],
  [
    'its new picture waits for a person',
    { baselinePairs: [changed], baselines: findings({ proposals: [proposal] }) },
    'needs_human',
    1,
    'The screen changed, and its new picture waits for a person.',
  ],
  [
    'another picture waits',
    { baselinePairs: [changed], baselines: findings({ proposals: [{ ...proposal, sha256: '2'.repeat(64) }] }) },
    'fail',
    1,
    differs,
    'major difference (recolored) at x 5, y 6, 10 x 20 px.',
  ],
  [
    'there is no picture now',
    { baselinePairs: [baselinePair({ outcome: 'missing-actual' })], baselines },
    'fail',
    1,
    'There is no picture of this screen to compare with the accepted one.',
  ],
  [
    'the accepted one was made elsewhere and differs',
    {
      baselinePairs: [baselinePair({ outcome: 'missing-reference', same_environment: false, environment: 'darwin' })],
      baselines,
    },
    'could_not_run',
    1,
    'The only accepted picture was made in another environment (darwin), and the pixels differ: it cannot be compared here.',
  ],
  [
    'the accepted one was made elsewhere and is equal',
    { baselinePairs: [baselinePair({ same_environment: false })], baselines },
    'pass',
    1,
  ],
  [
    'the accepted one is broken',
    { baselinePairs: [baselinePair({ outcome: 'unreadable', note: 'reference: cut off' })], baselines },
    'could_not_run',
    1,
    'The pair cannot be read: reference: cut off',
  ],
  [
    'the run is older than the baseline',
    { baselinePairs: [], baselines },
    'fail',
    0,
    'The screen was not compared with its accepted picture.',
  ],
  [
    'no baseline is of a configured screen',
    {
      baselinePairs: [],
      baselines: findings({ unused: [{ ...standing(), reason: 'no screen "home" is configured' }] }),
    },
    'could_not_run',
    0,
    'No accepted picture belongs to a configured screen and viewport: nothing was compared.',
  ],
]);

test('a run older than the baseline is not said to look otherwise', () => {
  const of = (baselinePairs: (typeof changed)[]) => check.run({ baselinePairs, baselines }).failureTitle;
  expect(of([])).toBe('A screen was not compared with its accepted picture');
  expect(of([changed])).toBeUndefined();
  const gone = baselinePair({ outcome: 'missing-actual' });
  expect(of([gone])).toBe('A screen was not compared with its accepted picture');
  expect(of([gone, changed])).toBeUndefined();
});
