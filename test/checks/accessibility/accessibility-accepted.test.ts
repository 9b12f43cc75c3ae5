import check from '../../../src/checks/accessibility/accessibility-accepted.js';
import { examined, found, violation } from '../accessibility-samples.js';
import { checkTable } from '../tables.js';

const accepted = { rule: 'button-name', selector: '#buy', reason: 'third-party widget' };

checkTable(check, [
  ['nothing is accepted', { accessibility: found([examined([violation()])]) }, 'pass', 0],
  [
    'a violation is accepted',
    { accessibility: found([examined([violation()])], { accepted: [accepted] }) },
    'fail',
    1,
    { title: 'A violation is accepted.', text: 'button-name #buy: third-party widget' },
  ],
  [
    'what is accepted is not there any more',
    { accessibility: found([examined()], { accepted: [accepted] }) },
    'fail',
    1,
    'A violation is accepted that is not there any more.',
  ],
]);
