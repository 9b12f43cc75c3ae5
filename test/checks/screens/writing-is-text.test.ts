import check from '../../../src/checks/screens/writing-is-text.js';
import type { Writing } from '../../../src/core/vocabulary/screenshot.js';
import { bare, cell } from '../samples.js';
import { checkTable } from '../tables.js';

const screens = [{ screen: 'home' }];
const with_ = (text: number, drawn: number, lines: number, covered: number) => {
  const writing: Writing = { text, drawn, lines, covered };
  return { screens, cells: [cell({ writing })] };
};

checkTable(check, [
  ['all of it is text', with_(80, 0, 0, 0), 'pass', 1],
  ['nobody looked: there is nothing to look like', { screens, cells: [cell()] }, 'pass', 1],
  ['a photograph fills the screen, with a word in it', with_(0, 1, 1, 1), 'pass', 1],
  ['a logo, and little else', with_(10, 22, 5, 0.05), 'pass', 1],
  ['a picture of a product, under a headline', with_(70, 100, 20, 0.7), 'pass', 1],
  [
    'one picture is the screen',
    with_(4, 76, 8, 1),
    'fail',
    1,
    { title: '95 % of what can be read is drawn and no text, by one picture over 100 % of the screen.' },
  ],
  [
    'a small screen of three words',
    with_(1, 6, 2, 0.99),
    'fail',
    1,
    '85 % of what can be read is drawn and no text, by one picture over 99 % of the screen.',
  ],
  ['many small things draw it', with_(4, 96, 8, 0.01), 'fail', 1, '96 % of what can be read is drawn and no text.'],
  [
    'a map says that it is one',
    { screens: [{ screen: 'home', drawn: true as const }], cells: with_(4, 96, 8, 1).cells },
    'pass',
    1,
  ],
  ['no page was opened', { screens, cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
