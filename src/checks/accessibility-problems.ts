import { type AccessibilityViolation, Impact, reaches } from '../core/vocabulary/accessibility.js';
import type { Problem } from '../core/vocabulary/check.js';
import { type AccessibilityEvidence, accepts } from './accessibility-evidence.js';

/** One element that breaks one rule, wherever it shows. */
interface Broken {
  violation: AccessibilityViolation;
  node: AccessibilityViolation['nodes'][number];
  artifact: string | undefined;
  places: { screen: string; viewport: string }[];
}

/**
 * The violations at or above the bar that nobody accepted, worst first: one problem for each element and rule, with all the screens
 * and viewports where it shows. What was cut from a list of elements is not accepted by anybody, and is told as a number.
 */
export function violationProblems(evidence: AccessibilityEvidence): Problem[] {
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
          fix: `Mend those that are listed first. ${violation.help_url}`,
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
  const entry = { rule: violation.rule, selector: node.selector, screens, reason: '…' };
  return {
    screen: first,
    viewport: [...new Set(places.map(({ viewport }) => viewport))].join(', '),
    title: titleOf(violation),
    text: [
      node.selector,
      node.html,
      node.summary.replaceAll(/\s+/g, ' ').trim(),
      `to accept it: ${JSON.stringify(entry)}`,
    ].join('\n'),
    ...(artifact === undefined ? {} : { artifact }),
    fix: `Mend the element${others.length > 0 ? `, which is also on ${others.join(', ')}` : ''}. ${violation.help_url} Where it has to stay, a person writes the quoted entry, with a reason, into "accepted" of ${file} and commits it.`,
  };
}

function titleOf({ rule, impact, help }: AccessibilityViolation): string {
  return `${help} (${rule}, ${impact}).`;
}
