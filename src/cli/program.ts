import { Command, type CommanderError } from 'commander';
import { CodeloopError } from '../core/errors.js';
import type { Tool, Toolset } from '../tools/define-tool.js';
import type { ToolOpener } from '../tools/open-tools.js';
import { addCallCommand } from './call-command.js';
import { addGlobalFlags } from './global-flags.js';
import { addServeCommand } from './serve-command.js';
import type { Terminal } from './terminal.js';
import { addToolFlags, readToolArguments } from './tool-flags.js';
import { translateComplaint } from './usage-error.js';

/** Thrown after help was printed: nothing is left to do. `asked` is false when help stood in for a missing command. */
export class HelpShown extends Error {
  readonly asked: boolean;

  constructor(asked: boolean) {
    super('help was shown');
    this.asked = asked;
  }
}

/** What the parsed command line leads to. */
export interface Actions {
  /** Fires when the command is interrupted. */
  signal: AbortSignal;
  /** Where the server gets its tools; default: codeloop's own. */
  open: ToolOpener | undefined;
  call(command: Command, tool: string, given: unknown, options: { asJson: boolean }): Promise<void>;
  served(exitCode: number): void;
}

const GROUPS: Readonly<Record<Toolset, string>> = {
  core: 'Verify:',
  see: 'Look:',
  design: 'Design:',
  act: 'Interact:',
  flows: 'Flows:',
  reports: 'Reports:',
};

/** The whole command line, made from the tools: one command per tool, `call` and `serve`. Parsing throws CodeloopError and HelpShown. */
export function buildProgram(tools: readonly Tool[], version: string, terminal: Terminal, actions: Actions): Command {
  const program = new Command('codeloop')
    .description(
      'Verifies a web app against its designs in a real browser and answers with one verdict from fresh evidence.',
    )
    .version(version, '-V, --version', 'print the version')
    .usage('<command> [flags]')
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}`.replace(' [flags]', '') })
    .configureOutput({
      writeOut: (text) => void terminal.out(text),
      writeErr: (text) => {
        if (!text.startsWith('error:')) terminal.err(text);
      },
    });
  addGlobalFlags(program, { json: true });
  complainOurWay(program);

  // Help lists the groups in the order in which they first appear.
  const order = Object.keys(GROUPS);
  for (const tool of tools.toSorted((a, b) => order.indexOf(a.toolset) - order.indexOf(b.toolset))) {
    const command = place(program, tool.command.name)
      .summary(tool.title)
      .description(`${tool.title}.\n\n${tool.description}`)
      .helpGroup(GROUPS[tool.toolset]);
    addToolFlags(command, tool);
    addGlobalFlags(command, { json: tool.command.json === undefined });
    command.action(async () => {
      await actions.call(command, tool.name, readToolArguments(command, tool), { asJson: false });
    });
  }
  const call = addCallCommand(program, actions.signal, (command, name, given) =>
    actions.call(command, name, given, { asJson: true }),
  );
  const serve = addServeCommand(program, version, terminal, actions);
  for (const command of [call, serve]) {
    complainOurWay(command.helpGroup('Doors:'));
    addGlobalFlags(command, { json: false });
  }
  return program;
}

/** The command of a name, which may have a parent of its own: `policy check`. */
function place(program: Command, name: string): Command {
  const words = name.split(' ');
  let parent = program;
  for (const word of words.slice(0, -1)) {
    const known = parent.commands.find((command) => command.name() === word);
    parent = known ?? complainOurWay(parent.command(word));
  }
  return complainOurWay(parent.command(words.at(-1) ?? name));
}

/** Makes a command throw our errors, in our words, with what is allowed at that place. */
function complainOurWay(command: Command): Command {
  return command.exitOverride((error: CommanderError) => {
    const flags = [...new Set([command, command.parent].flatMap((level) => level?.options ?? []))]
      .filter((option) => !option.hidden)
      .flatMap((option) => option.long ?? []);
    const commands = command.commands.map((inner) => inner.name());
    const name = [command.parent?.name(), command.name()].filter((part) => part !== undefined).join(' ');
    const ours = translateComplaint(error, name, [...new Set([...flags, '--help'])], commands);
    if (ours instanceof CodeloopError) throw ours;
    throw new HelpShown(error.exitCode === 0);
  });
}
