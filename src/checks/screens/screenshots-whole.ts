import { openRequest } from '../../core/vocabulary/screenshot.js';
import { defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'screenshots-whole',
  title: 'Every picture shows all that there is to see',
  failureTitle: 'A part of a page is in no picture',
  description:
    'What waits to be seen was scrolled to and came up, what scrolls in place of the page is in the picture to its end, and nothing was on its way that the page shows to be waiting for. A part that no scroll position shows is named, and so is an answer that never came, a page that shows only that it waits, and a main part with nothing in it.',
  requires: ['cells'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause: 'A part of the page never comes up, or only where nobody can scroll to.',
    task: 'Let it show when it is scrolled to (a smaller margin or threshold of its observer), or hide it for good.',
    verify: 'screen',
  },
  run({ cells }) {
    const shot = cells.flatMap((cell) => (cell.screenshot ? [{ ...cell, screenshot: cell.screenshot }] : []));
    const problems = shot.flatMap(({ screen, viewport, screenshot }) => [
      ...(screenshot.settle.unseen ?? [])
        .filter(({ likely }) => !likely)
        .map(({ selector, reason }) => ({
          screen,
          viewport,
          title: `A part of the page is not in the picture: ${reason}.`,
          text: selector,
          artifact: screenshot.image.path,
          fix: 'Open the page and scroll to that part: if it stays empty there too, that is the mistake; else give the screen steps that bring it up, or name what it waits for in its wait_for.',
        })),
      ...(screenshot.settle.open_requests ?? [])
        .filter(({ unfinished }) => unfinished)
        .map((open) => ({
          screen,
          viewport,
          title: 'The page was still waiting for an answer when its picture was taken.',
          text: `${openRequest(open)}${open.shown_at === undefined ? '' : `, which shows at ${open.shown_at}`}`,
          url: open.url,
          artifact: screenshot.image.path,
          fix: 'Find out why that address does not answer. If it only takes long, raise capture.settle_timeout_ms; if the state that waits is the one to show, name what shows it in the wait_for of the screen.',
        })),
    ]);
    if (shot.length === 0)
      return { status: 'could_not_run', problems: [{ title: 'There is no picture to look at.' }], examined: 0 };
    return { status: problems.length > 0 ? 'could_not_run' : 'pass', problems, examined: shot.length };
  },
});
