import type { Command } from 'commander';
import type { Toolset } from '../tools/define-tool.js';
import type { ToolOpener } from '../tools/open-tools.js';
import { EXIT } from './exit-code.js';
import { givenRoots, readGlobalFlags } from './global-flags.js';
import type { Terminal } from './terminal.js';
import { plainText } from './terminal.js';
import { usageError } from './usage-error.js';

const TOOLSETS: readonly Toolset[] = ['core', 'see', 'design', 'act', 'flows', 'reports'];

/** Adds `serve`: the MCP server on standard input and output. The server's code loads when it runs. */
export function addServeCommand(
  parent: Command,
  version: string,
  terminal: Terminal,
  { open, served }: { open: ToolOpener | undefined; served: (exitCode: number) => void },
): Command {
  const command = parent
    .command('serve')
    .summary('speak MCP on standard input and output')
    .description('Serves the tools to an MCP client on standard input and output, until the client closes its end.')
    .option('--toolsets <names>', `only these sets of tools: ${TOOLSETS.join(', ')}`);
  return command.action(async () => {
    const flags = readGlobalFlags(command, process.env);
    const toolsets = readToolsets(command.opts().toolsets);
    const { serve } = await import('../server/serve.js');
    await serve({
      version,
      roots: givenRoots(flags, process.env, process.cwd()),
      ci: flags.ci,
      ...(toolsets ? { toolsets } : {}),
      open,
      log: (line) => terminal.err(`codeloop: ${plainText(line)}\n`),
    });
    served(EXIT.passed);
  });
}

function readToolsets(given: unknown): Toolset[] | undefined {
  if (given === undefined) return undefined;
  const names = String(given)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.map((name) => {
    const known = TOOLSETS.find((toolset) => toolset === name);
    if (!known)
      throw usageError(
        'codeloop serve',
        `--toolsets: there is no set ${name}; sets: ${TOOLSETS.join(', ')}.`,
        TOOLSETS,
      );
    return known;
  });
}
