import check from '../../../src/checks/designs/masks-within-limit.js';
import { bare, cell, design } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['masks take just what they may', { cells: [cell({ masked_ratio: 0.2 })], design }, 'pass', 1],
  [
    'masks take more',
    { cells: [cell({ masked_ratio: 0.36 })], design },
    'fail',
    1,
    '36 % of the picture is masked; at most 20 % may be.',
  ],
  ['there is no picture', { cells: [bare()], design }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
