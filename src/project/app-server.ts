import { splitCommand } from '../config/command-line.js';
import { CodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import { type RunningProcess, startProcess } from '../core/run-command.js';
import { answers, portOf, waitUntilReady, withSlash } from './app-ready.js';
import { type PortOwner, portOwner } from './port-owner.js';
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
  /** Whether the very same server still answers; one that was there may be stopped or replaced by whoever started it. */
  stillThere(): Promise<boolean>;
  stop(): Promise<void>;
}

interface AppServerOptions {
  signal: AbortSignal;
  /** Gets what the app prints. */
  onOutput: (chunk: Buffer) => void;
}

/**
 * The project's app, started if nothing answers at its address yet: `server.command` (its address from `server.url` or its own
 * output), else `server.static` served by codeloop. Answers undefined when the project names no server at all.
 * Throws APP_NOT_READY, CONFIG_INVALID, CANCELLED. What was started is stopped again on every error.
 */
export async function ensureApp(project: Project, options: AppServerOptions): Promise<AppServer | undefined> {
  const { command, url, static: folder } = project.config.server;
  if (url !== undefined && (await answers(url, options.signal))) return foundApp(url, project);
  if (command !== undefined) return startApp(splitCommand(command, 'server.command'), project, options);
  if (folder !== undefined) {
    const server = await serveStatic(await insideRoots(folder, [project.dir]));
    return {
      url: server.url,
      started: true,
      ended: new Promise<never>(() => undefined),
      stillThere: async () => true,
      stop: server.stop,
    };
  }
  if (url === undefined) return undefined;
  throw new CodeloopError('APP_NOT_READY', { url, reason: 'nothing answers there and server.command is not set' });
}

/** A server that was there: another codeloop's on the same project, a person's, or a stranger's. */
async function foundApp(url: string, project: Project): Promise<AppServer> {
  const owner = await portOwner(portOf(url), project.dir);
  const pids = ({ listeners }: PortOwner) => listeners.map(({ pid }) => pid).join(' ');
  return {
    url: withSlash(url),
    started: false,
    ended: new Promise<never>(() => undefined),
    stillThere: async () => pids(await portOwner(portOf(url), project.dir)) === pids(owner),
    stop: async () => undefined,
    ...(owner.ours ? {} : { unbound: { reason: owner.reason } }),
  };
}

async function startApp(command: readonly string[], project: Project, options: AppServerOptions): Promise<AppServer> {
  const [program = '', ...args] = command;
  const configured = project.config.server.url;
  let output = '';
  let app: RunningProcess;
  try {
    app = await startProcess(program, args, {
      cwd: project.dir,
      guarded: true,
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
    const url = await waitUntilReady(app, {
      configured,
      output: () => output,
      timeoutMs: project.config.server.ready_timeout_ms,
      signal: options.signal,
      isOurs: async (port) => (await portOwner(port, project.dir)).ours,
    });
    const owner = await portOwner(portOf(url), project.dir);
    if (owner.ours && !owner.listeners.some(({ group }) => group === app.pid)) {
      // Two codeloops began at once and the other one's app has the port: one is enough, and ours may stand elsewhere.
      await app.stop();
      return foundApp(url, project);
    }
    return {
      url: withSlash(url),
      started: true,
      ended: app.ended,
      stillThere: () => isPending(app.ended),
      stop: () => app.stop(),
    };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

/** Whether a promise has not been settled yet. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
}
