import { z } from 'zod';
import type { CodeloopError } from '../core/errors.js';
import type { Status } from '../core/vocabulary/gate.js';
import { StepResult } from '../core/vocabulary/step.js';
import type { StepsTaken, TakenStep } from '../live/take-steps.js';

const ERRORS_SHOWN = 5;
/** Failures that are the app's: what was expected is not there. All others mean that the step could not be tried. */
const APP_FAILS: ReadonlySet<string> = new Set(['TARGET_NOT_FOUND', 'STEP_TIMEOUT', 'NAVIGATION_FAILED']);

/** One step in a reply. What comes from the page (title, errors, changes, candidates) is untrusted. */
export const StepReply = StepResult.omit({
  logs: true,
  screenshot: true,
  lasting_target: true,
  lasting_otherwise: true,
  hide_value: true,
  url: true,
}).extend({
  n: z.number().int(),
  url: z.string().optional(),
  /** Console and network errors and warnings since the step before. */
  errors: z.array(z.object({ kind: z.string(), level: z.string(), text: z.string() })),
  error_count: z.number().int(),
  screenshot: z.string().optional(),
  failure: z
    .object({
      code: z.string(),
      message: z.string(),
      fix: z.string(),
      allowed: z.array(z.string()).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
export type StepReply = z.infer<typeof StepReply>;

/** A taken step cut to what a reply shows. */
export function stepReply({ step, result, error }: TakenStep, index: number): StepReply {
  const said = (result?.logs ?? []).filter((entry) => entry.level === 'error' || entry.level === 'warning');
  const body = error?.toBody();
  const {
    logs: _logs,
    screenshot,
    lasting_target: _t,
    lasting_otherwise: _o,
    hide_value: _h,
    ...shown
  } = result ?? EMPTY;
  return {
    ...shown,
    n: index + 1,
    action: step.action,
    ok: result?.ok ?? false,
    detail: result?.detail ?? undone(error),
    errors: said.slice(0, ERRORS_SHOWN).map(({ kind, level, text }) => ({ kind, level, text: text.slice(0, 300) })),
    error_count: said.length,
    ...(screenshot ? { screenshot: screenshot.path } : {}),
    ...(body
      ? {
          failure: {
            code: body.code,
            message: body.message,
            fix: body.fix,
            ...(body.allowed ? { allowed: body.allowed } : {}),
            ...(body.details ? { details: body.details } : {}),
          },
        }
      : {}),
  };
}

/** Describes a step that ended in an error. */
function undone(error: CodeloopError | undefined): string {
  const done = error?.values.done;
  return typeof done === 'string' ? `${done}; what came of it is not known` : 'not done';
}

const EMPTY: StepResult = { action: 'wait', ok: false, detail: '', waited_for: '', waited_ms: 0, logs: [] };

/** Returns the status of a list of steps: `fail` when the app did not show or do what was expected. */
export function stepsStatus({ taken, failedAt }: StepsTaken): Status {
  if (failedAt === undefined) return 'pass';
  const { error } = taken[failedAt] ?? {};
  return error === undefined || APP_FAILS.has(error.code) ? 'fail' : 'could_not_run';
}

/** Returns one line about steps, in codeloop's words. */
export function stepsLine({ taken, failedAt }: StepsTaken, total: number): string {
  const remarks = taken.flatMap(({ result }, index) =>
    (result?.remarks ?? []).map(({ text }) => (total > 1 ? `step ${index + 1}: ${text}` : text)),
  );
  if (failedAt === undefined) return [`${total} of ${total} step(s) done`, ...remarks.slice(0, 3)].join('; ');
  const failed = taken[failedAt];
  const why = failed?.error ? failed.error.code : 'the assertion does not hold';
  return `step ${failedAt + 1} of ${total} (${failed?.step.action}) failed: ${why}`;
}
