import { defineCheck, failOn } from '../define-check.js';

/** Parts that hide less than this, CSS px, hide no content of their own. */
const WORTH_TELLING_PX = 100;

export default defineCheck({
  id: 'scrollers-seen',
  title: 'Parts that scroll by themselves are seen to their end',
  failureTitle: 'Parts that scroll by themselves are seen in part only',
  description:
    'Boxes with a scroll bar of their own (side bars, tables, panels) show in a picture what they are scrolled to. A warning: what lies below is in no picture.',
  requires: ['cells'],
  repair: {
    category: 'capture',
    severity: 'warning',
    cause: 'A part of the page scrolls by itself; pictures show its beginning.',
    task: 'Where the rest matters, give it a screen of its own with steps that scroll there.',
    verify: 'screen',
  },
  run({ cells }) {
    const shot = cells.flatMap((cell) => (cell.screenshot ? [{ ...cell, screenshot: cell.screenshot }] : []));
    const problems = shot.flatMap(({ screen, viewport, screenshot }) =>
      (screenshot.settle.scrollers ?? [])
        .filter(({ shown_px, total_px }) => total_px - shown_px >= WORTH_TELLING_PX)
        .map(({ selector, shown_px, total_px, sideways }) => ({
          screen,
          viewport,
          title: `A part that ${sideways ? 'scrolls sideways' : 'scrolls by itself'} shows ${shown_px} of its ${total_px} px.`,
          text: selector,
          artifact: screenshot.image.path,
        })),
    );
    return failOn(problems, shot.length, 'There is no picture to look at.');
  },
});
