import { defineCheck, freshEvidence } from '../define-check.js';

export default defineCheck({
  id: 'evidence-intact',
  title: 'Every file of the run is as it was written',
  failureTitle: 'The run cannot be shown to be as it was written',
  description:
    'SHA-256 of every listed file, the run against the per-user ledger, and stored judgements against what the raw evidence says.',
  requires: ['integrity', 'contradictions'],
  repair: freshEvidence('Files of the run are not as they were written.'),
  run({ integrity, contradictions }) {
    const problems = [
      ...integrity.changed.map((file) => ({
        title: `${file.path}: ${file.problem}.`,
        artifact: file.path,
        fix: 'Verify again; do not edit files under artifacts/.',
      })),
      ...(integrity.ledger.state === 'differs'
        ? [
            {
              title: `The ledger does not agree: ${integrity.ledger.reason}.`,
              fix: 'Verify again to make fresh evidence.',
            },
          ]
        : []),
      ...contradictions.map((text) => ({
        title: text,
        fix: 'Verify again; do not edit files under artifacts/.',
      })),
    ];
    if (problems.length > 0) return { status: 'fail', problems, examined: integrity.files_examined };
    if (integrity.files_examined === 0)
      return { status: 'could_not_run', problems: [{ title: 'The run holds no evidence.' }], examined: 0 };
    if (integrity.ledger.state === 'unknown') {
      const title = `Nobody here can vouch for this run: ${integrity.ledger.reason}.`;
      return {
        status: 'needs_human',
        problems: [{ title, fix: 'Verify again on this machine.' }],
        examined: integrity.files_examined,
      };
    }
    return { status: 'pass', problems, examined: integrity.files_examined };
  },
});
