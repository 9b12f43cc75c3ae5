import check from '../../../src/checks/designs/design-regions.js';
import { design, pair, region } from '../samples.js';
import { checkTable } from '../tables.js';

const both = [region('major'), region('critical', { element: { selector: '#buy', name: 'Buy' } })];
const title = 'critical difference (missing) at x 5, y 6, 10 x 20 px.';

checkTable(check, [
  ['there is no difference', { pairs: [pair()], design }, 'pass', 1],
  [
    'differences are below the bar',
    { pairs: [pair({ regions: [region('major'), region('minor')] })], design },
    'pass',
    1,
  ],
  ['one reaches the bar', { pairs: [pair({ regions: both })], design }, 'fail', 1, { title, text: '"Buy" (#buy)' }],
  [
    'the bar is lower',
    { pairs: [pair({ regions: both })], design: { ...design, blockOnSeverity: 'major' } },
    'fail',
    1,
    'major difference (missing) at x 5, y 6, 10 x 20 px.',
    title,
  ],
  [
    'a page is full of them: five are named',
    { pairs: [pair({ regions: Array.from({ length: 9 }, () => region('critical')) })], design },
    'fail',
    1,
    ...Array.from({ length: 5 }, () => title),
  ],
  ['nothing was compared', { pairs: [], design }, 'could_not_run', 0, 'Nothing was compared.'],
]);
