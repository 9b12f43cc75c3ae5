import { Writable } from 'node:stream';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Dispatcher } from '../call/dispatcher.js';
import type { Toolset } from '../core/vocabulary/tool-result.js';
import type { OpenTools, ToolOpener } from '../tools/open-tools.js';
import { BoundedInput } from './bounded-input.js';
import { createMcpServer, malformedArgumentsOf } from './mcp-server.js';

/**
 * The standard output for the protocol alone: whatever else this process prints from now on, a library's stray line
 * included, goes to the standard error.
 */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({ decodeStrings: false, write: (chunk, encoding, done) => void write(chunk, encoding, done) });
}

/**
 * The line-by-line transport over standard input and output. It tells when it has closed, and keeps tool arguments that are
 * no object aside (`malformedArguments`), so that they get our error and not the SDK's protocol error.
 */
export class StdioWire extends StdioServerTransport {
  /** By request id; an entry goes when its answer has been sent. */
  readonly malformedArguments = new Map<string | number, unknown>();
  readonly #onClosed: () => void;

  constructor(output: Writable, onClosed: () => void) {
    const input = new BoundedInput((line) => void output.write(`${line}\n`));
    super(input, output);
    process.stdin.once('error', (error) => input.destroy(error)).pipe(input);
    this.#onClosed = onClosed;
  }

  override async start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message) => deliver?.(this.#repair(message));
    await super.start();
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if ('id' in message && message.id !== undefined && !('method' in message))
      this.malformedArguments.delete(message.id);
    await super.send(message);
  }

  override async close(): Promise<void> {
    await super.close();
    this.#onClosed();
  }

  #repair(message: JSONRPCMessage): JSONRPCMessage {
    if (!('id' in message) || !('method' in message)) return message;
    const malformed = malformedArgumentsOf(message);
    if (!malformed) return message;
    this.malformedArguments.set(message.id, malformed.given);
    return { ...message, params: { ...message.params, arguments: {} } };
  }
}

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
  /** The source of the tools; default: codeloop's own. Called by the first list or call. */
  open?: ToolOpener | undefined;
  /** Writes a line for people to standard error. */
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

  const tools = new LazyTools(async () => (options.open ?? (await ownTools()))(options));
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
        ended: (connection) => tools.endSession(connection),
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

  /** Limits by session end with their connection. */
  async endSession(connection: string): Promise<void> {
    (await this.#loading)?.dispatcher.endSession(connection);
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
