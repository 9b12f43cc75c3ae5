import parse from 'shell-quote/parse.js';
import { CodeloopError } from '../core/errors.js';
import { CONFIG_FILE } from './parse-settings.js';
import type { CommandLine } from './schema.js';

/**
 * The commands of a package.json script that are joined by `&&` alone, as words, quotes taken off; `undefined` when the script
 * needs a shell for more than that (pipes, `;`, `||`, background jobs, `$NAME`, backquotes, comments, redirections).
 */
export function scriptCommands(script: string): string[][] | undefined {
  if (script.includes('`') || script.includes('\n')) return undefined;
  const commands: string[][] = [[]];
  for (const word of parse(script, (name) => ({ op: `$${name}` }))) {
    if (typeof word === 'string') commands.at(-1)?.push(word);
    else if ('op' in word && word.op === 'glob') commands.at(-1)?.push(word.pattern);
    else if ('op' in word && word.op === '&&') commands.push([]);
    else return undefined;
  }
  return commands.every((command) => command.length > 0) ? commands : undefined;
}

/**
 * A configured command as an argument array. A string is split at blanks, quotes and backslashes keep them. What only a
 * shell would understand (operators, globs, comments, `$NAME`, backquotes) is refused, because no shell will be there.
 * Throws CONFIG_INVALID.
 */
export function splitCommand(command: CommandLine, key: string): string[] {
  if (typeof command !== 'string') return [...command];
  const words: string[] = [];
  if (command.includes('`')) refuse(command, key, '`');
  for (const word of parse(command, (name) => ({ op: `$${name}` }))) {
    if (typeof word === 'string') words.push(word);
    else if ('op' in word) refuse(command, key, word.op === 'glob' ? word.pattern : word.op);
    else refuse(command, key, '#');
  }
  if (words.length === 0) throw new CodeloopError('CONFIG_INVALID', { file: CONFIG_FILE, problem: `${key} is empty` });
  return words;
}

function refuse(command: string, key: string, part: string): never {
  throw new CodeloopError('CONFIG_INVALID', {
    file: CONFIG_FILE,
    problem: `${key}: "${part}" in "${command}" needs a shell, and commands are started without one`,
    hint: 'Put the line into a script of package.json (or a file) and name that, or write an argument array.',
  });
}
