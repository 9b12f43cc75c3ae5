import { splitCommand } from '../config/command-line.js';
import { CodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import { type RunningProcess, startProcess } from '../core/run-command.js';
import { portOwner } from './port-owner.js';
import type { Project } from './project.js';
import { serveStatic } from './static-server.js';

/** The running app: where it answers, and whether it can be shown to be this project's. */
export interface AppServer {
  /** Base address, ends with `/`. */
  url: string;
  /** True when codeloop started it and will stop it. */
  started: boolean;
  /** Why pictures of it do not count for a gate; absent when they do. */
  unbound?: { reason: string };
  /** Resolves when a started app has ended by itself; never for one that was there. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

export interface AppServerOptions {
  signal: AbortSignal;
  /** Gets what the app prints. */
  onOutput: (chunk: Buffer) => void;
}

const LOOPBACK_ADDRESS = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):\d+(?:\/[^\s"'<>)]*)?/;
/** Colours and cursor moves in a dev server's output (ECMA-48 control sequences). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one
const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[A-Za-z]/g;
const POLL_MS = 100;

/**
 * The project's app, started if nothing answers at its address yet: `server.command` (its address from `server.url` or its own
 * output), else `server.static` served by codeloop. Answers undefined when the project names no server at all.
 * Throws APP_NOT_READY, CONFIG_INVALID, CANCELLED. What was started is stopped again on every error.
 */
export async function ensureApp(project: Project, options: AppServerOptions): Promise<AppServer | undefined> {
  const { command, url, static: folder } = project.config.server;
  if (url !== undefined && (await answers(url, options.signal))) {
    const owner = await portOwner(portOf(url), project.dir);
    const never = new Promise<never>(() => undefined);
    return {
      url: withSlash(url),
      started: false,
      ended: never,
      stop: async () => undefined,
      ...(owner.ours ? {} : { unbound: { reason: owner.reason } }),
    };
  }
  if (command !== undefined) return startApp(splitCommand(command, 'server.command'), project, options);
  if (folder !== undefined) {
    const server = await serveStatic(await insideRoots(folder, [project.dir]));
    return { url: server.url, started: true, ended: new Promise<never>(() => undefined), stop: server.stop };
  }
  if (url === undefined) return undefined;
  throw new CodeloopError('APP_NOT_READY', { url, reason: 'nothing answers there and server.command is not set' });
}

async function startApp(command: readonly string[], project: Project, options: AppServerOptions): Promise<AppServer> {
  const [program = '', ...args] = command;
  const configured = project.config.server.url;
  let output = '';
  let app: RunningProcess;
  try {
    app = await startProcess(program, args, {
      cwd: project.dir,
      env: {
        ...process.env,
        BROWSER: 'none',
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        ...(configured === undefined ? {} : { PORT: String(portOf(configured)) }),
      },
      onOutput: (_stream, chunk) => {
        output = (output + chunk.toString('utf8')).slice(-64 * 1024);
        options.onOutput(chunk);
      },
    });
  } catch (error) {
    throw new CodeloopError(
      'APP_NOT_READY',
      { url: configured ?? 'its address', reason: `${program} could not be started` },
      { cause: error },
    );
  }
  try {
    const url = await waitUntilReady(
      app,
      () => configured ?? printedAddress(output),
      project.config.server.ready_timeout_ms,
      options.signal,
      () => output,
    );
    return { url: withSlash(url), started: true, ended: app.ended, stop: () => app.stop() };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

async function waitUntilReady(
  app: RunningProcess,
  address: () => string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
  output: () => string,
): Promise<string> {
  let exit: { code: number | null } | undefined;
  void app.ended.then((code) => {
    exit = { code };
  });
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    signal.throwIfAborted();
    const url = address();
    if (exit)
      throw notReady(
        url,
        `server.command ended with exit code ${exit.code ?? 'by a signal'} before it answered`,
        output(),
      );
    if (url !== undefined && (await answers(url, signal))) return url;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw notReady(address(), `no answer within ${timeoutMs} ms`, output());
}

function notReady(url: string | undefined, reason: string, output: string): CodeloopError {
  const tail = output.replace(CONTROL_SEQUENCE, '').trim().split('\n').slice(-5).join(' | ').slice(-400);
  return new CodeloopError('APP_NOT_READY', { url: url ?? 'any address it printed', reason, output_tail: tail });
}

function printedAddress(output: string): string | undefined {
  return LOOPBACK_ADDRESS.exec(output.replace(CONTROL_SEQUENCE, ''))?.[0]
    ?.replace('//0.0.0.0:', '//127.0.0.1:')
    .replace('//[::]:', '//[::1]:');
}

/** True when an HTTP server answers, whatever it says: an error page is an answer, and the checks will say so. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
      redirect: 'manual',
    });
    await response.body?.cancel();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // A slow first build answers late: somebody is there. Anything else means nobody listens.
    return error instanceof Error && error.name === 'TimeoutError';
  }
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function withSlash(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.endsWith('/') ? pathname : `${pathname}/`}`;
}
