import check from '../../../src/checks/integrity/bars-unchanged.js';
import { integrity } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['all bars stand', { integrity: integrity() }, 'pass', 5],
  [
    'two bars moved',
    { integrity: integrity({ changed_bars: ['config', 'designs'] }) },
    'fail',
    5,
    'config changed after the evidence was made.',
    'designs changed after the evidence was made.',
  ],
]);
