import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { Step } from '../core/vocabulary/step.js';

/** A target as agents give it; one short object instead of eight, because the list of tools is bounded. */
export const targetInput = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .describe(
    '{ref} of page_snapshot, {role,name}, {text}, {label}, {placeholder}, {test_id}, {selector}, or {x,y}; nth for one of several',
  );

/** A step's value; what it has to be depends on the action and is checked by the driver. */
export const valueInput = z
  .unknown()
  .describe('Text, keys, url, ms, options, {label: text} of a form, {width,height}, or {secret: NAME}');

/** Several steps at once. */
export const stepsInput = z
  .array(z.record(z.string(), z.unknown()))
  .min(1)
  .max(200)
  .describe('Steps {action, target?, value?, timeout_ms?}, stopped at the first failure');

/** Steps as they were given, checked. Throws ARGUMENTS_INVALID, naming the step. */
export function readSteps(given: readonly unknown[], tool: string): Step[] {
  return given.map((one, index) => {
    const step = Step.safeParse(one);
    if (step.success) return step.data;
    const [issue] = step.error.issues;
    const field = issue?.path.join('.') || 'step';
    const allowed = field === 'action' ? Step.shape.action.options : Object.keys(Step.shape);
    const problem =
      field === 'target'
        ? 'target must be exactly one of {ref}, {role,name}, {text}, {label}, {placeholder}, {test_id}, {selector}, {x,y}; nth beside those that name'
        : `${field}: ${issue?.message}`;
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool,
      problem: `step ${index + 1}: ${problem}.`,
      allowed: [...allowed],
    });
  });
}
