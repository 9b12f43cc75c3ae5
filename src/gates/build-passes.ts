import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'build_passes',
  stages: ['section', 'integration', 'release'],
  weight: 20,
  title: 'The project builds',
  failureTitle: 'The project does not build',
  description: 'The build ended with exit code 0 on this code.',
  applies: ({ runners }) =>
    runners?.includes('build') ? true : 'the project has no build (no build script, no runners.build.command)',
  checks: [{ id: 'build-succeeds', severity: 'block' }],
});
