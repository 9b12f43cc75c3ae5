import type { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { nearestName } from '../core/ids.js';
import type { Door, Tool } from './define-tool.js';
import { fieldsOf } from './tool-schemas.js';

/** A door's spelling of a tool and its fields, so that an error can be acted on where it is read. */
interface Spelling {
  tool: string;
  field(name: string): string;
}

/**
 * The arguments of a call with defaults filled in. Throws ARGUMENTS_INVALID in words that an agent or a person can act on:
 * which argument (which flag, by the terminal's door), what was given, what is allowed, the nearest known name. Arguments
 * that the tool does not know are always refused, whatever its schema says of them.
 */
export function parseArguments(tool: Tool, given: unknown, door: Door = 'mcp'): Record<string, unknown> {
  const spelling = spellingOf(tool, door);
  const known = fieldsOf(tool, door);
  const refuse = (problem: string, cause?: unknown) =>
    new CodeloopError(
      'ARGUMENTS_INVALID',
      { tool: spelling.tool, problem, allowed: known.map((name) => spelling.field(name)) },
      { cause },
    );
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw refuse(`arguments must be an object, not ${quote(given)}.`);
  const result = tool.input.safeParse(given, { reportInput: true });
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (result.success && unknown.length === 0) return result.data;
  const issues = (result.error?.issues ?? []).filter(
    (issue) => issue.code !== 'unrecognized_keys' || issue.path.length > 0,
  );
  const problems = [
    ...unknown.slice(0, 5).map((key) => unknownSentence(key, known, spelling)),
    ...issues.slice(0, 4).map((issue) => sentence(issue, spelling)),
  ];
  throw refuse(problems.join(' '), result.error);
}

function spellingOf(tool: Tool, door: Door): Spelling {
  if (door === 'mcp') return { tool: tool.name, field: (name) => name };
  const positionals = tool.command.positionals ?? [];
  return {
    tool: `codeloop ${tool.command.name}`,
    field: (name) => (positionals.includes(name) ? `<${name}>` : `--${name.replaceAll('_', '-')}`),
  };
}

function unknownSentence(key: string, known: readonly string[], spelling: Spelling): string {
  const near = nearestName(key, known);
  const name = key.length > 60 ? `${key.slice(0, 57)}…` : key;
  return `unknown argument ${name}${near ? `, did you mean ${spelling.field(near)}?` : '.'}`;
}

function sentence(issue: z.core.$ZodIssue, spelling: Spelling): string {
  const [field, ...rest] = issue.path.map(String);
  const where = field === undefined ? 'arguments' : [spelling.field(field), ...rest].join('.');
  const given =
    issue.input === undefined && issue.code === 'invalid_type' ? 'it is missing' : `given ${quote(issue.input)}`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, 5)
        .map((key) => `unknown argument ${where}.${key}.`)
        .join(' ');
    case 'invalid_value':
      return `${where} must be one of ${issue.values.map(String).join(', ')} (${given}).`;
    case 'invalid_type':
      return `${where} must be ${article(issue.expected)} (${given}).`;
    case 'invalid_union': {
      const kinds = new Set(issue.errors.flatMap(([first]) => (first ? [expectation(first)] : [])));
      return `${where} must be ${[...kinds].join(' or ') || 'something else'} (${given}).`;
    }
    default:
      return `${where}: ${issue.message} (${given}).`;
  }
}

/** Describes what one branch of a union expects. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return article(issue.expected);
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  return issue.message;
}

function article(type: string): string {
  const noun = type === 'int' ? 'integer' : type === 'array' ? 'list' : type;
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** A value as a few characters: enough to recognise it, too little to carry anything. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
