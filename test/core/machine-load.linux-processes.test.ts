import { expect, test } from 'vitest';
import { parseProcessStat } from '../../src/core/machine-load.js';

const REST = '0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 987654 0 0';

test.each([
  ['a plain name', `12 (node) S 1 77 77 ${REST}`, { state: 'S', group: 77, parent: 1, startTicks: '987654' }],
  [
    'a name of brackets and spaces',
    `12 (a) R 1 2 (x) Z 1 78 77 ${REST}`,
    { state: 'Z', group: 78, parent: 1, startTicks: '987654' },
  ],
  ['a process that is gone', '', undefined],
  ['nothing to read', undefined, undefined],
])('the state of a process with %s', (_name, text, expected) => {
  expect(parseProcessStat(text)).toEqual(expected);
});
