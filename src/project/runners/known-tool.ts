/** Tools that can be asked for a report. */
export type Tool =
  | 'vitest'
  | 'jest'
  | 'playwright'
  | 'eslint'
  | 'node --test'
  | 'pytest'
  | 'go test'
  | 'cargo test'
  | 'tsc';

/** The tool behind the words of a command, and its arguments: `NAME=value`, `cross-env`, `npx` and `node path/to/tool` are seen through. */
export function toolOf(words: readonly string[]): { tool: Tool; args: readonly string[] } | undefined {
  const [word = '', ...args] = words;
  const program = (word.split('/').at(-1) ?? '').replace(/\.(?:cmd|exe|c?js|mjs)$/, '');
  if (/^[A-Za-z_]\w*=/.test(word)) return toolOf(args);
  if (program === 'cross-env') return toolOf(args);
  if (program === 'npx' || program === 'bunx') return toolOf(args.filter((arg, at) => at > 0 || !isNpxFlag(arg)));
  if ((program === 'pnpm' || program === 'yarn') && args[0] === 'exec') return toolOf(args.slice(1));
  if (
    program === 'vitest' ||
    program === 'jest' ||
    program === 'playwright' ||
    program === 'eslint' ||
    program === 'pytest'
  )
    return { tool: program, args };
  if (program === 'react-scripts' && args[0] === 'test') return { tool: 'jest', args: args.slice(1) };
  if (program === 'tsc' || program === 'vue-tsc') return { tool: 'tsc', args };
  if (/^python[\d.]*$/.test(program) && args[0] === '-m' && args[1] === 'pytest')
    return { tool: 'pytest', args: args.slice(2) };
  if (program === 'go' && args[0] === 'test') return { tool: 'go test', args: args.slice(1) };
  if (program === 'cargo' && args[0] === 'test') return { tool: 'cargo test', args: args.slice(1) };
  if (program !== 'node') return undefined;
  if (args.includes('--test')) return { tool: 'node --test', args };
  const file = args.findIndex((arg) => !arg.startsWith('-'));
  const inner = args[file];
  return inner !== undefined && /(?:^|\/)node_modules\//.test(inner) ? toolOf(args.slice(file)) : undefined;
}

function isNpxFlag(arg: string): boolean {
  return /^(?:--no-install|--no|-y|--yes)$/.test(arg);
}
