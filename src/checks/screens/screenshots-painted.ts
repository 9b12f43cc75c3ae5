import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'screenshots-painted',
  title: 'No picture is blank',
  failureTitle: 'A picture is blank',
  description: 'A picture of (nearly) one colour shows nothing.',
  requires: ['cells'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause: 'The page shows nothing: it failed before it drew, or draws after the picture.',
    task: 'Look for a page error on this screen; otherwise set wait_for to something that the finished page shows.',
    verify: 'screen',
    follows: [
      { checks: ['build-succeeds'], when: 'always' },
      { checks: ['screenshots-present'], when: 'same_place' },
      { checks: ['page-errors'], when: 'same_place' },
    ],
  },
  run({ cells }) {
    const shot = cells.filter((cell) => cell.screenshot);
    return failOn(
      shot
        .filter((cell) => cell.screenshot?.blank)
        .map((cell) => ({
          screen: cell.screen,
          viewport: cell.viewport,
          title: 'The picture shows one single colour.',
          ...(cell.screenshot ? { artifact: cell.screenshot.image.path, url: cell.screenshot.url } : {}),
          fix: 'See the page errors of this screen; if it needs time or data, give the screen a wait_for.',
        })),
      shot.length,
      'There is no picture to look at.',
    );
  },
});
