import { isCi } from '../core/ci.js';
import { VERSION } from '../core/version.js';
import type { ToolOpener } from '../tools/open-tools.js';
import { readGlobalFlags } from './global-flags.js';
import { buildProgram, fullToolName, HelpShown } from './program.js';
import { runCall, runReview } from './run-call.js';
import type { Terminal } from './terminal.js';
import { EXIT } from './usage-error.js';

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
  const open = environment.open ?? (serving ? undefined : (await import('../tools/open-tools.js')).openTools);
  const opened = serving ? undefined : open?.({ ci: argv.includes('--ci') || isCi(env) });
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

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
