import { defineCheck, personDecides } from '../define-check.js';
import { loweringLine, shown } from './bars-not-lowered.js';

export default defineCheck({
  id: 'bars-accepted',
  title: 'No lower bar is accepted',
  failureTitle: 'Lower bars are accepted',
  description: 'Shows every lowered bar that a person accepted, with who, when and why. It blocks nothing.',
  requires: ['bars'],
  repair: personDecides('A person accepted a lower bar.', 'Nothing; whoever reviews decides whether it holds.'),
  run({ bars }) {
    return {
      status: bars.accepted.length > 0 ? 'fail' : 'pass',
      problems: bars.accepted.map((one) => ({
        title: `${loweringLine(one)}; a person accepted it.`,
        text: `${shown(one.before)} → ${shown(one.after)}; ${one.by}, ${one.at}: ${one.reason}`,
        fix: 'Nothing needs a fix: whoever reviews sees here how strict the verdict was.',
      })),
      examined: Object.keys(bars.now).length,
    };
  },
});
