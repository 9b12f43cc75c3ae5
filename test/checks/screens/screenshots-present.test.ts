import check from '../../../src/checks/screens/screenshots-present.js';
import { bare, cell } from '../samples.js';
import { checkTable } from '../tables.js';

const want = { screen: 'home', viewport: 'mobile', url: 'http://127.0.0.1/', width: 375 };
const failed = (code: string) => bare({ failure: { code, message: 'words' } });
const none = 'There is no picture of this screen at this viewport.';

checkTable(check, [
  ['all are there', { expected: [want], cells: [cell()] }, 'pass', 1],
  [
    'one is missing',
    { expected: [want, { ...want, viewport: 'desktop' }], cells: [cell()] },
    'fail',
    2,
    { title: none, viewport: 'desktop' },
  ],
  [
    'one could not be opened',
    { expected: [want], cells: [failed('NAVIGATION_FAILED')] },
    'fail',
    1,
    { title: 'The screen could not be photographed (NAVIGATION_FAILED).', text: 'words' },
  ],
  [
    'the machine failed, not the app',
    { expected: [want], cells: [failed('BROWSER_CRASHED')] },
    'could_not_run',
    1,
    'The screen could not be photographed (BROWSER_CRASHED).',
  ],
  [
    'the machine failed and a picture is missing besides',
    { expected: [want, { ...want, viewport: 'desktop' }], cells: [failed('BROWSER_CRASHED')] },
    'fail',
    2,
    'The screen could not be photographed (BROWSER_CRASHED).',
    none,
  ],
  [
    'no screen is configured',
    { expected: [], cells: [] },
    'could_not_run',
    0,
    'No screens are configured: name them in screens[] of .codeloop/config.json, or run codeloop_init_project.',
  ],
]);
