import type { Problem, Status } from '../core/vocabulary/gate.js';
import type { CheckId } from './check-id.js';
import type { Evidence } from './evidence.js';
import type { Repair } from './repair.js';

/** Outcome of a check. `examined` counts what was looked at: nothing looked at is never a pass. */
export interface CheckOutcome {
  status: Status;
  problems: Problem[];
  examined: number;
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
