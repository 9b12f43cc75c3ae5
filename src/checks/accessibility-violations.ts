import type { Problem } from '../core/vocabulary/check.js';
import { type AccessibilityEvidence, accepts, type ExaminedCell } from './accessibility-evidence.js';
import { violationProblems } from './accessibility-problems.js';
import { defineCheck } from './define-check.js';
import type { ExpectedCell } from './evidence.js';

export default defineCheck({
  id: 'accessibility-violations',
  title: 'No element breaks a rule of accessibility',
  failureTitle: 'Elements break rules of accessibility',
  description:
    'On every screen at every viewport axe-core finds no violation at or above accessibility.fail_on, besides those that a person accepted in .codeloop/accessibility.json and committed. A page that could not be examined is no pass.',
  requires: ['accessibility', 'expected'],
  run({ accessibility, expected }) {
    const { baseline } = accessibility;
    const found = violationProblems(accessibility);
    const unread: Problem[] =
      baseline.problem === undefined
        ? []
        : [
            {
              title: `${baseline.file} cannot be read, so that it accepts nothing.`,
              text: baseline.problem,
              fix: 'A person corrects it.',
            },
          ];
    const waiting: Problem[] =
      baseline.committed || !inUse(accessibility)
        ? []
        : [
            {
              title: `${baseline.file} accepts violations and is not committed: it does not count yet.`,
              fix: `A person looks at what it accepts and commits ${baseline.file}, or the elements are mended.`,
            },
          ];
    const missing = notExamined(expected, accessibility.cells);
    const problems = [...unread, ...found, ...waiting, ...missing];
    const examined = accessibility.cells.filter(({ result }) => result !== undefined).length;
    if (unread.length + found.length > 0) return { status: 'fail', problems, examined };
    if (missing.length > 0) return { status: 'could_not_run', problems, examined };
    if (waiting.length > 0) return { status: 'needs_human', problems, examined };
    if (examined === 0) return { status: 'could_not_run', problems: [{ title: 'No page was examined.' }], examined };
    return { status: 'pass', problems, examined };
  },
});

/** True when something that was found is accepted. */
function inUse({ cells, baseline }: AccessibilityEvidence): boolean {
  return cells.some(({ screen, result }) =>
    result?.violations.some(({ rule, nodes }) =>
      nodes.some(({ selector }) => baseline.accepted.some((one) => accepts(one, screen, rule, selector))),
    ),
  );
}

/** What should have been examined and was not; the same reason at several viewports is told once. */
function notExamined(expected: readonly ExpectedCell[], cells: readonly ExaminedCell[]): Problem[] {
  const told = new Map<string, Problem>();
  for (const { screen, viewport, app } of expected) {
    // Only pages have rules that can be examined.
    if (app !== undefined) continue;
    const cell = cells.find((one) => one.screen === screen && one.viewport === viewport);
    if (cell?.result) continue;
    const why = cell?.missing ?? 'it was not photographed';
    const key = JSON.stringify([screen, why]);
    const known = told.get(key);
    if (known) known.viewport += `, ${viewport}`;
    else
      told.set(key, {
        screen,
        viewport,
        title: 'The accessibility of this screen could not be examined.',
        text: why,
        fix: 'Run codeloop_verify again; where it comes back, open the page by hand to see what keeps it busy.',
      });
  }
  return [...told.values()];
}
