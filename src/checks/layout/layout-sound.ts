import { onScreens, type Problem } from '../../core/vocabulary/gate.js';
import { type Certainty, CONDITION_WORDS, type LayoutFinding } from '../../core/vocabulary/layout.js';
import type { ExpectedCell } from '../../core/vocabulary/run.js';
import { defineCheck } from '../define-check.js';
import { acceptsLayout, type LayoutEvidence } from '../evidence.js';

/** What each kind is called in a sentence. */
const TITLES: Readonly<Record<LayoutFinding['kind'], string>> = {
  outside_viewport: 'Content lies outside the window',
  text_overlap: 'One thing lies over another',
  covered: 'Something is covered',
  clipped: 'Something is cut off',
  protrudes: 'Content sticks out of its box',
  target_size: 'A target is too small to be hit',
  unreadable: 'A text cannot be read',
  leftover_text: 'A text was left behind by a program',
  image_distorted: 'A picture is distorted',
  wrapped: 'One of a row wrapped',
  small_range: 'A layout holds for a few pixels only',
  unreachable: 'Something cannot be reached',
  missing_glyph: 'A letter has no shape in any font',
  ellipsis: 'A text ends in dots',
  uneven: 'One of a row is of another size',
  vanishes: 'Something is not to be seen',
  moves: 'Something moves without end',
  crowded: 'What stays in the window leaves little of it',
  not_printed: 'Content is missing on paper',
  no_focus: 'A control does not show that it has the focus',
  not_tabbable: 'A control cannot be reached by Tab',
  focus_trap: 'The focus is caught',
  shifts: 'The page moved while it loaded',
};

/**
 * The findings of one certainty that nobody accepted, as problems. What is the same in every word on several screens (a header that all of them have)
 * is one problem.
 */
export function layoutProblems({ report, baseline }: LayoutEvidence, certainty: Certainty): Problem[] {
  const same = new Map<string, [LayoutFinding, ...LayoutFinding[]]>();
  for (const finding of report.findings) {
    if (finding.certainty !== certainty || baseline.accepted.some((one) => acceptsLayout(one, finding))) continue;
    const key = JSON.stringify([titleOf(finding), finding.viewport, finding.element, ...linesOf(finding)]);
    const known = same.get(key);
    if (known) known.push(finding);
    else same.set(key, [finding]);
  }
  return [...same.values()].map((findings) => toProblem(findings, baseline.file));
}

function toProblem(findings: readonly [LayoutFinding, ...LayoutFinding[]], file: string): Problem {
  const [finding] = findings;
  const { kind, viewport, condition, element, tile } = finding;
  const screens = [...new Set(findings.map(({ screen }) => screen))];
  const [, place, line] = /^(.*):(\d+)$/.exec(element.source ?? '') ?? [];
  const so = condition === undefined ? {} : { condition };
  const entry = { kind, selector: element.selector, screens, ...so, reason: '…' };
  return {
    ...onScreens(screens, viewport),
    title: titleOf(finding),
    text: [...linesOf(finding), `to accept it: ${JSON.stringify(entry)}`].join('\n'),
    element: element.selector,
    ...(tile ? { artifact: tile.path } : {}),
    ...(place === undefined || line === undefined ? {} : { file: place, line: Number(line) }),
    fix: `${finding.repair}${condition === undefined ? '' : ` Verify it by codeloop_verify {"conditions": ["${condition}"]}.`} Where it is meant so, a person writes the quoted entry, with a reason, into "accepted" of ${file} and commits it.`,
  };
}

function titleOf(finding: LayoutFinding): string {
  const { kind, condition, siblings } = finding;
  const many = siblings.length > 0 ? ` (${siblings.length + 1} alike)` : '';
  return `${TITLES[kind]} at ${widthsOf(finding)}${condition === undefined ? '' : ` ${CONDITION_WORDS[condition]}`}${many}${finding.new ? '' : ', as in the last green run'}.`;
}

/** What is wrong with which element, a line each. */
function linesOf({ element, other, siblings, what }: LayoutFinding): string[] {
  return [
    `${element.selector} ${what}`,
    ...(other ? [`by ${other.selector}`] : []),
    ...(siblings.length > 0 ? [`so do ${siblings.slice(0, 5).join(', ')}`] : []),
  ];
}

/** The widths in which a finding holds, in words. */
function widthsOf({ from_width: from, to_width: to }: LayoutFinding): string {
  return from === to ? `${from} px` : `${from} to ${to} px`;
}

export default defineCheck({
  id: 'layout-sound',
  title: 'Every layout is sound',
  failureTitle: 'A layout is broken',
  description:
    'At every viewport, and in full runs at the widths between, no page has content outside the window, texts or controls over each other, covered or unreachable controls, cut off or unreadable text, or distorted pictures: confirmed in the pixels, and not accepted in .codeloop/layout.json. A page that could not be judged is no pass.',
  requires: ['layout', 'expected'],
  repair: {
    category: 'layout',
    severity: 'critical',
    cause: 'Something on the page has no room at this width, or lies where something else is.',
    task: 'Mend the element as the fix says, at the widths that are named.',
    verify: 'screen',
  },
  run({ layout, expected }) {
    const { baseline, report, cells } = layout;
    const found = layoutProblems(layout, 'certain');
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
    const inUse = report.findings.some((finding) => baseline.accepted.some((one) => acceptsLayout(one, finding)));
    const waiting: Problem[] =
      baseline.committed || !inUse
        ? []
        : [
            {
              title: `${baseline.file} accepts layouts and is not committed: it does not count yet.`,
              fix: `A person looks at what it accepts and commits ${baseline.file}, or the layouts are mended.`,
            },
          ];
    const missing = notJudged(expected, cells);
    const problems = [...unread, ...found, ...waiting, ...missing];
    const examined = cells.filter((cell) => cell.missing === undefined).length;
    if (unread.length + found.length > 0) return { status: 'fail', problems, examined };
    if (missing.length > 0) return { status: 'could_not_run', problems, examined };
    if (waiting.length > 0) return { status: 'needs_human', problems, examined };
    if (examined === 0) return { status: 'could_not_run', problems: [{ title: 'No layout was judged.' }], examined };
    return { status: 'pass', problems, examined };
  },
});

/** Returns what should have been judged and was not; the same reason at several viewports once. */
function notJudged(expected: readonly ExpectedCell[], cells: LayoutEvidence['cells']): Problem[] {
  const told = new Map<string, Problem>();
  for (const { screen, viewport, app } of expected) {
    // Windows of desktop apps do not tell how they are laid out.
    if (app !== undefined) continue;
    const cell = cells.find((one) => one.screen === screen && one.viewport === viewport);
    if (cell && cell.missing === undefined) continue;
    const why = cell?.missing ?? 'it was not photographed';
    const key = `${screen}\n${why}`;
    const known = told.get(key);
    if (known) known.viewport += `, ${viewport}`;
    else
      told.set(key, {
        ...{ screen, viewport },
        title: 'The layout of this screen could not be judged.',
        text: why,
        fix: 'Run codeloop_verify again; where it comes back, open the page by hand to see what keeps it busy.',
      });
  }
  return [...told.values()];
}
