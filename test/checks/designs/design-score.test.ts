import check from '../../../src/checks/designs/design-score.js';
import { design, pair } from '../samples.js';
import { checkTable } from '../tables.js';

const larger = { reference: { width: 375, height: 812 }, actual: { width: 375, height: 900 } };
const { score: _, ...unscored } = pair({ outcome: 'unreadable' });

checkTable(check, [
  ['a pair is just at the threshold', { pairs: [pair({ score: 0.95 })], design }, 'pass', 1],
  ['a pair is just below it', { pairs: [pair({ score: 0.9499 })], design }, 'fail', 1, 'Score 0.9499 < 0.95.'],
  [
    'the screen has a stricter one',
    { pairs: [pair({ score: 0.98, threshold: 0.99 })], design },
    'fail',
    1,
    'Score 0.98 < 0.99.',
  ],
  ['the screen has a laxer one', { pairs: [pair({ score: 0.5, threshold: 0.5 })], design }, 'pass', 1],
  [
    'the sizes differ',
    { pairs: [pair({ outcome: 'size-mismatch', score: 0.99, size: larger })], design },
    'fail',
    1,
    'The size differs: reference 375 x 812, actual 375 x 900 px (score 0.99).',
  ],
  ['no pair has a score', { pairs: [unscored], design }, 'could_not_run', 0, 'Nothing was compared.'],
]);
