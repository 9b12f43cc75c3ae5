import type { IssueCategory, IssueSeverity } from '../core/vocabulary/issue.js';
import type { CheckId } from './check-id.js';

/** Cause and fix of the problems of a failed check. */
export interface Repair {
  category: IssueCategory;
  /** Of a problem that blocks a gate; one that only warns is a `warning` at most. */
  severity: IssueSeverity;
  /** The likely cause, in whole sentences. */
  cause: string;
  /** The fix, where a problem has none of its own. */
  task: string;
  /** The call that shows whether it is fixed: of one screen, of one flow, of everything, or of the gates once a person decided. */
  verify: 'screen' | 'flow' | 'all' | 'person';
  /** Checks whose issues take these with them. The first entry that fits decides. */
  follows?: readonly Follows[];
  /** The fields by which two problems are the same. Default: title, quotation or address, file, line, flow and step. */
  sameBy?: 'title';
  /** False: its problems are no issues of their own, because something else tells of them. */
  listed?: false;
}

/** An issue that likely goes away with one of another check, and what the two must share for that. */
interface Follows {
  checks: readonly CheckId[];
  /** A screen and a viewport that both name; a line that both quote; that, or an address that both speak of. */
  when: 'always' | 'same_place' | 'same_text' | 'same_text_or_url';
}

/** The repair of evidence that is missing, old or not as it was written: a new run, before anything else can be judged. */
export function freshEvidence(
  cause: string,
  task = 'Run codeloop_verify and leave the files alone meanwhile.',
): Repair {
  return { category: 'evidence', severity: 'blocker', cause, task, verify: 'all' };
}

/** The repair of what only a person can decide. */
export function personDecides(cause: string, task: string): Repair {
  return { category: 'decision', severity: 'blocker', cause, task, verify: 'person' };
}
