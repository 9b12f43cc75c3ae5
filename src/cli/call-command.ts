import type { Command } from 'commander';
import { CodeloopError } from '../core/errors.js';
import type { Tool } from '../tools/define-tool.js';
import { usageError } from './usage-error.js';

/** A tool's name as people type it, with or without `codeloop_`; names that nobody has are left to the dispatcher. */
export function fullToolName(name: string, tools: readonly Tool[]): string {
  const plain = name.replaceAll('-', '_');
  return tools.find((tool) => tool.name === plain || tool.name === `codeloop_${plain}`)?.name ?? name;
}

/** Adds `call <tool> --json '{…}'`: any tool of the terminal by its tool name, arguments and result as JSON. */
export function addCallCommand(
  parent: Command,
  signal: AbortSignal,
  run: (command: Command, tool: string, given: unknown) => Promise<void>,
): Command {
  const command = parent
    .command('call')
    .summary('call a tool by its name, arguments and result as JSON')
    .description('Calls a tool by its name, with its arguments as one JSON object, and prints the result object.')
    .usage('<tool> [flags]')
    .argument('<tool>', 'name of the tool, with or without codeloop_')
    .option('--json <object>', 'the arguments, as in docs/tools.md; "-" reads them from the standard input', '{}');
  return command.action(async (tool: string) => {
    const text: unknown = command.opts().json;
    await run(command, tool, parse(text === '-' ? await readStdin(signal) : String(text)));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError('codeloop call', `--json is not JSON: ${reason}`, ['--json']);
  }
}

/** The whole standard input as text. Throws CANCELLED when the command is interrupted first. */
async function readStdin(signal: AbortSignal): Promise<string> {
  const stop = () => process.stdin.destroy(new CodeloopError('CANCELLED'));
  signal.addEventListener('abort', stop, { once: true });
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  signal.removeEventListener('abort', stop);
  return Buffer.concat(chunks).toString('utf8');
}
