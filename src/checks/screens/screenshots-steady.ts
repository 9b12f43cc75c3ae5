import { defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'screenshots-steady',
  title: 'Every picture stood still',
  failureTitle: 'A picture never settled',
  description:
    'Two equal frames in a row within capture.settle_timeout_ms. A picture that keeps moving proves nothing; the moving place is named with a mask that would cover it.',
  requires: ['cells'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause: 'Something on the page keeps moving, so that no two pictures are alike.',
    task: 'Stop it for reduced motion, set capture.freeze_time, or mask the place that the proposal names.',
    verify: 'screen',
  },
  run({ cells }) {
    const shot = cells.filter((cell) => cell.screenshot);
    const problems = shot.flatMap((cell) => {
      const steady = cell.screenshot?.steady;
      if (!steady || steady.settled) return [];
      const { x, y, width, height } = steady.moving_region;
      const mask = JSON.stringify(steady.mask_proposal);
      return [
        {
          screen: cell.screen,
          viewport: cell.viewport,
          title: `The picture still changed after ${Math.round(steady.waited_ms)} ms, at x ${x}, y ${y}, ${width} x ${height} px.`,
          text: mask,
          ...(cell.screenshot ? { artifact: cell.screenshot.image.path } : {}),
          fix: 'Make that part stand still (or stop its animation); if its content is meant to change, a person can add the proposed mask to the screen.',
        },
      ];
    });
    if (shot.length === 0)
      return { status: 'could_not_run', problems: [{ title: 'There is no picture to look at.' }], examined: 0 };
    return { status: problems.length > 0 ? 'could_not_run' : 'pass', problems, examined: shot.length };
  },
});
