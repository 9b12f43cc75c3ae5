import check from '../../../src/checks/screens/masks-match.js';
import { bare, cell } from '../samples.js';
import { checkTable } from '../tables.js';

const masked = (matched: number, viewport = 'mobile') =>
  cell({ mask_matches: [{ selector: '.clock', matched, covered: 0 }] }, { viewport });

checkTable(check, [
  ['no mask is a selector', { cells: [cell()] }, 'pass', 1],
  ['a mask finds an element, though none that can be seen', { cells: [masked(1)] }, 'pass', 1],
  ['a mask finds an element at one viewport', { cells: [masked(0), masked(1, 'desktop')] }, 'pass', 2],
  [
    'a mask finds nothing at any',
    { cells: [masked(0), masked(0, 'desktop')] },
    'fail',
    2,
    { title: 'A mask finds no element on the page.', text: '.clock' },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
