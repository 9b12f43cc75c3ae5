import type { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { nearestName } from '../core/nearest-name.js';
import type { Tool } from './define-tool.js';

/**
 * The arguments of a call with defaults filled in. Throws ARGUMENTS_INVALID in words an agent can act on: which argument,
 * what was given, what is allowed, the nearest known name.
 */
export function parseArguments(tool: Tool, given: unknown): Record<string, unknown> {
  const known = Object.keys(tool.input.shape);
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: tool.name,
      problem: `arguments must be an object, not ${describe(given)}.`,
      allowed: known,
    });
  }
  const result = tool.input.safeParse(given, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 4).map((issue) => sentence(issue, known));
  throw new CodeloopError(
    'ARGUMENTS_INVALID',
    { tool: tool.name, problem: problems.join(' '), allowed: known },
    { cause: result.error },
  );
}

function sentence(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, 5)
      .map((key) => {
        const near = where === '' ? nearestName(key, known) : undefined;
        return `unknown argument ${where === '' ? '' : `${where}.`}${key}${near ? `, did you mean ${near}?` : '.'}`;
      })
      .join(' ');
  }
  const given =
    issue.input === undefined && issue.code === 'invalid_type' ? 'it is missing' : `given ${describe(issue.input)}`;
  if (issue.code === 'invalid_value')
    return `${where} must be one of ${issue.values.map(String).join(', ')} (${given}).`;
  if (issue.code === 'invalid_type') return `${where} must be ${article(issue.expected)} (${given}).`;
  return `${where === '' ? 'arguments' : where}: ${issue.message} (${given}).`;
}

function article(type: string): string {
  const noun = type === 'int' ? 'integer' : type;
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** A value as a few characters: enough to recognise it, too little to carry anything. */
function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
