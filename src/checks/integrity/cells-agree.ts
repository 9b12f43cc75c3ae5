import { defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'cells-agree',
  title: 'Pictures of one code state agree with each other',
  failureTitle: 'A screen looks different from one capture to the next',
  description:
    'When a cell was captured more than once on one code state, its versions show the same pixels. Cells that do not are flaky: whatever they show once proves little.',
  requires: ['cells', 'flaky'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause:
      'The same code was photographed twice with different pictures: the page shows something random, timed or left over.',
    task: 'Make the page show the same for the same data, set capture.freeze_time, or mask that place.',
    verify: 'screen',
  },
  run({ cells, flaky }) {
    return {
      status: flaky.length > 0 ? 'fail' : 'pass',
      examined: cells.length,
      problems: flaky.map((cell) => ({
        screen: cell.screen,
        viewport: cell.viewport,
        title: `Its pictures disagree: ${cell.reason}.`,
        fix: 'Find what changes by itself (time, random numbers, loading order) and pin it, or freeze the clock with capture.freeze_time.',
      })),
    };
  },
});
