import check from '../../../src/checks/screens/screenshots-painted.js';
import { bare, cell } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['pictures show something', { cells: [cell()] }, 'pass', 1],
  [
    'one is blank',
    { cells: [cell(), cell({ blank: true }, { viewport: 'desktop' })] },
    'fail',
    2,
    { title: 'The picture shows one single colour.', viewport: 'desktop', artifact: 'shots/home.mobile.png' },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
