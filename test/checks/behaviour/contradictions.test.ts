import { expect, test } from 'vitest';
import { contradictions, type StoredResults } from '../../../src/checks/behaviour/contradictions.js';
import type { CheckResult } from '../../../src/core/vocabulary/gate.js';
import type { Pair } from '../../../src/core/vocabulary/pair.js';
import { verifies } from '../../requirements.js';
import { cell, pair } from '../samples.js';

const result = (status: CheckResult['status']): CheckResult => ({
  id: 'console-errors',
  title: '',
  status,
  severity: 'block',
  gate: 'runtime_clean',
  problems: [],
  problem_count: 0,
  examined: 1,
});
const one = cell();
const picture = one.screenshot?.image;
const stored = (extra: Partial<StoredResults>): StoredResults => ({
  compare: undefined,
  checks: undefined,
  cells: [one],
  derived: [],
  ...extra,
});
const compare = (extra: Partial<Pair>, min?: number) => {
  const made = pair({
    diff_pixels: 100,
    total_pixels: 1000,
    score: 0.9,
    threshold: 0.95,
    outcome: 'mismatch',
    ...extra,
  });
  return {
    pairs: [made],
    min_score: min ?? made.score ?? 0,
    design_match_threshold: 0.95,
    unmatched: { references: [], screenshots: [] },
  };
};

test.each<[string, Partial<StoredResults>, string[]]>([
  ['nothing is stored', {}, []],
  ['a pair that its pictures and counts bear out', { compare: compare(picture ? { actual: picture } : {}) }, []],
  [
    'a score that its counts contradict',
    { compare: compare({ score: 0.99 }) },
    ['The stored pair home@mobile says 0.99; its own counts of pixels give 0.9.'],
  ],
  [
    'a match below its threshold',
    { compare: compare({ outcome: 'match' }) },
    ['The stored pair home@mobile says that it matches, with a score below its threshold.'],
  ],
  [
    'a pair of another picture',
    { compare: compare({ actual: { path: 'x.png', sha256: 'f'.repeat(64) } }) },
    ['The stored pair home@mobile compares a picture that no capture of this cell took.'],
  ],
  [
    'a lowest score that is none',
    { compare: compare({}, 1) },
    ['The comparison says that the lowest score is 1; of its pairs it is 0.9.'],
  ],
  [
    'a check that was stored as passed',
    { checks: { results: [result('pass')], at: '2999-01-01' }, derived: [result('fail')] },
    ['checks.json says that console-errors passed; the evidence it was made from says that it did not.'],
  ],
  [
    'a check that failed on a picture taken later',
    { checks: { results: [result('pass')], at: '1999-01-01' }, derived: [result('fail')] },
    [],
  ],
  [
    'a check that was stored as failed',
    { checks: { results: [result('fail')], at: '2999-01-01' }, derived: [result('pass')] },
    [],
  ],
])('%s', (_when, extra, expected) => {
  verifies('integrity.derived');
  expect(contradictions(stored(extra))).toEqual(expected);
});
