import type { Problem, Status } from '../core/vocabulary/gate.js';
import type { IssueCategory, IssueSeverity } from '../core/vocabulary/issue.js';
import type { CheckId } from './check-id.js';
import type { Evidence } from './evidence.js';

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

/** Outcome of a check. `examined` counts what was looked at: nothing looked at is never a pass. */
export interface CheckOutcome {
  status: Status;
  problems: Problem[];
  examined: number;
  /** In the place of the check's own sentence for a failure. */
  failureTitle?: string;
}

/** The description of a check. */
interface CheckFacts<Id extends string> {
  id: Id;
  /** Sentences for a pass and for a failure. */
  title: string;
  failureTitle: string;
  description: string;
  requires: readonly (keyof Evidence)[];
  /** Cause and fix of its problems. */
  repair: Repair;
}

/** A pure judgement over the parts of the evidence that it names in `requires`. Its id is the name of its file. */
interface Check<Needs extends keyof Evidence> extends CheckFacts<CheckId> {
  requires: readonly Needs[];
  run(evidence: Pick<Evidence, Needs>): CheckOutcome;
}

/** A check as the gates hold it, its evidence checked for presence first. */
export interface AnyCheck extends CheckFacts<string> {
  run(evidence: Partial<Evidence>): CheckOutcome;
}

/** Declares a check. Missing evidence answers `could_not_run` before `run` is asked. */
export function defineCheck<Needs extends keyof Evidence>(check: Check<Needs>): AnyCheck {
  return {
    ...check,
    run(evidence) {
      const missing = check.requires.filter((part) => evidence[part] === undefined);
      if (missing.length > 0) {
        return {
          status: 'could_not_run',
          examined: 0,
          problems: [{ title: `There is no evidence of kind ${missing.join(', ')}.` }],
        };
      }
      // Presence of every declared part was just checked.
      return check.run(evidence as Pick<Evidence, Needs>);
    },
  };
}

/** Fails with these problems, or passes when there are none; with nothing examined it could not run. */
export function failOn(problems: Problem[], examined: number, nothing: string): CheckOutcome {
  if (examined === 0) return { status: 'could_not_run', problems: [{ title: nothing }], examined };
  return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined };
}
