import { PassThrough, Writable } from 'node:stream';
import type { Dispatcher } from '../call/dispatcher.js';
import type { Toolset } from '../core/vocabulary/tool-result.js';
import type { OpenTools, ToolOpener } from '../tools/open-tools.js';
import { BoundedInput } from './bounded-input.js';
import type { HttpDoor } from './http-door.js';
import { type Handover, Opening, type Recorded, readRecorded } from './opening.js';

/**
 * The standard output for the protocol alone: whatever else this process prints from now on, a library's stray line
 * included, goes to the standard error.
 */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({ decodeStrings: false, write: (chunk, encoding, done) => void write(chunk, encoding, done) });
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
  /** Port of the HTTP door on loopback, beside the standard streams; 0: any that is free. Absent: no such door. */
  http?: number | undefined;
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
  /** The client of the standard streams has gone: those of the other door may stay. */
  const gone = options.http === undefined ? ended : () => undefined;
  const output = claimStdout();
  for (const stream of [output, process.stdout]) stream.on('error', gone); // EPIPE: the client has gone
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ended);
  process.on('unhandledRejection', (reason) => options.log(`unhandled rejection: ${reasonText(reason)}`));

  const tools = new LazyTools(async () => (options.open ?? (await ownTools()))(options));
  const parts = {
    version: options.version,
    dispatcher: () => tools.dispatcher(),
    givenRoots: options.roots,
    cwd: process.cwd(),
    ci: options.ci,
    stopping: stopping.signal,
    log: options.log,
    ended: (connection: string) => void tools.endSession(connection),
  };
  let http: HttpDoor | undefined;
  if (options.http !== undefined) {
    const { openHttp, readTokens } = await import('./http-door.js');
    http = await openHttp({ port: options.http, tokens: readTokens(process.env, options.log), parts });
    options.log(`MCP by HTTP at ${http.url}; clients send the token as "Authorization: Bearer …"`);
  }
  const input = new BoundedInput((line) => void output.write(`${line}\n`));
  let door: Promise<{ close(): Promise<void> }> | undefined;
  /** From now on the server itself hears the client, beginning with what it has still to see. */
  const handOver = ({ lines, answered, shown }: Handover) => {
    const rest = new PassThrough();
    for (const line of lines) rest.write(`${line}\n`);
    input.pipe(rest);
    door = import('./stdio-door.js').then(({ openStdio }) =>
      openStdio({ input: rest, output, answered, onClosed: gone, parts: { ...parts, shown } }),
    );
    door.catch((error: unknown) => {
      options.log(reasonText(error));
      ended();
    });
  };
  const recorded = options.open ? undefined : readRecorded(options.version);
  if (recorded) answerOpening(input, { ...options, recorded, output, ended: gone, handOver });
  else handOver({ lines: [], answered: [] });
  process.stdin.once('error', (error) => input.destroy(error)).pipe(input);

  await end;
  stopping.abort();
  await within(CALLS_GRACE_MS, tools.idle());
  await within(LOG_GRACE_MS, tools.giveUp());
  await within(DISPOSE_GRACE_MS, Promise.all([door?.then((opened) => opened.close()), http?.close(), tools.dispose()]));
}

/** Lets the opening answer for as long as it can. */
function answerOpening(
  input: BoundedInput,
  door: ServeOptions & {
    recorded: Recorded;
    output: Writable;
    ended(): void;
    handOver(state: Handover): void;
  },
): void {
  const opening = new Opening({
    recorded: door.recorded,
    roots: [...door.roots, process.cwd()],
    toolsets: door.toolsets,
    say: (message) => void door.output.write(`${JSON.stringify(message)}\n`),
    handOver(state) {
      input.off('data', take).off('end', door.ended);
      door.handOver(state);
    },
  });
  const take = (line: Buffer) => void opening.take(line.toString('utf8'));
  input.on('data', take).on('end', door.ended).on('error', door.ended);
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
