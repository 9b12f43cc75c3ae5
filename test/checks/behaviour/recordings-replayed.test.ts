import check from '../../../src/checks/behaviour/recordings-replayed.js';
import { checkTable } from '../tables.js';
import { agents, finding, recorded, runtime, workflow } from '../workflow-samples.js';

const given = (...recordings: ReturnType<typeof recorded>[]) => ({ workflow: workflow({ recordings }), runtime });

checkTable(check, [
  ['one was looked through', given(agents()), 'pass', 1],
  ['nothing but flows was recorded', given(recorded({ findings: [finding('crash')] })), 'pass', 0],
  [
    'one was never looked through',
    given(agents({ findings: undefined })),
    'fail',
    1,
    { title: 'The recording rec-2 was never looked through.', recording_id: 'rec-2' },
  ],
  [
    'one shows an error, and an allowed one',
    given(agents({ findings: [finding('page_error', { said: 'boom' }), finding('console_error', { said: 'known' })] })),
    'fail',
    1,
    { title: 'The recording rec-2 shows: Something is wrong.', text: 'boom' },
  ],
  [
    'one cannot be read',
    given(agents({ broken: 'rec-2.jsonl is not as it was written' })),
    'could_not_run',
    1,
    { title: 'The recording rec-2 cannot be relied on.', text: 'rec-2.jsonl is not as it was written' },
  ],
]);
