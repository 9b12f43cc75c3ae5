import { parse } from 'shell-quote';

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
