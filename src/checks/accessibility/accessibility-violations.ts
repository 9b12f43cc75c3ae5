import { type AccessibilityViolation, Impact, reaches } from '../../core/vocabulary/accessibility.js';
import type { Problem } from '../../core/vocabulary/gate.js';
import type { ExpectedCell } from '../../core/vocabulary/run.js';
import { defineCheck } from '../define-check.js';
import { type AccessibilityEvidence, accepts, type ExaminedCell } from '../evidence.js';

/** One element that breaks one rule, wherever it shows. */
interface Broken {
  violation: AccessibilityViolation;
  node: AccessibilityViolation['nodes'][number];
  artifact: string | undefined;
  places: { screen: string; viewport: string }[];
}

/**
 * The violations at or above the bar that are not accepted, worst first: one problem for each element and rule, with all the screens
 * and viewports where it shows. Elements cut from a list are not accepted, and are reported as a number.
 */
function violationProblems(evidence: AccessibilityEvidence): Problem[] {
  const { failOn, cells, baseline } = evidence;
  const found = new Map<string, Broken>();
  const uncounted: Problem[] = [];
  for (const { screen, viewport, artifact, result } of cells)
    for (const violation of result?.violations ?? []) {
      if (!reaches(violation.impact, failOn)) continue;
      const { rule, nodes, node_count } = violation;
      for (const node of nodes) {
        if (baseline.accepted.some((one) => accepts(one, screen, rule, node.selector))) continue;
        const key = JSON.stringify([rule, node.selector]);
        const known = found.get(key);
        if (known) known.places.push({ screen, viewport });
        else found.set(key, { violation, node, artifact, places: [{ screen, viewport }] });
      }
      if (node_count > nodes.length)
        uncounted.push({
          ...{ screen, viewport },
          title: `${titleOf(violation)} ${node_count - nodes.length} more elements than can be listed.`,
          fix: `Fix those that are listed first. ${violation.help_url}`,
        });
    }
  const rank = ({ violation }: Broken) => Impact.options.indexOf(violation.impact);
  return [
    ...[...found.values()].toSorted((a, b) => rank(b) - rank(a)).map((one) => toProblem(one, baseline.file)),
    ...uncounted,
  ];
}

function toProblem({ violation, node, artifact, places }: Broken, file: string): Problem {
  const screens = [...new Set(places.map(({ screen }) => screen))];
  const [first = '', ...others] = screens;
  const viewportsOf = (name: string) =>
    [...new Set(places.flatMap(({ screen, viewport }) => (screen === name ? [viewport] : [])))].join(', ');
  const entry = { rule: violation.rule, selector: node.selector, screens, reason: '…' };
  return {
    screen: first,
    viewport: viewportsOf(first),
    ...(others.length > 0 ? { also: Object.fromEntries(others.map((name) => [name, viewportsOf(name)])) } : {}),
    title: titleOf(violation),
    rule: violation.rule,
    text: [
      node.selector,
      node.html,
      node.summary.replaceAll(/\s+/g, ' ').trim(),
      `to accept it: ${JSON.stringify(entry)}`,
    ].join('\n'),
    ...(artifact === undefined ? {} : { artifact }),
    element: node.selector,
    fix: `Fix the element. ${violation.help_url} Where it has to stay, a person writes the quoted entry, with a reason, into "accepted" of ${file} and commits it.`,
  };
}

function titleOf({ rule, impact, help }: AccessibilityViolation): string {
  return `${help} (${rule}, ${impact}).`;
}

export default defineCheck({
  id: 'accessibility-violations',
  title: 'No element breaks a rule of accessibility',
  failureTitle: 'Elements break rules of accessibility',
  description:
    'On every screen at every viewport axe-core finds no violation at or above accessibility.fail_on, besides those that a person accepted in .codeloop/accessibility.json and committed. A page that could not be examined is no pass.',
  requires: ['accessibility', 'expected'],
  repair: {
    category: 'accessibility',
    severity: 'critical',
    cause:
      'An element of the page breaks a rule of accessibility: people with other means of input or sight cannot use it.',
    task: 'Fix the element as the rule asks; the address beside it explains how.',
    verify: 'screen',
  },
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
              fix: `A person looks at what it accepts and commits ${baseline.file}, or the elements are fixed.`,
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

/** Returns what should have been examined and was not; the same reason at several viewports once. */
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
