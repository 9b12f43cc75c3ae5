import { z } from 'zod';
import type { Door } from '../call/define-tool.js';
import { CodeloopError } from '../core/errors.js';
import { Step } from '../core/vocabulary/step.js';

/** The target of a recording: an address, or a desktop app. */
export const recordTarget = {
  url: z.string().min(1).optional().describe('Address, or path of the app'),
  app_name: z.string().min(1).optional().describe('App of native.apps, or title of an open window'),
  viewport: z.string().optional(),
};

/** Throws ARGUMENTS_INVALID when more than one target is given. */
export function oneTarget(tool: string, targets: readonly (string | undefined)[]): void {
  if (targets.filter((target) => target !== undefined).length > 1)
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool,
      problem: 'more than one target is given',
      hint: 'Give just one of url, app_name and page_id.',
    });
}

/** The app that is meant when no target is given: the only configured one. `undefined` when there is not just one. */
export function onlyApp(apps: Readonly<Record<string, unknown>>): string | undefined {
  const [only, ...more] = Object.keys(apps);
  return more.length === 0 ? only : undefined;
}

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

/** Clients give up on a call after 60 s. */
const MCP_WAIT_S = 45;

/** For tools whose work goes on when the call is over. */
export const waitSeconds = z
  .number()
  .min(0)
  .max(3600)
  .optional()
  .describe(`Answer by then, finished or not; default ${MCP_WAIT_S} over MCP, unlimited in a terminal`);

/** Returns how long a call waits for the end, ms; undefined: as long as it takes. */
export function waitMs(seconds: number | undefined, door: Door): number | undefined {
  const wait = seconds ?? (door === 'mcp' ? MCP_WAIT_S : undefined);
  return wait === undefined ? undefined : wait * 1000;
}

/** The input every tool shares. */
export const projectDir = z.string().optional().describe('Project folder; default: found from the roots');
