import check from '../../../src/checks/baselines/baselines-accepted.js';
import { findings, standing } from '../baseline-samples.js';
import { checkTable } from '../tables.js';

const { sha256: _sha, standing: _standing, ...place } = standing();
const last = {
  schema_version: 1,
  event: 'accepted',
  at: '2026-11-21T00:00:00.000Z',
  by: 'Ada <ada@example.org>',
  reason: 'new look',
  sha256: '2'.repeat(64),
} as const;

checkTable(check, [
  ['it is accepted and committed', { baselines: findings() }, 'pass', 1],
  [
    'nobody accepted it',
    { baselines: findings({ files: [standing({ standing: 'unrecorded' })] }) },
    'fail',
    1,
    'This baseline was put there without anybody having accepted it.',
  ],
  [
    'it was changed since',
    { baselines: findings({ files: [standing({ standing: 'unrecorded', last })] }) },
    'fail',
    1,
    'This baseline is not the picture that was accepted: it was changed since.',
  ],
  [
    'it is not committed',
    { baselines: findings({ files: [standing({ standing: 'uncommitted', last })] }) },
    'needs_human',
    1,
    {
      title: 'This baseline was accepted and is not committed: it does not count yet.',
      text: '2026-11-21T00:00:00.000Z, Ada <ada@example.org>: new look',
    },
  ],
  [
    'somebody took it away',
    { baselines: findings({ files: [], removed: [{ ...place, recorded: false }] }) },
    'fail',
    1,
    'This baseline was taken away, and no person said so.',
  ],
  [
    'a person took it away, which is not committed',
    { baselines: findings({ files: [], removed: [{ ...place, recorded: true }] }) },
    'needs_human',
    1,
    'A person removed this baseline; that is not committed yet.',
  ],
  [
    'all are gone since the last green verdict',
    { baselines: findings({ files: [], vanished: true }) },
    'fail',
    1,
    'The baselines that the last green verdict rested on are all gone, and no person said so.',
  ],
  ['there are none', { baselines: findings({ files: [] }) }, 'could_not_run', 0, 'There are no baselines.'],
]);
