import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck } from '../define-check.js';
import { layoutProblems } from './layout-sound.js';

export default defineCheck({
  id: 'layout-likely',
  title: 'No layout looks broken',
  failureTitle: 'A layout may be broken',
  description:
    'Shows what may be wrong with a layout and may be meant so: a row of which one item wrapped, a layout that holds for a few px, small targets, what no picture could confirm; and what of a page could not be judged.',
  requires: ['layout'],
  repair: {
    category: 'layout',
    severity: 'warning',
    cause: 'Something in the layout may be wrong, or may be meant so.',
    task: 'Look at the picture; mend it where it is not meant so.',
    verify: 'screen',
  },
  run({ layout }) {
    const partly = layout.report.screens.flatMap(({ screen, limits }): Problem[] =>
      limits.length === 0
        ? []
        : [{ screen, title: 'The layout of this screen was judged in part.', text: limits.join('\n') }],
    );
    const problems = [...layoutProblems(layout, 'likely'), ...partly];
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: layout.cells.length };
  },
});
