import check from '../../../src/checks/screens/screenshots-whole.js';
import { bare, cell, shot } from '../samples.js';
import { checkTable } from '../tables.js';

const unseen = [{ selector: '#late', reason: 'it waits to be seen, and no scroll position shows it' }];

checkTable(check, [
  ['all of each page is in its picture', { cells: [cell()] }, 'pass', 1],
  [
    'a part came up nowhere',
    { cells: [cell(), cell({ settle: { ...shot().settle, unseen } })] },
    'could_not_run',
    2,
    {
      title: 'A part of the page is not in the picture: it waits to be seen, and no scroll position shows it.',
      text: '#late',
    },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
