import { describe } from 'vitest';
import type { BarsEvidence } from '../../../src/checks/evidence.js';
import accepted from '../../../src/checks/integrity/bars-accepted.js';
import notLowered from '../../../src/checks/integrity/bars-not-lowered.js';
import { checkTable } from '../tables.js';

const bars = (extra: Partial<BarsEvidence> = {}) => ({
  bars: { now: { 'gates.threshold': 94 }, lowered: [], uncommitted: [], accepted: [], compared: 1, ...extra },
});
const lowering = { key: 'gates.threshold', before: 94, after: 50, against: 'the shipped defaults' };
const spoken = { ...lowering, by: 'Ada', at: '2026-01-01', reason: 'a slow start' };

describe('bars-not-lowered', () =>
  checkTable(notLowered, [
    ['nothing is lower', bars(), 'pass', 1],
    [
      'one is lower',
      bars({ lowered: [lowering] }),
      'needs_human',
      1,
      { title: 'gates.threshold was lowered, against the shipped defaults.', text: '94 → 50' },
    ],
    [
      'a reference is gone and a policy reads differently',
      bars({
        lowered: [
          { key: 'references/designs/a.png', before: 'x', after: null, against: 'a commit' },
          { key: 'policy', before: 'x', after: 'y', against: 'a commit', changed: true },
        ],
      }),
      'needs_human',
      1,
      'references/designs/a.png is gone, against a commit.',
      'policy was changed, against a commit.',
    ],
    [
      'a person accepted it, uncommitted',
      bars({ uncommitted: [spoken] }),
      'needs_human',
      1,
      'gates.threshold was lowered, against the shipped defaults; a person accepted it, which is not committed yet.',
    ],
    ['a person accepted it', bars({ accepted: [spoken] }), 'pass', 1],
    [
      'the history cannot be seen',
      bars({ hidden: { reason: 'this clone is shallow', fix: 'fetch it' } }),
      'could_not_run',
      1,
      { title: 'this clone is shallow' },
    ],
    [
      'the history cannot be seen, and one is lower all the same',
      bars({ lowered: [lowering], hidden: { reason: 'this clone is shallow', fix: 'fetch it' } }),
      'needs_human',
      1,
      'gates.threshold was lowered, against the shipped defaults.',
      'this clone is shallow',
    ],
    [
      'the file of accepted bars is broken',
      bars({ problem: 'broken' }),
      'needs_human',
      1,
      { title: 'The file of accepted bars cannot be read.', text: 'broken' },
    ],
  ]));

describe('bars-accepted', () =>
  checkTable(accepted, [
    ['nothing is accepted', bars(), 'pass', 1],
    [
      'one is',
      bars({ accepted: [spoken] }),
      'fail',
      1,
      {
        title: 'gates.threshold was lowered, against the shipped defaults; a person accepted it.',
        text: '94 → 50; Ada, 2026-01-01: a slow start',
      },
    ],
  ]));
