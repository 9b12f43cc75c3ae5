import check from '../../../src/checks/screens/scrollers-seen.js';
import { bare, cell, shot } from '../samples.js';
import { checkTable } from '../tables.js';

const showing = (shown_px: number) =>
  cell({ settle: { ...shot().settle, scrollers: [{ selector: 'nav', shown_px, total_px: 900 }] } });

checkTable(check, [
  ['nothing scrolls by itself', { cells: [cell()] }, 'pass', 1],
  ['less than 100 px are hidden', { cells: [showing(801)] }, 'pass', 1],
  [
    'most of a side bar is hidden',
    { cells: [showing(800)] },
    'fail',
    1,
    { title: 'A part that scrolls by itself shows 800 of its 900 px.', text: 'nav' },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
