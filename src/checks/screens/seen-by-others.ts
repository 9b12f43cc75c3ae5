import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'seen-by-others',
  title: 'A page shows other browsers what it shows the one that takes pictures',
  failureTitle: 'A page shows other browsers something else',
  description:
    'Of each run one screen, which nobody knows beforehand, and in CI three are opened again as people’s browsers open them: without the marks of an automated browser. What each look of the one kind had, and none of the other at any time, is a difference; chance, numbers, the browser’s own name and slow content are none.',
  requires: ['cells'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause: 'The app looks at who asks: at the browser’s name, at navigator.webdriver or at the size of the screen.',
    task: 'Answer every browser alike. Find in the app and its server what reads these.',
    verify: 'screen',
  },
  run({ cells }) {
    const problems = cells.flatMap(({ screen, viewport, second_look: look }) => {
      const differences = look && 'differences' in look ? look.differences : [];
      if (differences.length === 0) return [];
      const count = (by: string) => differences.filter((one) => one.by === by).length;
      const told = differences.map(({ by, what }) => `${by === 'others' ? 'to others' : 'to codeloop'}: ${what}`);
      return [
        {
          ...{ screen, viewport },
          title: `The page shows ${count('codeloop')} thing(s) to codeloop's browser alone, and ${count('others')} to every other.`,
          text: told.join('\n').slice(0, 600),
          fix: 'Answer every browser alike: see what the page was seen to show to whom.',
        },
      ];
    });
    return failOn(problems, cells.filter(({ screenshot }) => screenshot).length, 'There is no picture to look at.');
  },
});
