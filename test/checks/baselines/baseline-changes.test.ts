import check from '../../../src/checks/baselines/baseline-changes.js';
import { findings } from '../baseline-samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['nothing changed', { baselines: findings() }, 'pass', 1],
  [
    'one was accepted',
    {
      baselines: findings({
        changes: [{ screen: 'home', viewport: 'mobile', title: 'Accepted.', text: 'Ada: new look' }],
      }),
    },
    'fail',
    1,
    { title: 'Accepted.', text: 'Ada: new look', screen: 'home' },
  ],
]);
