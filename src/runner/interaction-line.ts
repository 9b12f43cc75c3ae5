import type { CodeloopError } from '../core/errors.js';
import { REDACTED } from '../core/redact.js';
import type { InteractionLine } from '../core/vocabulary/interaction-line.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';

/** Lines of errors kept with a step. */
const MAX_ERRORS = 10;

/** What a line is made from besides the step. */
export interface StepEnd {
  step: Step;
  startedMs: number;
  endedMs: number;
  result?: StepResult;
  error?: CodeloopError;
}

/** The line of the interaction log for a step that is over. */
export function interactionLine(
  page: { id: string; recordingId: string | undefined; redact: (text: string) => string },
  { step, startedMs, endedMs, result, error }: StepEnd,
): InteractionLine {
  const errors = (result?.logs ?? []).filter((entry) => entry.level === 'error');
  return {
    timestamp: new Date(startedMs).toISOString(),
    duration_ms: endedMs - startedMs,
    recording_id: page.recordingId ?? null,
    page_id: page.id,
    action: step.action,
    target_type: targetType(step),
    success: result?.ok ?? false,
    ...(result?.at_rest === undefined ? {} : { at_rest: result.at_rest }),
    detail: page.redact(error ? `${error.code}: ${error.message}` : (result?.detail ?? '')),
    input_args: inputArgs(step, result?.hide_value ?? error?.values.hide_value === true, page.redact),
    console_errors: errors.slice(0, MAX_ERRORS).map((entry) => entry.text),
    screenshot_ref: result?.screenshot?.path ?? null,
    frame: null,
    url: result?.url ?? null,
  };
}

/** What stands in a saved step for a text that went into a password field. */
const NOT_SAVED = 'NOT_SAVED';

/** A step as it can be taken in another load: by role and name instead of a reference, without what went into password fields. */
export function lastingStep(step: Step, result: StepResult): Step {
  const target = result.lasting_target ?? step.target;
  const otherwise = result.lasting_otherwise ?? [];
  const { otherwise: _given, ...rest } = step;
  return {
    ...rest,
    ...(target ? { target } : {}),
    ...(otherwise.length > 0 ? { otherwise } : {}),
    ...(result.hide_value ? { value: { secret: NOT_SAVED } } : {}),
  };
}

/** What kind of target a step has. */
export function targetType({ target }: Step): string {
  if (!target) return 'none';
  return 'x' in target ? 'point' : (Object.keys(target)[0] ?? 'none');
}

function inputArgs(step: Step, hide: boolean, redact: (text: string) => string): Record<string, unknown> {
  const { action: _action, ...rest } = step;
  const args = hide && rest.value !== undefined ? { ...rest, value: REDACTED } : rest;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, redacted(value, redact)]));
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redacted(inner, redact)]));
}
