import { defineCheck, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'baselines-current',
  title: 'Every baseline belongs to a configured screen and viewport',
  failureTitle: 'A baseline belongs to nothing that is configured',
  description: 'Accepted pictures of screens or viewports that no longer exist are named: were those meant to go?',
  requires: ['baselines'],
  repair: personDecides(
    'A baseline belongs to a screen, viewport or environment that is no more.',
    'A person removes it with `codeloop baseline remove`.',
  ),
  run({ baselines }) {
    const problems = baselines.unused.map((one) => ({
      screen: one.screen,
      viewport: one.viewport,
      artifact: one.path,
      title: `This baseline is not used: ${one.reason}.`,
      fix: 'Configure the screen or viewport again, or a person runs `codeloop baseline remove`.',
    }));
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: baselines.files.length };
  },
});
