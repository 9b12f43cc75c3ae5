import { isStoryAddress } from '../../core/page-kind.js';
import { onScreens } from '../../core/vocabulary/gate.js';
import type { ExpectedCell } from '../../core/vocabulary/run.js';
import { defineCheck, failOn } from '../define-check.js';
import type { Evidence } from '../evidence.js';
import { cellOf } from '../evidence.js';

/** So many addresses that show the same picture are no two names of one page. */
const MANY = 3;

export default defineCheck({
  id: 'screens-differ',
  title: 'Screens of different addresses show different pages',
  failureTitle: 'Screens of different addresses show the same page',
  description:
    'Of the screens with addresses of their own no three, and never all of them, have the same picture at a viewport: that is a log-in, an error page or a fallback in place of them.',
  requires: ['expected', 'cells'],
  repair: {
    category: 'capture',
    severity: 'critical',
    cause: 'A log-in, an error page or a fallback came up in place of several screens.',
    task: 'Give the screens steps that log in, or addresses that lead to them.',
    verify: 'screen',
  },
  run({ expected, cells }) {
    const viewports = [...new Set(expected.map(({ viewport }) => viewport))];
    const problems = viewports.flatMap((viewport) => {
      const groups = byPicture(
        expected.filter((one) => one.viewport === viewport),
        cells,
      );
      const pictured = groups.flat().length;
      return groups
        .filter(({ length }) => length >= MANY || (length > 1 && length === pictured))
        .map((same) => ({
          ...onScreens(
            same.map(({ screen }) => screen),
            viewport,
          ),
          title: `${same.length} screens show the same picture: a log-in, an error page or a fallback in place of them.`,
          fix: 'Look at one of the pictures; give the screens steps that log in, or the addresses that lead to them.',
        }));
    });
    const examined = cells.filter(({ screenshot }) => screenshot).length;
    return failOn(problems, examined, 'There is no picture to look at.');
  },
});

/** Screens of one viewport by the bytes of their pictures; those that share an address count once, stories may look alike. */
function byPicture(expected: readonly ExpectedCell[], cells: Evidence['cells']): ExpectedCell[][] {
  const groups = new Map<string, ExpectedCell[]>();
  const seen = new Set<string>();
  for (const want of expected) {
    const picture = cellOf(cells, want)?.screenshot?.image.sha256;
    if (picture === undefined || seen.has(want.url) || isStoryAddress(want.url)) continue;
    seen.add(want.url);
    groups.set(picture, [...(groups.get(picture) ?? []), want]);
  }
  return [...groups.values()];
}
