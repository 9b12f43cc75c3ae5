import { expect, test } from 'vitest';
import check from '../../../src/checks/behaviour/flows-replayed.js';
import type { FlowReplay } from '../../../src/core/vocabulary/recording.js';
import { verifies } from '../../requirements.js';
import { checkTable } from '../tables.js';
import { finding, replayed, runtime, saved, workflow } from '../workflow-samples.js';

const given = (extra: Parameters<typeof workflow>[0] = {}) => ({ workflow: workflow(extra), runtime });
const stopped = (extra: Partial<FlowReplay> = {}) =>
  replayed({
    status: 'fail',
    steps_done: 1,
    failed_step: {
      n: 2,
      action: 'click',
      code: 'TARGET_NOT_FOUND',
      why: 'button "Pay" is not on the page.',
      candidates: ['button "Order"'],
    },
    ...extra,
  });
const notTried = (why: string) => `The flow "pay" was not replayed as the project is now: ${why}.`;

checkTable(check, [
  ['a flow was done without findings', given(), 'pass', 1],
  ['no flow is saved', given({ saved: [], replays: [], recordings: [] }), 'pass', 0],
  [
    'a step failed',
    given({ replays: [stopped()] }),
    'fail',
    1,
    {
      title: 'The flow "pay" stopped at step 2 of 3 (click): TARGET_NOT_FOUND.',
      text: 'button "Pay" is not on the page.',
      flow: 'pay',
      viewport: 'mobile',
      artifact: 'step.png',
      recording_id: 'rec-1',
      fix: 'Look at the picture. Fix the app; or, where the app is right, that step of .codeloop/flows/pay.json.',
    },
  ],
  [
    'an assertion does not hold, and the page had thrown before',
    given({
      replays: [
        stopped({
          failed_step: {
            n: 3,
            action: 'assert_text',
            why: 'that the page shows "Thanks" does not hold',
            candidates: [],
          },
          findings: [finding('failed_step'), finding('page_error', { text: 'A script threw.', said: 'boom' })],
        }),
      ],
    }),
    'fail',
    1,
    {
      title: 'The flow "pay" stopped at step 3 of 3 (assert_text): the assertion does not hold.',
      text: 'that the page shows "Thanks" does not hold. Its recording shows: A script threw. boom',
    },
  ],
  [
    'the same at two viewports, told once',
    given({
      saved: [saved({ viewports: ['mobile', 'desktop'] })],
      replays: [stopped(), stopped({ viewport: 'desktop', screenshot: { path: 'other.png' } })],
    }),
    'fail',
    2,
    {
      title: 'The flow "pay" stopped at step 2 of 3 (click): TARGET_NOT_FOUND.',
      viewport: 'mobile, desktop',
      artifact: 'step.png',
    },
  ],
  [
    'the start could not be opened',
    given({ replays: [replayed({ status: 'fail', error: { code: 'NAVIGATION_FAILED', message: 'refused' } })] }),
    'fail',
    1,
    { title: 'The flow "pay" could not be replayed (NAVIGATION_FAILED).', text: 'refused.' },
  ],
  [
    'the machine failed',
    given({ replays: [replayed({ status: 'could_not_run', error: { code: 'BROWSER_CRASHED', message: 'gone' } })] }),
    'could_not_run',
    1,
    'The flow "pay" could not be replayed (BROWSER_CRASHED).',
  ],
  [
    'it was done, but the recording shows a console error',
    given({ replays: [replayed({ findings: [finding('console_error', { said: 'boom', step: 2 })] })] }),
    'fail',
    1,
    { title: 'The flow "pay" was done, but its recording shows: Something is wrong.', text: 'boom' },
  ],
  [
    'findings that do not count: allowed, a warning, nothing moved',
    given({
      replays: [
        replayed({
          findings: [
            finding('console_error', { said: 'known and accepted' }),
            finding('frozen', { severity: 'warning' }),
            finding('static_video'),
          ],
        }),
      ],
    }),
    'pass',
    1,
  ],
  [
    'it was not tried',
    given({ replays: [] }),
    'could_not_run',
    1,
    { title: notTried('it was not tried'), viewport: 'mobile' },
  ],
  [
    'one viewport was left out',
    given({ saved: [saved({ viewports: ['mobile', 'desktop'] })] }),
    'could_not_run',
    2,
    { title: notTried('it was not tried'), viewport: 'desktop' },
  ],
  [
    'the flow was edited since',
    given({ replays: [replayed({ sha256: 'f0' })] }),
    'could_not_run',
    1,
    notTried('the flow was edited since'),
  ],
  [
    'the code changed meanwhile',
    given({ replays: [replayed({ stale: { reason: 'files changed', files: ['src/pay.ts'] } })] }),
    'could_not_run',
    1,
    notTried('files changed (src/pay.ts)'),
  ],
  [
    'a file is no flow, and another flow was not tried: what fails comes first',
    given({
      saved: [
        saved(),
        saved({ name: 'bad', file: '.codeloop/flows/bad.json', viewports: [], problem: 'steps: Required' }),
      ],
      replays: [],
    }),
    'fail',
    2,
    { title: '.codeloop/flows/bad.json is no flow that can be replayed.', text: 'steps: Required', flow: 'bad' },
    notTried('it was not tried'),
  ],
]);

test('step and candidates are fields of their own', () => {
  verifies('flows.failing-step');
  const [problem] = check.run(given({ replays: [stopped()] })).problems;
  expect(problem).toMatchObject({ step: 2, candidates: ['button "Order"'] });
});
