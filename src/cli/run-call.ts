import { appendFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSupportsTerminalGraphics } from 'supports-terminal-graphics';
import type { Tool } from '../call/define-tool.js';
import type { Dispatcher, DispatchReply } from '../call/dispatcher.js';
import { type CommandName, recordedCommands } from '../call/tool-schemas.js';
import { type ErrorBody, toCodeloopError } from '../core/errors.js';
import type { PictureProtocol } from '../image/terminal-picture.js';
import type { GlobalFlags } from './flags.js';
import { ProgressDisplay } from './progress-display.js';
import { givenRoots, openReviewPage } from './reach-server.js';
import { commandLine, renderResult, renderSummary } from './render-result.js';
import { type Palette, palette, plainText, safeJson, type Terminal, wantsColor } from './terminal.js';
import type { Row } from './text-table.js';
import { EXIT, exitCode } from './usage-error.js';

/**
 * Environment variables that coding agents set for the commands they run, and no person's terminal has. A name that ends in `_`
 * stands for every variable that begins so; a name with a value stands for that value. Settings that people put in their profiles
 * (`CODEX_HOME`, `CLAUDE_CODE_USE_BEDROCK`) are not among them. Sources: the agents' own documents and
 * sources, and the lists of `@vercel/detect-agent`, `am-i-vibing` and AWS CDK's command line, which agree on most of them.
 *
 * This keeps an honest agent from walking into a person's confirmation; it is no wall against one that clears its environment.
 * Cursor also marks the terminals inside its window, where its agent types as well as the person: they are refused with it.
 */
const AGENT_VARIABLES: readonly string[] = [
  'AGENT=amp',
  'AGENT=goose',
  'AI_AGENT',
  'ANTIGRAVITY_AGENT',
  'AUGMENT_AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLINE_ACTIVE',
  'CODEX_CI',
  'CODEX_SANDBOX',
  'CODEX_SANDBOX_',
  'CODEX_THREAD_ID',
  'COPILOT_AGENT_',
  'COPILOT_CLI',
  'CRUSH',
  'CURSOR_',
  'GEMINI_CLI',
  'GOOSE_TERMINAL',
  'JUNIE_',
  'KIRO_AGENT_',
  'OPENCODE',
  'OPENCODE_BIN_PATH',
  'OPENCODE_CLIENT',
  'OPENCODE_SERVER',
  'QWEN_CODE',
  'REPLIT_MODE=assistant',
  'ROO_ACTIVE',
  'TRAE_AI_SHELL_ID',
  'WINDSURF_AGENT',
];

/** The first variable by which an agent shows itself; `undefined`: none does. Empty values do not count. */
export function agentVariable(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  for (const known of AGENT_VARIABLES) {
    const [name = '', wanted] = known.split('=');
    const found = set.find(([variable, value]) =>
      wanted !== undefined ? variable === name && value === wanted : matches(variable, name),
    );
    if (found) return found[0];
  }
  return (env.AWS_EXECUTION_ENV ?? '').toLowerCase().includes('amazonq') ? 'AWS_EXECUTION_ENV' : undefined;
}

function matches(variable: string, known: string): boolean {
  return known.endsWith('_') ? variable.startsWith(known) : variable === known;
}

/** An error for a person: what failed, what to do, the command that helps. Ends with a line end. */
export function renderError(error: ErrorBody, colors: Palette, tools: readonly CommandName[]): string {
  const next = (error.next ?? []).map((call) => `  ${plainText(commandLine(call.tool, call.arguments, tools))}`);
  // What the app printed last says why it did not start.
  const tail = typeof error.details?.output_tail === 'string' ? error.details.output_tail.split('\n') : [];
  return `${[
    `${colors.bad(`✖ ${error.code}`)}  ${plainText(error.message)}`,
    ...tail.map((line) => `  │ ${plainText(line)}`),
    `  ${plainText(error.fix)}`,
    ...(next.length > 0 ? [colors.bold('next'), ...next] : []),
  ].join('\n')}\n`;
}

/** The environment of a command. */
export interface CallEnvironment {
  dispatcher: Dispatcher;
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  cwd: string;
  version: string;
  /** Fires when the person or the system wants the command to end. */
  signal: AbortSignal;
}

/** Calls a tool, shows its progress and its outcome, and returns the exit code. */
export async function runCall(
  name: string,
  given: unknown,
  flags: GlobalFlags,
  { dispatcher, terminal, env, cwd, version, signal }: CallEnvironment,
): Promise<number> {
  const display = new ProgressDisplay(terminal, { ...flags, env });
  const { ask } = terminal;
  const asked = async (question: string, stop: AbortSignal) => {
    // A question stands alone, and nothing draws over what is typed.
    display.end();
    return (await ask?.call(terminal, question, stop)) ?? '';
  };
  const agent = agentVariable(env);
  const reply = await dispatcher.call(name, inProject(given, flags, cwd), {
    door: 'cli',
    client: { name: 'codeloop-cli', version },
    signal,
    progress: flags.quiet ? () => undefined : display.update,
    roots: [...new Set([...givenRoots(flags, env, cwd), cwd])],
    cwd,
    ci: flags.ci,
    ...(ask ? { person: { ask: asked } } : {}),
    ...(agent === undefined ? {} : { agent }),
  });
  display.end();
  const asCalled = inProject(given, flags, cwd);
  if (reply.kind === 'result') await tellGithub(reply.result, asCalled, { terminal, env, cwd });
  await printReply(reply, flags, terminal, env, dispatcher.list('cli'));
  if (reply.kind === 'result' && !flags.json && !flags.quiet) await showPictures(reply.result, asCalled);
  return exitCode(reply);

  async function showPictures(result: Record<string, unknown>, call: unknown): Promise<void> {
    const protocol = pictureProtocol({ live: terminal.outIsLive, ci: flags.ci, agent: agent !== undefined, env });
    if (!protocol) return;
    const colors = palette(wantsColor(flags.color, terminal.outIsLive, env));
    await terminal.out(await picturesOf(result, { folder: projectFolder(call, cwd), protocol, colors }));
  }
}

/** Serves the review page until the command is interrupted, and returns the exit code. The address goes to the terminal and nowhere else. */
export async function runReview(flags: GlobalFlags, port: number, environment: CallEnvironment): Promise<number> {
  const { dispatcher, terminal, env, cwd, version, signal } = environment;
  const agent = agentVariable(env);
  const { ask } = terminal;
  const door = await openReviewPage({
    dispatcher,
    projectDir: flags.projectDir === undefined ? undefined : resolve(cwd, flags.projectDir),
    signal,
    port,
    caller: {
      client: { name: 'codeloop-cli', version },
      roots: [...new Set([...givenRoots(flags, env, cwd), cwd])],
      cwd,
      ci: flags.ci,
      ...(ask ? { person: { ask: (question, stop) => ask.call(terminal, question, stop) } } : {}),
      ...(agent === undefined ? {} : { agent }),
    },
  });
  if ('kind' in door) {
    await printReply(door, flags, terminal, env, dispatcher.list('cli'));
    return exitCode(door);
  }
  terminal.err(`Open this in a browser; it is for you alone:\n  ${door.address}\nEnd with Ctrl-C.\n`);
  await door.ended;
  return EXIT.passed;
}

/**
 * Tells GitHub Actions what the `github` reporter wrote: the workflow commands go to the log, on the standard error so that `--json` stays
 * JSON, and the Markdown to the step's summary where there is one. GitHub reads commands from both streams.
 */
async function tellGithub(
  result: Record<string, unknown>,
  given: unknown,
  { terminal, env, cwd }: Pick<CallEnvironment, 'terminal' | 'env' | 'cwd'>,
): Promise<void> {
  const paths = (Array.isArray(result.artifacts) ? result.artifacts : []).map(({ path }: { path?: unknown }) =>
    String(path),
  );
  const commands = paths.find((path) => path.endsWith('.github.txt'));
  if (commands === undefined) return;
  const read = (path: string) => readFile(resolve(projectFolder(given, cwd), path), 'utf8');
  terminal.err(await read(commands));
  const summary = paths.find((path) => path.endsWith('.md'));
  if (summary !== undefined && env.GITHUB_STEP_SUMMARY) await appendFile(env.GITHUB_STEP_SUMMARY, await read(summary));
}

/** The folder that a result's paths start at. */
function projectFolder(given: unknown, cwd: string): string {
  return given !== null && typeof given === 'object' && 'project_dir' in given
    ? resolve(cwd, String(given.project_dir))
    : cwd;
}

/** The arguments with the folder of `--project-dir`, which is the project and no other, wherever the command stands. */
function inProject(given: unknown, { projectDir }: GlobalFlags, cwd: string): unknown {
  const isObject = given !== null && typeof given === 'object' && !Array.isArray(given);
  if (projectDir === undefined || !isObject || 'project_dir' in given) return given;
  return { ...given, project_dir: resolve(cwd, projectDir) };
}

/** Prints a reply: a result to the standard output, an error to the standard error; with `--json` either as JSON, alone on the standard output. */
export async function printReply(
  reply: DispatchReply,
  flags: GlobalFlags,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  tools: readonly Tool[],
): Promise<void> {
  if (reply.kind === 'error' && env.CODELOOP_DEBUG) terminal.err(`${stackOf(reply.cause)}\n`);
  if (flags.json) {
    const value = reply.kind === 'error' ? reply.error : reply.result;
    await terminal.out(`${safeJson(value, terminal.outIsLive)}\n`);
    return;
  }
  const named = await toolsNamed(reply.kind === 'error' ? reply.error.next : reply.result.next, tools);
  if (reply.kind === 'error') {
    terminal.err(renderError(reply.error, palette(wantsColor(flags.color, terminal.errIsLive, env)), named));
    return;
  }
  const colors = palette(wantsColor(flags.color, terminal.outIsLive, env));
  await terminal.out(
    flags.quiet
      ? `${renderSummary(reply.result, colors)}\n`
      : renderResult(reply.result, { colors, columns: terminal.columns, tools: named }),
  );
}

/** The tools by which the next calls become commands: where a command loaded its own tool alone, as the build wrote them down, else all. */
async function toolsNamed(next: unknown, known: readonly Tool[]): Promise<readonly CommandName[]> {
  const names = (Array.isArray(next) ? next : []).map((call: { tool?: unknown }) => call.tool);
  if (known.length === 0 || names.every((name) => known.some((tool) => tool.name === name))) return known;
  const recorded = recordedCommands();
  if (recorded.length > 0) return recorded;
  const { tools } = await import('../tools/index.js');
  return tools.filter(({ doors }) => doors.includes('cli'));
}

/** Returns the stack of a fault, down to its first cause. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}

/** Pictures below one result. */
const MOST_PICTURES = 2;
const PICTURE = /\.(png|webp|jpe?g)$/i;

/** The terminal that would show pictures, and who looks at it. */
interface Viewer {
  /** The standard output is a terminal. */
  live: boolean;
  ci: boolean;
  /** A coding agent reads along. */
  agent: boolean;
  env: NodeJS.ProcessEnv;
}

/**
 * How this terminal takes pictures, or `undefined`: where nobody looks, under CI, for an agent, in a multiplexer, which lets none through,
 * and where `CODELOOP_PICTURES=off`. A protocol named there (`kitty`, `iterm2`, `sixel`) is taken wherever there is a terminal: not every
 * terminal says what it can.
 */
export function pictureProtocol(
  { live, ci, agent, env }: Viewer,
  able: () => Readonly<Record<PictureProtocol, boolean>> = () => createSupportsTerminalGraphics(process.stdout),
): PictureProtocol | undefined {
  const wanted = env.CODELOOP_PICTURES?.toLowerCase();
  if (!live || wanted === 'off') return undefined;
  if (wanted === 'kitty' || wanted === 'iterm2' || wanted === 'sixel') return wanted;
  const multiplexed = Boolean(env.TMUX || env.STY || /^(screen|tmux)/.test(env.TERM ?? ''));
  if (ci || agent || multiplexed || env.TERM === 'dumb') return undefined;
  const { kitty, iterm2, sixel } = able();
  return kitty ? 'kitty' : iterm2 ? 'iterm2' : sixel ? 'sixel' : undefined;
}

/** The first pictures of a result as a terminal shows them, each under its path; `folder`: what the paths start at. */
export async function picturesOf(
  { artifacts }: Row,
  { folder, protocol, colors }: { folder: string; protocol: PictureProtocol; colors: Palette },
): Promise<string> {
  const paths = (Array.isArray(artifacts) ? artifacts : [])
    .map(({ path }: { path?: unknown }) => String(path))
    .filter((path) => PICTURE.test(path));
  if (paths.length === 0) return '';
  const { terminalPicture } = await import('../image/terminal-picture.js');
  let shown = '';
  for (const path of paths.slice(0, MOST_PICTURES)) {
    const name = plainText(path);
    try {
      const picture = await terminalPicture(resolve(folder, path), protocol);
      shown += `\n${colors.dim(name)}\n${picture}\n`;
    } catch (error) {
      shown += `\n${colors.dim(`${name} cannot be shown: ${plainText(toCodeloopError(error).message)}`)}\n`;
    }
  }
  return shown;
}
