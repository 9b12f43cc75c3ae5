import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck } from '../define-check.js';
import { agentRecordings, countedFindings } from './workflow-findings.js';

export default defineCheck({
  id: 'recordings-replayed',
  title: 'Every recording was looked through and shows nothing wrong',
  failureTitle: 'A recording was not looked through, or shows something wrong',
  description:
    'Recordings that were made besides saved flows: each was replayed with codeloop_interaction_replay, and no error was found. One that was not, or that cannot be read, covers no screen.',
  requires: ['workflow', 'runtime'],
  repair: {
    category: 'workflow',
    severity: 'critical',
    cause: 'A recording was never replayed, or its replay found something wrong.',
    task: 'Replay it with codeloop_interaction_replay and fix what it finds.',
    verify: 'flow',
    follows: [{ checks: ['page-errors', 'failed-requests'], when: 'same_text_or_url' }],
  },
  run({ workflow, runtime }) {
    const recordings = agentRecordings(workflow);
    const problems = recordings.flatMap(({ recordingId, findings, broken }): Problem[] => {
      const at = { recording_id: recordingId };
      if (broken !== undefined)
        return [
          { ...at, title: `The recording ${recordingId} cannot be relied on.`, text: broken, fix: 'Record it again.' },
        ];
      if (findings === undefined)
        return [
          {
            ...at,
            title: `The recording ${recordingId} was never looked through.`,
            fix: `Call codeloop_interaction_replay {recording_id: "${recordingId}"}.`,
          },
        ];
      return countedFindings(findings, runtime).map(({ text, said, step }) => ({
        ...at,
        title: `The recording ${recordingId} shows: ${text}`,
        ...(said === undefined ? {} : { text: said }),
        ...(step === undefined ? {} : { step }),
        fix: 'Fix the cause and record it again.',
      }));
    });
    const unread = recordings.every(({ broken }) => broken !== undefined);
    const status = problems.length === 0 ? 'pass' : unread ? 'could_not_run' : 'fail';
    return { status, problems, examined: recordings.length };
  },
});
