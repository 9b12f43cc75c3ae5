import { runProgram } from '../../src/cli/program.js';
import { FakeTerminal } from '../cli/fake-terminal.js';
import { openWarm } from '../live/warm-session.js';

/** How a command line ended and what it printed. */
export interface Answered {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command line of codeloop in this process: the command, its flags, the funnel, the printed reply and the exit code are those of
 * the program; only the process and its browser are not begun anew. For tests whose matter is not the process. A wrong command line
 * throws. `env` is added to the environment while it runs, `undefined` takes a variable away; so one at a time.
 */
export async function runWarm(
  argv: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Answered> {
  const terminal = new FakeTerminal();
  const { CI: _ci, NO_COLOR: _no, FORCE_COLOR: _force, CODELOOP_PROJECT_DIR: _dir, ...before } = process.env;
  return withEnvironment({ ...before, ...env }, async () => {
    const code = await runProgram(argv, {
      terminal,
      env: process.env,
      cwd,
      signal: new AbortController().signal,
      disposeGraceMs: 5000,
      open: () => openWarm(),
    });
    return { code, stdout: terminal.stdout, stderr: terminal.stderr };
  });
}

async function withEnvironment<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const before = process.env;
  process.env = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  try {
    return await work();
  } finally {
    process.env = before;
  }
}
