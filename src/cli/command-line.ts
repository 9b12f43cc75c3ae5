import type { Tool } from '../tools/define-tool.js';
import { flagName } from './tool-flags.js';

/** A suggested call as a line that can be typed: `codeloop capture --screen-name home`. Tools that are no command go through `call`. */
export function commandLine(name: string, given: Readonly<Record<string, unknown>>, tools: readonly Tool[]): string {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) return ['codeloop call', quote(name), '--json', quote(JSON.stringify(given))].join(' ');
  const positionals = tool.command.positionals ?? [];
  const words = [...positionals.flatMap((field) => wordsOf(given[field]))];
  for (const [field, value] of Object.entries(given)) {
    if (positionals.includes(field)) continue;
    if (value === true) words.push(flagName(field));
    else if (value === false) words.push(flagName(field).replace(/^--/, '--no-'));
    else for (const word of wordsOf(value)) words.push(flagName(field), word);
  }
  return ['codeloop', tool.command.name, ...words].join(' ');
}

function wordsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object' && !String(item).includes(','));
    return value.length === 0 ? [] : [quote(plain ? value.join(',') : JSON.stringify(value))];
  }
  return [quote(typeof value === 'object' ? JSON.stringify(value) : String(value))];
}

/** Quoted for a POSIX shell where it must be. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
