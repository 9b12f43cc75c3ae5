import { expect, test } from 'vitest';
import check from '../../../src/checks/integrity/evidence-fresh.js';
import { verifies } from '../../requirements.js';
import { cell, integrity } from '../samples.js';
import { checkTable } from '../tables.js';

const stale = { reason: 'files changed while it was captured', files: ['a.css', 'b.css'] };
const unbound = { reason: 'the process that listens on port 80 runs in /elsewhere' };

checkTable(check, [
  ['the code is as it was', { integrity: integrity(), cells: [cell()] }, 'pass', 2],
  [
    'the code changed afterwards',
    { integrity: integrity({ current_tree: 'b' }), cells: [cell()] },
    'fail',
    2,
    'The code changed after the evidence was made.',
  ],
  [
    'it is known which files changed',
    { integrity: integrity({ current_tree: 'b', changed_files: ['app.css'] }), cells: [] },
    'fail',
    1,
    'The code changed after the evidence was made: app.css.',
  ],
  [
    'the code changed while a picture was taken',
    { integrity: integrity(), cells: [cell({}, { stale })] },
    'fail',
    2,
    'The code changed while this picture was taken (a.css, b.css).',
  ],
  [
    'the server is not the project’s',
    { integrity: integrity(), cells: [cell({}, { unbound })] },
    'fail',
    2,
    'The app that was photographed cannot be shown to run from this project: the process that listens on port 80 runs in /elsewhere.',
  ],
]);

test('a file that codeloop writes its own output to is named with what to do about it', () => {
  verifies('state.own-output');
  const files = { changed_files: ['out.txt'], output_files: ['out.txt', 'err.txt'] };
  const cells = [cell({}, { stale: { reason: 'x', files: ['err.txt', 'app.css'] } }), cell({}, { stale })];
  const { problems } = check.run({ integrity: integrity({ current_tree: 'b', ...files }), cells });
  expect(problems.map(({ fix }) => fix)).toEqual([
    'The output of codeloop goes to out.txt: send it out of the project, or to a file that git ignores.',
    'The output of codeloop goes to err.txt: send it out of the project, or to a file that git ignores.',
    'Run codeloop_verify again and leave the files alone meanwhile.',
  ]);
});
