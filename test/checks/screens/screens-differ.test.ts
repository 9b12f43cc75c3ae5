import check from '../../../src/checks/screens/screens-differ.js';
import { bare, cell, shot } from '../samples.js';
import { checkTable } from '../tables.js';

const SCREENS = ['home', 'cart', 'pay', 'account'];
const expected = SCREENS.map((screen) => ({ screen, viewport: 'mobile', url: `http://app/${screen}`, width: 375 }));
/** One cell for each letter; the same letter is the same picture. */
const cells = (pictures: string) =>
  [...pictures].map((picture, at) =>
    cell({ image: { ...shot().image, sha256: picture.repeat(64) } }, { screen: SCREENS[at] ?? '' }),
  );

checkTable(check, [
  ['all differ', { expected, cells: cells('abcd') }, 'pass', 4],
  ['two are names of one page', { expected, cells: cells('aabc') }, 'pass', 4],
  [
    'three show the same',
    { expected, cells: cells('abbb') },
    'fail',
    4,
    {
      screen: 'cart',
      also: { pay: 'mobile', account: 'mobile' },
      viewport: 'mobile',
      title: '3 screens show the same picture: a log-in, an error page or a fallback in place of them.',
    },
  ],
  [
    'all two of them do',
    { expected: expected.slice(0, 2), cells: cells('aa') },
    'fail',
    2,
    '2 screens show the same picture: a log-in, an error page or a fallback in place of them.',
  ],
  ['there is one screen', { expected: expected.slice(0, 1), cells: cells('a') }, 'pass', 1],
  [
    'they share an address',
    { expected: expected.map((one) => ({ ...one, url: 'http://app/' })), cells: cells('aaaa') },
    'pass',
    4,
  ],
  [
    'they are stories',
    {
      expected: expected.map((one, at) => ({ ...one, url: `http://app/iframe.html?id=a--${at}&viewMode=story` })),
      cells: cells('aaab'),
    },
    'pass',
    4,
  ],
  ['there is no picture', { expected, cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
