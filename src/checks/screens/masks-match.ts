import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck, failOn, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'masks-match',
  title: 'Every mask covers something',
  failureTitle: 'A mask covers nothing',
  description:
    'Each mask that is given as a selector finds an element, in the page, its frames or its shadow roots, at one viewport of its screen at least. A warning: a mask that finds nothing is misspelt, or not needed any more.',
  requires: ['cells'],
  repair: personDecides(
    'A mask names an element that is not on the page.',
    'Correct the selector, or take the mask out of the screen.',
  ),
  run({ cells }) {
    const shot = cells.flatMap((cell) => (cell.screenshot ? [{ ...cell, screenshot: cell.screenshot }] : []));
    const masks = new Map<string, { problem: Problem; found: boolean }>();
    for (const { screen, screenshot } of shot)
      for (const { selector, matched } of screenshot.mask_matches ?? []) {
        const key = JSON.stringify([screen, selector]);
        const problem = { screen, title: 'A mask finds no element on the page.', text: selector };
        masks.set(key, { problem, found: matched > 0 || masks.get(key)?.found === true });
      }
    const problems = [...masks.values()].filter(({ found }) => !found).map(({ problem }) => problem);
    return failOn(problems, shot.length, 'There is no picture to look at.');
  },
});
