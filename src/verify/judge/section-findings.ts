import { slug } from '../../core/ids.js';
import type { CheckResult, Problem } from '../../core/vocabulary/check.js';
import type { GateVerdict } from '../../core/vocabulary/gate.js';
import type { Section } from '../../core/vocabulary/section.js';
import type { GateId } from '../../gates/table.js';

/** One thing that a verdict holds against a section. */
export interface SectionFinding {
  check: string;
  status: CheckResult['status'];
  /** Our own words. */
  title: string;
  screen?: string;
  viewport?: string;
  flow?: string;
}

/** A verdict's findings about a section: `own` about its screens and flows; `shared` about the project as a whole, so that no section can be judged. */
interface SectionFindings {
  own: SectionFinding[];
  shared: SectionFinding[];
}

/** Gates that ask after other gates, or after sections: what they find is no fault of one section, or is found by another gate too. */
const DERIVED: ReadonlySet<string> = new Set<GateId>([
  'sections_complete',
  'zero_critical_issues',
  'acceptance_criteria_met',
  'decisions_settled',
]);

/** Returns the findings of a verdict's blocking checks about a section. Pure. */
export function sectionFindings(verdict: GateVerdict, section: Pick<Section, 'screens' | 'flows'>): SectionFindings {
  const screens = new Set(section.screens.map(slug));
  const flows = new Set(section.flows.map(slug));
  const found: SectionFindings = { own: [], shared: [] };
  for (const check of verdict.checks) {
    if (check.severity !== 'block' || check.status === 'pass' || DERIVED.has(check.gate)) continue;
    for (const problem of check.problems) {
      const finding = findingOf(check, problem);
      if (problem.screen === undefined && problem.flow === undefined) found.shared.push(finding);
      else if (screens.has(slug(problem.screen ?? '')) || flows.has(slug(problem.flow ?? ''))) found.own.push(finding);
    }
    // A list that was cut, or an empty one, does not clear anybody.
    if (check.problem_count > check.problems.length || check.problems.length === 0)
      found.shared.push({
        check: check.id,
        status: check.status,
        title: `${check.title}: ${check.problem_count} problem(s), ${check.problems.length} of them listed.`,
      });
  }
  return found;
}

function findingOf(check: CheckResult, { title, screen, viewport, flow }: Problem): SectionFinding {
  return {
    check: check.id,
    status: check.status,
    title,
    ...(screen === undefined ? {} : { screen }),
    ...(viewport === undefined ? {} : { viewport }),
    ...(flow === undefined ? {} : { flow }),
  };
}
