import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Toolset } from '../tools/define-tool.js';
import type { Dispatcher } from '../tools/dispatcher.js';
import type { OpenTools, ToolOpener } from '../tools/open-tools.js';
import { createMcpServer } from './mcp-server.js';
import { claimStdout, StdioWire } from './stdio-wire.js';

/** Milliseconds that calls under way get to put their evidence in order when the server ends. */
const CALLS_GRACE_MS = 250;
/** Milliseconds that browsers and app servers get to end; the process ends within a second in all. */
const DISPOSE_GRACE_MS = 450;
/** Milliseconds that the log of calls gets for those that have not ended. */
const LOG_GRACE_MS = 150;

export interface ServeOptions {
  version: string;
  /** Folders given by `--root` and by the environment, in order. */
  roots: readonly string[];
  ci: boolean;
  /** Only the tools of these sets; default: all. */
  toolsets?: readonly Toolset[];
  /** Where the tools come from; default: codeloop's own. Called by the first list or call. */
  open?: ToolOpener | undefined;
  /** Where what a person should know goes: the standard error. */
  log: (line: string) => void;
}

/**
 * Speaks MCP on standard input and output until the client closes its end, a signal comes or writing fails; then cancels what
 * runs, ends what was started and resolves, within a second. The caller ends the process.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const stopping = new AbortController();
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const output = claimStdout();
  for (const stream of [output, process.stdout]) stream.on('error', ended); // EPIPE: the client has gone
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ended);
  process.on('unhandledRejection', (reason) => options.log(`unhandled rejection: ${reasonText(reason)}`));

  const tools = new LazyTools(async () => (options.open ?? (await ownTools()))(options.toolsets));
  const wire = new StdioWire(output, ended);
  const handle = serveStdio(
    () =>
      createMcpServer({
        version: options.version,
        dispatcher: () => tools.dispatcher(),
        givenRoots: options.roots,
        cwd: process.cwd(),
        ci: options.ci,
        stopping: stopping.signal,
        malformedArguments: wire.malformedArguments,
        log: options.log,
      }),
    { transport: wire, onerror: (error) => options.log(error.message) },
  );

  await end;
  stopping.abort();
  await within(CALLS_GRACE_MS, tools.idle());
  await within(LOG_GRACE_MS, tools.giveUp());
  await within(DISPOSE_GRACE_MS, Promise.all([handle.close(), tools.dispose()]));
}

/** The tools and their session, loaded by the first call or list. */
class LazyTools {
  readonly #open: () => Promise<OpenTools>;
  #loading: Promise<OpenTools> | undefined;

  constructor(open: () => Promise<OpenTools>) {
    this.#open = open;
  }

  async dispatcher(): Promise<Dispatcher> {
    this.#loading ??= this.#open();
    return (await this.#loading).dispatcher;
  }

  /** Resolves when no call is under way. */
  async idle(): Promise<void> {
    await (await this.#loading)?.dispatcher.idle();
  }

  /** Logs the calls that have not ended. */
  async giveUp(): Promise<void> {
    await (await this.#loading)?.dispatcher.giveUp();
  }

  async dispose(): Promise<void> {
    await (await this.#loading)?.dispose();
  }
}

async function ownTools(): Promise<ToolOpener> {
  return (await import('../tools/open-tools.js')).openTools;
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // What cannot be ended in an orderly way dies with the process; why it could not is of no more use.
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}

function reasonText(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
