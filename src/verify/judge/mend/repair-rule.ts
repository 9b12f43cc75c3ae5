import type { IssueCategory, IssueSeverity } from '../../../core/vocabulary/issue.js';

/** What a failed check means for whoever has to mend it. */
export interface RepairRule {
  category: IssueCategory;
  /** Of a problem that blocks a gate; one that only warns is a `warning` at most. */
  severity: IssueSeverity;
  cause: string;
  task: string;
  /** What shows that it is mended: one screen, one flow, the comparison, everything, or only a person. */
  verify: 'screen' | 'flow' | 'all' | 'person';
}

/** A rule for evidence that is missing, old or not as it was written. */
export const evidence = (
  cause: string,
  task = 'Run codeloop_verify and leave the files alone meanwhile.',
): RepairRule => ({
  category: 'evidence',
  severity: 'blocker',
  cause,
  task,
  verify: 'all',
});
/** A rule for what only a person can decide. */
export const decision = (cause: string, task: string): RepairRule => ({
  category: 'decision',
  severity: 'blocker',
  cause,
  task,
  verify: 'person',
});
