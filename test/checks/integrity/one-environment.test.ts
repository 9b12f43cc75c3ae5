import check from '../../../src/checks/integrity/one-environment.js';
import { integrity } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['there is one', { integrity: integrity() }, 'pass', 1],
  [
    'there are two',
    { integrity: integrity({ environments: ['linux-x64', 'darwin-arm64'] }) },
    'fail',
    2,
    'The run mixes linux-x64, darwin-arm64.',
  ],
  [
    'none is named',
    { integrity: integrity({ environments: [] }) },
    'could_not_run',
    0,
    'The run names no environment.',
  ],
]);
