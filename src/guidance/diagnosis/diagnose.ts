import type { CheckResult } from '../../core/vocabulary/check.js';
import type { Issue, IssueCategory, IssueSeverity } from '../../core/vocabulary/issue.js';
import type { Pair, Severity } from '../../core/vocabulary/pair.js';
import { foldConsequences } from './fold-consequences.js';
import type { Draft } from './issue-draft.js';
import { problemIssues } from './problem-issues.js';
import { regionIssues } from './region-issues.js';

/** What a diagnosis is made from: a verdict's checks, and the pairs behind those about pictures. */
export interface DiagnosisEvidence {
  checks: readonly CheckResult[];
  pairs: readonly Pair[];
  blockOnSeverity: Severity;
}

/** Checks whose problems are told by the regions themselves, or are the diagnosis itself. */
const TOLD_OTHERWISE = new Set(['design-regions', 'no-critical-issues']);
const SEVERITIES: readonly IssueSeverity[] = ['blocker', 'critical', 'warning', 'info'];
/** What stands first makes the rest hard to judge. */
const CATEGORIES: readonly IssueCategory[] = [
  'evidence',
  'build',
  'app',
  'runtime',
  'network',
  'capture',
  'static',
  'test',
  'visual',
  'accessibility',
  'workflow',
  'decision',
];

/**
 * What is to be mended, in the order in which to mend it: what makes the rest hard to judge first, then by severity and by how many
 * screens it concerns. The same problem on several screens or viewports is one issue; what likely goes away with another issue is
 * folded under it. Pure: the same evidence gives the same issues with the same ids.
 */
export function diagnose(evidence: DiagnosisEvidence): Issue[] {
  const failed = evidence.checks.filter(({ status }) => status !== 'pass');
  const drafts = [
    ...failed.filter(({ id }) => !TOLD_OTHERWISE.has(id)).flatMap(problemIssues),
    ...regionIssues(evidence.pairs, evidence.blockOnSeverity),
  ];
  return foldConsequences(drafts)
    .toSorted(
      (a, b) =>
        SEVERITIES.indexOf(a.issue.severity) - SEVERITIES.indexOf(b.issue.severity) ||
        CATEGORIES.indexOf(a.issue.category) - CATEGORIES.indexOf(b.issue.category) ||
        spread(b) - spread(a) ||
        (a.issue.id < b.issue.id ? -1 : 1),
    )
    .map(({ issue }) => issue);
}

/** The same issues, those in files that somebody works on first. `files`: relative to the project. */
export function focusFirst(issues: readonly Issue[], files: readonly string[]): Issue[] {
  const inFocus = ({ file }: Issue) => file !== undefined && files.includes(file);
  return issues.toSorted((a, b) => Number(inFocus(b)) - Number(inFocus(a)));
}

/** How many screens and viewports an issue concerns. */
function spread({ issue }: Draft): number {
  return Math.max(1, issue.screens.length) * Math.max(1, issue.viewports.length);
}
