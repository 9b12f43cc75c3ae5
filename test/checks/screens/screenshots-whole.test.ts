import check from '../../../src/checks/screens/screenshots-whole.js';
import { bare, cell, shot } from '../samples.js';
import { checkTable } from '../tables.js';

const unseen = [{ selector: '#late', reason: 'it waits to be seen, and no scroll position shows it' }];

const request = { url: 'http://127.0.0.1/api/items', kind: 'fetch', open_ms: 9440, unfinished: true };
const waiting = (open: object) => cell({ settle: { ...shot().settle, open_requests: [{ ...request, ...open }] } });

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
  [
    'a part may be meant to show nothing',
    { cells: [cell({ settle: { ...shot().settle, unseen: unseen.map((one) => ({ ...one, likely: true })) } })] },
    'pass',
    1,
  ],
  [
    'a page shows that it waits, another only has something open',
    { cells: [waiting({ shown_at: 'div.spinner' }), waiting({ unfinished: false })] },
    'could_not_run',
    2,
    {
      title: 'The page was still waiting for an answer when its picture was taken.',
      text: 'fetch http://127.0.0.1/api/items, open for 9.4 s, which shows at div.spinner',
      url: 'http://127.0.0.1/api/items',
    },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
