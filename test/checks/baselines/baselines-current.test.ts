import check from '../../../src/checks/baselines/baselines-current.js';
import { findings, standing } from '../baseline-samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['each stands for something', { baselines: findings() }, 'pass', 1],
  [
    'one stands for nothing',
    { baselines: findings({ unused: [{ ...standing(), reason: 'no screen "home" is configured' }] }) },
    'fail',
    1,
    { title: 'This baseline is not used: no screen "home" is configured.', artifact: standing().path },
  ],
]);
