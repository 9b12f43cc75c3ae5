import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'workflow_evidence',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'The app behaves: flows were replayed, and every screen is covered',
  failureTitle: 'Behaviour is not proven',
  description:
    'Configured screens are covered by recorded interactions that were replayed without findings: an agent’s, or saved flows that codeloop_verify replays. Asked for where there are saved flows, or as workflow.required says.',
  applies: ({ screens, flows = 0, workflowRequired }) => {
    if (workflowRequired === false) return 'workflow.required is false';
    if (screens === 0) return 'no screens are configured';
    return workflowRequired === true || flows > 0 ? true : 'no flows are saved in .codeloop/flows';
  },
  checks: [
    { id: 'flows-replayed', severity: 'block' },
    { id: 'screens-covered', severity: 'block' },
    { id: 'recordings-replayed', severity: 'warn' },
  ],
});
