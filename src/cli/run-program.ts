import { VERSION } from '../core/version.js';
import { fullToolName } from './call-command.js';
import { EXIT } from './exit-code.js';
import { readGlobalFlags } from './global-flags.js';
import { buildProgram, HelpShown } from './program.js';
import { runCall } from './run-call.js';
import type { Terminal } from './terminal.js';

/** Runs a command line on the real tools and returns its exit code. Throws CodeloopError for a wrong command line. */
export async function runProgram(argv: readonly string[], terminal: Terminal, disposeGraceMs: number): Promise<number> {
  // The server loads its tools when a client asks for them; building their commands here would only make its start slow.
  const serving = argv[0] === 'serve' && !argv.includes('--help') && !argv.includes('-h');
  const opened = serving ? undefined : (await import('../tools/open-tools.js')).openTools();
  const tools = opened?.dispatcher.list('cli') ?? [];
  let code: number = EXIT.passed;
  const program = buildProgram(tools, VERSION, terminal, {
    async call(command, name, given, { asJson }) {
      if (!opened) return;
      const flags = readGlobalFlags(command, process.env);
      code = await runCall(fullToolName(name, tools), given, asJson ? { ...flags, json: true } : flags, {
        dispatcher: opened.dispatcher,
        terminal,
        env: process.env,
        cwd: process.cwd(),
        version: VERSION,
        signal: interruption(),
      });
    },
    served(exit) {
      code = exit;
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

/** Fires on the first interruption; a second one ends the process at once. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(EXIT.interrupted);
      stop.abort();
    });
  }
  return stop.signal;
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
