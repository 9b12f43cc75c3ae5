import check from '../../../src/checks/runtime/assets-loaded.js';
import { bare, cell, shot } from '../samples.js';
import { checkTable } from '../tables.js';

const { settle } = shot();
const lost = { settle: { ...settle, fonts_missing: ['Nunito'], images_missing: ['http://127.0.0.1/a.png'] } };

const request = { url: 'http://127.0.0.1/api/items', kind: 'fetch', open_ms: 9440, unfinished: false };
const waiting = (open: object) => cell({ settle: { ...settle, open_requests: [{ ...request, ...open }] } });

checkTable(check, [
  ['everything was there', { cells: [cell()] }, 'pass', 1],
  [
    'a font and an image were missing at two viewports',
    { cells: [cell(lost), cell(lost, { viewport: 'desktop' })] },
    'fail',
    2,
    { title: 'A font did not load.', text: 'Nunito', screen: 'home', viewport: 'mobile, desktop' },
    { title: 'An image did not load.', text: 'http://127.0.0.1/a.png', viewport: 'mobile, desktop' },
  ],
  [
    'the page has no end',
    { cells: [cell({ settle: { ...settle, lazy_complete: false, lazy_scroll_px: 40_000 } })] },
    'fail',
    1,
    'The page is longer than was scrolled for lazy content (40000 px).',
  ],
  [
    'a part shows that it waits at two viewports; one that is certain is told elsewhere',
    {
      cells: ['mobile', 'desktop'].map((viewport) =>
        cell(
          {
            settle: {
              ...settle,
              unseen: [
                { selector: '#reviews', reason: 'it shows that it waits, with no request open', likely: true },
                { selector: '#late', reason: 'it waits to be seen, and no scroll position shows it' },
              ],
            },
          },
          { viewport },
        ),
      ),
    },
    'fail',
    2,
    {
      title: 'A part of the page may be missing: it shows that it waits, with no request open.',
      text: '#reviews',
      viewport: 'mobile, desktop',
    },
  ],
  [
    'an answer had not come at two viewports; one that the page waits for is told elsewhere',
    {
      cells: [
        waiting({ open_ms: 5000 }),
        cell({ ...waiting({ open_ms: 4200 }).screenshot }, { viewport: 'desktop' }),
        waiting({ unfinished: true }),
        waiting({ kind: 'image' }),
      ],
    },
    'fail',
    4,
    {
      title: 'An answer had not come when the picture was taken.',
      text: 'fetch http://127.0.0.1/api/items, open for 5.0 s',
      viewport: 'mobile, desktop',
    },
  ],
  ['there is no picture', { cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);
