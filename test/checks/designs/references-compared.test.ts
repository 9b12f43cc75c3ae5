import check from '../../../src/checks/designs/references-compared.js';
import { pair, unmatched } from '../samples.js';
import { checkTable } from '../tables.js';

const lost = { path: 'designs/mobile/hom.png', reason: 'there is no screen "hom"' };

checkTable(check, [
  ['every reference has its pair', { pairs: [pair({ outcome: 'mismatch' })], unmatched }, 'pass', 1],
  [
    'a reference stands for nothing',
    { pairs: [pair()], unmatched: { ...unmatched, references: [{ ...lost, nearest: 'home' }] } },
    'fail',
    2,
    {
      title: 'The reference designs/mobile/hom.png was not compared: there is no screen "hom".',
      fix: 'Rename it for the screen "home", or add the screen.',
    },
  ],
  [
    'a screen has no picture',
    { pairs: [pair({ outcome: 'missing-actual' })], unmatched },
    'fail',
    1,
    'There is no picture of this screen to compare.',
  ],
  [
    'a reference is broken',
    { pairs: [pair({ outcome: 'unreadable', note: 'cut off' })], unmatched },
    'fail',
    1,
    'The pair cannot be read: cut off',
  ],
  ['there is nothing', { pairs: [], unmatched }, 'could_not_run', 0, 'Nothing was compared.'],
]);
