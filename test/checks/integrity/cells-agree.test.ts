import check from '../../../src/checks/integrity/cells-agree.js';
import { cell } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['versions agree', { cells: [cell()], flaky: [] }, 'pass', 1],
  [
    'versions disagree',
    { cells: [cell()], flaky: [{ screen: 'home', viewport: 'mobile', reason: 'versions 1 and 2 differ' }] },
    'fail',
    1,
    { title: 'Its pictures disagree: versions 1 and 2 differ.', screen: 'home', viewport: 'mobile' },
  ],
]);
