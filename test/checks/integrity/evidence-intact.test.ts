import check from '../../../src/checks/integrity/evidence-intact.js';
import { integrity } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['everything is as written', { integrity: integrity(), contradictions: [] }, 'pass', 3],
  [
    'a file was changed',
    {
      integrity: integrity({ changed: [{ path: 'shots/a.png', problem: 'its content changed' }] }),
      contradictions: [],
    },
    'fail',
    3,
    { title: 'shots/a.png: its content changed.', artifact: 'shots/a.png' },
  ],
  [
    'the ledger says otherwise',
    { integrity: integrity({ ledger: { state: 'differs', reason: 'run.json was changed' } }), contradictions: [] },
    'fail',
    3,
    'The ledger does not agree: run.json was changed.',
  ],
  [
    'a stored judgement does not follow',
    { integrity: integrity(), contradictions: ['The score of home@mobile is another.'] },
    'fail',
    3,
    'The score of home@mobile is another.',
  ],
  [
    'the ledger does not know the run',
    { integrity: integrity({ ledger: { state: 'unknown', reason: 'made elsewhere' } }), contradictions: [] },
    'needs_human',
    3,
    'Nobody here can vouch for this run: made elsewhere.',
  ],
  [
    'the run is empty',
    { integrity: integrity({ files_examined: 0 }), contradictions: [] },
    'could_not_run',
    0,
    'The run holds no evidence.',
  ],
]);
