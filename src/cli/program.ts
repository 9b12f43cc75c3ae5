import { Command, type CommanderError } from 'commander';
import type { Tool } from '../call/define-tool.js';
import { isCi } from '../core/ci.js';
import { CodeloopError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { TOOLSETS, type Toolset } from '../core/vocabulary/tool-result.js';
import type { OpenTools, ToolOpener } from '../tools/open-tools.js';
import { addGlobalFlags, addToolFlags, readGlobalFlags, readToolArguments } from './flags.js';
import { givenRoots, startServer } from './reach-server.js';
import { runCall, runReview } from './run-call.js';
import { plainText, type Terminal } from './terminal.js';
import { EXIT, translateComplaint, usageError } from './usage-error.js';

/** A tool's name as people type it, with or without `codeloop_`; names that nobody has are left to the dispatcher. */
export function fullToolName(name: string, tools: readonly Tool[]): string {
  const plain = name.replaceAll('-', '_');
  return tools.find((tool) => tool.name === plain || tool.name === `codeloop_${plain}`)?.name ?? name;
}

/** Adds `call <tool> --json '{…}'`: any tool of the terminal by its tool name, arguments and result as JSON. */
function addCallCommand(
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

/** The names of the sets, in the order in which help lists their tools. */
const NAMES = Object.keys(TOOLSETS);

/** Adds `serve`: the MCP server on standard input and output. The server's code loads when it runs. */
function addServeCommand(
  parent: Command,
  version: string,
  terminal: Terminal,
  { open, served }: { open: ToolOpener | undefined; served: (exitCode: number) => void },
): Command {
  const command = parent
    .command('serve')
    .summary('speak MCP on standard input and output')
    .description(
      'Serves the tools to an MCP client on standard input and output, until the client closes its end; with --http to any number of them, until it is stopped.',
    )
    .option('--toolsets <names>', `only these sets of tools: ${NAMES.join(', ')}`);
  command.option('--http [port]', 'also by HTTP on 127.0.0.1, with a token (default port 7717; 0: any)');
  return command.action(async () => {
    const flags = readGlobalFlags(command, process.env);
    const http = readPort(command.opts().http);
    const toolsets = readToolsets(command.opts().toolsets);
    await startServer({
      version,
      roots: givenRoots(flags, process.env, process.cwd()),
      ci: flags.ci,
      ...(toolsets ? { toolsets } : {}),
      ...(http === undefined ? {} : { http }),
      open,
      log: (line) => terminal.err(`codeloop: ${plainText(line)}\n`),
    });
    served(EXIT.passed);
  });
}

function readPort(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const port = given === true ? 7717 : Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw usageError('codeloop serve', `--http: ${String(given)} is no port.`, ['--http', '--http 0', '--http 7717']);
}

function readToolsets(given: unknown): Toolset[] | undefined {
  if (given === undefined) return undefined;
  const names = String(given)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.map((name) => {
    if (isToolset(name)) return name;
    throw usageError('codeloop serve', `--toolsets: there is no set ${name}; sets: ${NAMES.join(', ')}.`, NAMES);
  });
}

function isToolset(name: string): name is Toolset {
  return Object.hasOwn(TOOLSETS, name);
}

/** Adds `review`: the page where a person decides. Its address is printed to the terminal alone. */
function addReviewCommand(parent: Command, review: Actions['review']): Command {
  const command = parent
    .command('review')
    .summary('the page where a person looks and decides')
    .description(
      'Serves a page on this machine alone: what waits for a person, the runs with their trend, two runs side by side. Accept or refuse proposed baselines, known findings and lowered bars there, with a reason, and undo until it is committed. The address is for the person at this terminal; through SSH, forward its port. Ends with Ctrl-C.',
    )
    .option('--port <number>', 'port of the page (default: any that is free)');
  return command.action(async () => {
    const given: unknown = command.opts().port;
    const port = given === undefined ? 0 : Number(given);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw usageError('codeloop review', `--port: ${String(given)} is no port.`, ['--port']);
    await review(command, port);
  });
}

/** Thrown after help was printed: nothing is left to do. `asked` is false when help stood in for a missing command. */
export class HelpShown extends Error {
  readonly asked: boolean;

  constructor(asked: boolean) {
    super('help was shown');
    this.asked = asked;
  }
}

/** The actions of a parsed command line. */
interface Actions {
  /** Fires when the command is interrupted. */
  signal: AbortSignal;
  /** The source of the server's tools; default: codeloop's own. */
  open: ToolOpener | undefined;
  call(command: Command, tool: string, given: unknown, options: { asJson: boolean }): Promise<void>;
  served(exitCode: number): void;
  review(command: Command, port: number): Promise<void>;
}

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
  const typed = tools.filter(({ doors }) => doors.includes('cli'));
  for (const tool of typed.toSorted((a, b) => NAMES.indexOf(a.toolset) - NAMES.indexOf(b.toolset))) {
    const command = place(program, tool.command.name, `${TOOLSETS[tool.toolset]}:`)
      .summary(tool.title)
      .description(`${tool.title}.\n\n${tool.description}`);
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
  const review = addReviewCommand(program, actions.review);
  for (const command of [call, serve, review]) {
    complainOurWay(command.helpGroup('Doors:'));
    addGlobalFlags(command, { json: false });
  }
  return program;
}

/** What the commands that only hold others are about. */
const PARENTS: Readonly<Record<string, string>> = {
  audit: 'What was called: show it, check that it is whole',
  bars: 'Accept what is judged less strictly than before',
  baseline: 'Accepted pictures: accept, list, remove, share',
  ci: 'Write a CI workflow',
  findings: 'Accept findings as known',
  policy: 'What codeloop may do here: write it, check it, ask it',
};

/** The command of a name, which may have a parent of its own: `policy check`. Help lists both under the heading. */
function place(program: Command, name: string, heading: string): Command {
  const words = name.split(' ');
  let parent = program;
  for (const word of words.slice(0, -1)) {
    const known = parent.commands.find((command) => command.name() === word);
    const about = PARENTS[word] ?? '';
    parent =
      known ??
      complainOurWay(parent.command(word))
        .usage('<command>')
        .summary(about)
        .description(`${about}.`)
        .helpGroup(heading);
  }
  return complainOurWay(parent.command(words.at(-1) ?? name)).helpGroup(heading);
}

/** Makes a command throw codeloop's errors, with what is allowed at that place. */
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

/** The environment of a command line. */
export interface ProgramEnvironment {
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Fires when the person or the system wants the command to end. */
  signal: AbortSignal;
  /** Milliseconds that browsers and app servers get to end before the command is over anyway. */
  disposeGraceMs: number;
  /** The source of the tools; default: codeloop's own. */
  open?: ToolOpener | undefined;
}

/** Runs a command line and returns its exit code. Throws CodeloopError for a wrong command line. */
export async function runProgram(argv: readonly string[], environment: ProgramEnvironment): Promise<number> {
  const { terminal, env, cwd, signal, disposeGraceMs } = environment;
  // The server loads its tools when a client asks for them; building their commands here would only make its start slow.
  const serving = argv[0] === 'serve' && !argv.includes('--help') && !argv.includes('-h');
  const opened = serving ? undefined : await openFor(argv, environment.open, argv.includes('--ci') || isCi(env));
  const tools = opened?.dispatcher.list('cli') ?? [];
  let code: number = EXIT.passed;
  const program = buildProgram(tools, VERSION, terminal, {
    signal,
    open: environment.open,
    async call(command, name, given, { asJson }) {
      if (!opened) return;
      const { dispatcher } = opened;
      const flags = readGlobalFlags(command, env);
      const context = { dispatcher, terminal, env, cwd, version: VERSION, signal };
      code = await runCall(fullToolName(name, tools), given, asJson ? { ...flags, json: true } : flags, context);
    },
    served(exit) {
      code = exit;
    },
    async review(command, port) {
      if (!opened) return;
      const context = { dispatcher: opened.dispatcher, terminal, env, cwd, version: VERSION, signal };
      code = await runReview(readGlobalFlags(command, env), port, context);
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof HelpShown)) throw thrown;
    return thrown.asked ? EXIT.passed : EXIT.usage;
  } finally {
    if (opened) await within(disposeGraceMs, opened.dispose());
  }
  return code;
}

/** The tools of a command line: those of `open`, or of codeloop's own the one that it calls, or all. */
async function openFor(argv: readonly string[], open: ToolOpener | undefined, ci: boolean): Promise<OpenTools> {
  if (open) return open({ ci });
  const { openOneTool } = await import('../tools/open-one-tool.js');
  return (await openOneTool(argv, { ci })) ?? (await import('../tools/open-tools.js')).openTools({ ci });
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
