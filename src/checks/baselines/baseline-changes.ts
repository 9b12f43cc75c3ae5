import { defineCheck, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'baseline-changes',
  title: 'The baselines are those of the last green verdict',
  failureTitle: 'Baselines changed since the last green verdict',
  description:
    'Each acceptance and removal since then is shown with who, when and why, until a green verdict has seen it. It blocks nothing.',
  requires: ['baselines'],
  repair: personDecides(
    'Accepted pictures were added, replaced or removed.',
    'Let the person who owns the look confirm them.',
  ),
  run({ baselines }) {
    const problems = baselines.changes.map(({ screen, viewport, path, title, text }) => ({
      ...(screen === undefined ? {} : { screen }),
      ...(viewport === undefined ? {} : { viewport }),
      ...(path === undefined ? {} : { artifact: path }),
      title,
      ...(text === undefined ? {} : { text }),
      fix: 'Nothing needs a fix: whoever reviews sees here what the pictures were compared with.',
    }));
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: baselines.files.length };
  },
});
