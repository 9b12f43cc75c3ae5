import { createBrowserDriver } from '../../src/browser/browser-driver.js';
import { Dispatcher } from '../../src/call/dispatcher.js';
import type { CaptureDriver } from '../../src/capture/capture.js';
import { runProgram } from '../../src/cli/run-program.js';
import type { Config } from '../../src/config/schema.js';
import { Session } from '../../src/live/session.js';
import { tools } from '../../src/tools/index.js';
import { FakeTerminal } from '../cli/fake-terminal.js';

/** The browsers of this worker, by their settings: each is started once for all that the worker tests, and ends with it. */
const browsers = new Map<string, CaptureDriver>();

/** A session like that of any door, except that its browser is warm already and stays so. */
export class WarmSession extends Session {
  override async browser(config: Config): Promise<CaptureDriver> {
    const key = JSON.stringify([config.browser, process.env.CODELOOP_BROWSER]);
    const driver = browsers.get(key) ?? createBrowserDriver(config.browser);
    browsers.set(key, driver);
    return driver;
  }
}

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
    const session = new WarmSession();
    const code = await runProgram(argv, {
      terminal,
      env: process.env,
      cwd,
      signal: new AbortController().signal,
      disposeGraceMs: 5000,
      open: () => ({ dispatcher: new Dispatcher(tools, session), dispose: () => session.dispose() }),
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
