import check from '../../../src/checks/screens/screenshots-steady.js';
import { bare, cell } from '../samples.js';
import { checkTable } from '../tables.js';

const moving = cell({
  steady: {
    settled: false,
    frames: 9,
    waited_ms: 10_000.4,
    moving_region: { x: 1, y: 2, width: 30, height: 40 },
    mask_proposal: '#clock',
  },
});

checkTable(check, [
  ['all stood still', { cells: [cell()] }, 'pass', 1],
  [
    'one never did',
    { cells: [cell(), moving] },
    'could_not_run',
    2,
    { title: 'The picture still changed after 10000 ms, at x 1, y 2, 30 x 40 px.', text: '"#clock"' },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
