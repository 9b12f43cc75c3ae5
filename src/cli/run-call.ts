import { resolve } from 'node:path';
import type { Tool } from '../tools/define-tool.js';
import type { Dispatcher, DispatchReply } from '../tools/dispatcher.js';
import { agentVariable } from './agent-variables.js';
import { exitCode } from './exit-code.js';
import { type GlobalFlags, givenRoots } from './global-flags.js';
import { ProgressDisplay } from './progress-display.js';
import { renderError } from './render-error.js';
import { renderResult, renderSummary } from './render-result.js';
import { palette, safeJson, type Terminal, wantsColor } from './terminal.js';

/** What a command runs with. */
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
  const display = new ProgressDisplay(terminal, flags);
  const { ask } = terminal;
  const agent = agentVariable(env);
  const reply = await dispatcher.call(name, inProject(given, flags, cwd), {
    door: 'cli',
    client: { name: 'codeloop-cli', version },
    signal,
    progress: flags.quiet ? () => undefined : display.update,
    roots: [...new Set([...givenRoots(flags, env, cwd), cwd])],
    cwd,
    ci: flags.ci,
    ...(ask ? { person: { ask: (question, stop) => ask.call(terminal, question, stop) } } : {}),
    ...(agent === undefined ? {} : { agent }),
  });
  display.end();
  await printReply(reply, flags, terminal, env, dispatcher.list('cli'));
  return exitCode(reply);
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
  if (reply.kind === 'error') {
    terminal.err(renderError(reply.error, palette(wantsColor(flags.color, terminal.errIsLive, env)), tools));
    return;
  }
  const colors = palette(wantsColor(flags.color, terminal.outIsLive, env));
  await terminal.out(
    flags.quiet
      ? `${renderSummary(reply.result, colors)}\n`
      : renderResult(reply.result, { colors, columns: terminal.columns, tools }),
  );
}

/** Where a fault began, down to its first cause. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
