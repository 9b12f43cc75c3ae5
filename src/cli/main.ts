import type { DispatchReply } from '../call/dispatcher.js';
import { toCodeloopError } from '../core/errors.js';
import { endProcess } from '../core/native-work.js';
import { VERSION } from '../core/version.js';
import type { ToolOpener } from '../tools/open-tools.js';
import { plainServe, recordedHelp, startServer } from './reach-server.js';
import { plainText, type Terminal } from './terminal.js';
import { EXIT, exitCode } from './usage-error.js';

/** The process's own streams. A reader that has gone (`| head`) is no error of ours: what it did not want is dropped. */
function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = 3;
    });
  }
  return {
    out: (text) =>
      new Promise((resolve) => {
        stdout.write(text, () => resolve());
      }),
    err: (text) => {
      stderr.write(text);
    },
    outIsLive: stdout.isTTY === true,
    errIsLive: stderr.isTTY === true,
    get columns() {
      // A terminal without a size (some of containers and services) says 0.
      return stdout.columns || stderr.columns || 120;
    },
    get rows() {
      return stderr.rows;
    },
    ...(process.stdin.isTTY === true && stderr.isTTY === true ? { ask: askPerson } : {}),
  };
}

/** Asks on the standard error, so that the standard output holds the result alone; the end of the input is an empty answer. */
async function askPerson(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const end = () => lines.close();
  signal.addEventListener('abort', end, { once: true });
  process.stderr.write(question);
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve).once('close', () => resolve(''));
    });
  } finally {
    signal.removeEventListener('abort', end);
    lines.close();
  }
}

/** Milliseconds that browsers and app servers get to end before the process ends anyway. */
const DISPOSE_GRACE_MS = 5_000;
/** Milliseconds that an interrupted command gets in all: the tool's grace, then the end of what was started. */
const INTERRUPT_GRACE_MS = 3_000;

/** The terminal's door: reads the command line, does what it says, and ends the process with its exit code. `open`: other tools than codeloop's. */
export async function main(argv: readonly string[], open?: ToolOpener): Promise<never> {
  const terminal = processTerminal();
  let code: number;
  try {
    code = await run(argv, terminal, open);
  } catch (thrown) {
    code = await reportFailure(thrown, argv, terminal);
  }
  // Whatever a library still holds open, the command is over. A write that failed (not EPIPE) has left its mark in exitCode.
  return endProcess(code === EXIT.passed ? process.exitCode : code);
}

async function run(argv: readonly string[], terminal: Terminal, open: ToolOpener | undefined): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await terminal.out(`${VERSION}\n`);
    return EXIT.passed;
  }
  // An agent waits for it at the end of every turn: none of the tools is loaded.
  if (argv[0] === 'gate' && argv.includes('--hook')) {
    const { answerHook } = await import('./answer-hook.js');
    return answerHook(argv, { terminal, env: process.env, cwd: process.cwd() });
  }
  if (argv.length === 1 && (argv[0] === '--help' || argv[0] === '-h') && !open) {
    const help = await recordedHelp(VERSION);
    if (help !== undefined) {
      await terminal.out(help);
      return EXIT.passed;
    }
  }
  // A client waits for its opening: neither the command line's parser nor a tool is loaded.
  if (argv[0] === 'serve' && !open) {
    const serving = plainServe(argv.slice(1), process.env, process.cwd());
    if (serving) {
      await startServer({
        ...serving,
        version: VERSION,
        log: (line) => terminal.err(`codeloop: ${plainText(line)}\n`),
      });
      return EXIT.passed;
    }
  }
  const { runProgram } = await import('./program.js');
  return runProgram(argv, {
    terminal,
    env: process.env,
    cwd: process.cwd(),
    // `serve` ends in its own way, and with exit code 0.
    signal: argv[0] === 'serve' ? new AbortController().signal : interruption(),
    disposeGraceMs: DISPOSE_GRACE_MS,
    open,
  });
}

/** Fires on the first interruption; a second one, or one that nothing reacts to, ends the process. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) void endProcess(EXIT.interrupted);
      stop.abort();
      setTimeout(() => void endProcess(EXIT.interrupted), INTERRUPT_GRACE_MS).unref();
    });
  }
  return stop.signal;
}

async function reportFailure(thrown: unknown, argv: readonly string[], terminal: Terminal): Promise<number> {
  const error = toCodeloopError(thrown);
  const reply: DispatchReply = { kind: 'error', error: error.toBody(), class: error.class, cause: thrown };
  const { printReply } = await import('./run-call.js');
  const json = argv.includes('--json');
  const flags = {
    projectDir: undefined,
    roots: [],
    json,
    quiet: false,
    color: !argv.includes('--no-color'),
    ci: false,
  };
  await printReply(reply, flags, terminal, process.env, []);
  return exitCode(reply);
}
