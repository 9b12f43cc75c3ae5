import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'design-score',
  title: 'Every pair reaches its threshold',
  failureTitle: 'A screen differs too much from its reference',
  description:
    'score = 1 - differing / counted pixels, at least design.match_threshold (or the screen’s own). Pictures of another size fail beyond one device pixel unless the screen allows it.',
  requires: ['pairs', 'design'],
  repair: {
    category: 'visual',
    severity: 'critical',
    cause: 'Too much of the screen differs from its reference.',
    task: 'Begin with the largest region; a shifted block moves everything below it.',
    verify: 'screen',
    follows: [{ checks: ['design-regions'], when: 'same_place' }],
  },
  run({ pairs, design }) {
    const compared = pairs.filter((pair) => pair.score !== undefined);
    return failOn(
      compared.flatMap((pair) => {
        const threshold = pair.threshold ?? design.threshold;
        const where = {
          screen: pair.screen,
          viewport: pair.viewport,
          ...(pair.diff ? { artifact: pair.diff.path } : {}),
        };
        if (pair.outcome === 'size-mismatch') {
          const { reference, actual } = pair.size;
          return [
            {
              ...where,
              title: `The size differs: reference ${reference?.width} x ${reference?.height}, actual ${actual?.width} x ${actual?.height} px (score ${pair.score}).`,
              fix: 'Find what made the page taller, shorter or wider; the first regions show where it begins.',
            },
          ];
        }
        // What another renderer draws differs in most pixels of its text; there the regions decide.
        return pair.renderer !== 'other' && (pair.score ?? 0) < threshold
          ? [
              {
                ...where,
                title: `Score ${pair.score} < ${threshold}.`,
                fix: 'Look at the regions of the pair, worst first.',
              },
            ]
          : [];
      }),
      compared.length,
      'Nothing was compared.',
    );
  },
});
