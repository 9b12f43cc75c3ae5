import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { splitCommand } from '../config/command-line.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import { type RunningProcess, startProcess } from '../core/run-command.js';
import { answers, shown, waitUntilReady } from './app-ready.js';
import { staticFolder } from './detect.js';
import { type FoundServer, judgeFound } from './found-server.js';
import { type Listener, listening, variableOf, withVariable } from './listeners.js';
import { commandAtPort, freePort, type PortOwner, portOwner, runsFrom } from './ports.js';
import { type Access, accessOf, baseAddress, plainOutput, portOf } from './printed-addresses.js';
import type { Project } from './project.js';
import { serveStatic } from './serve-static.js';

/** The running app: where it answers, and whether it can be shown to be this project's. */
export interface AppServer {
  /** Base address: the folder that pages lie in, ends with `/`. */
  url: string;
  /** What `server.url` or the printed address holds besides, to be let in. */
  access?: Access;
  /** True when codeloop started it and will stop it. */
  started: boolean;
  /** Why pictures of it do not count for a gate; absent when they do. */
  unbound?: { reason: string };
  /** Resolves when a started app has ended by itself; never for one that was there. */
  ended: Promise<number | null>;
  /** Returns true when the same server still answers; one that was there before may be stopped or replaced by its owner. */
  stillThere(): Promise<boolean>;
  stop(): Promise<void>;
}

interface AppServerOptions {
  signal: AbortSignal;
  /** Gets what the app prints. */
  onOutput: (chunk: Buffer) => void;
}

/** Looks that follow the first one while others start and stop the same app. */
const MORE_LOOKS = 3;

/**
 * The project's app: what answers at `server.url` where it can be shown to run this project's code as it is; else `server.command`
 * started, beside a stranger or an older server on another port; else `server.static` served by codeloop. Answers undefined when the
 * project names no server at all. Throws APP_NOT_READY, APP_NOT_OURS (a stranger has the port, and the app cannot be started
 * elsewhere), CONFIG_INVALID, CANCELLED. What was started is stopped again on every error.
 */
export async function ensureApp(project: Project, options: AppServerOptions): Promise<AppServer | undefined> {
  const { command, url } = project.config.server;
  for (let left = MORE_LOOKS; ; left--) {
    try {
      return await findOrStart(project, options);
    } catch (thrown) {
      // Another codeloop stops the app that it had started when it is done: its port was taken, and is free a moment later.
      const { code, values } = toCodeloopError(thrown);
      const freed = code === 'APP_NOT_READY' && values.taken === true && url !== undefined && command !== undefined;
      if (left === 0 || !freed || (await answers(url, options.signal))) throw thrown;
    }
  }
}

async function findOrStart(project: Project, options: AppServerOptions): Promise<AppServer | undefined> {
  const { command, url, static: folder } = project.config.server;
  const found =
    url !== undefined && (await answers(url, options.signal))
      ? await judgeFound(url, project, options.signal)
      : undefined;
  if (url !== undefined && found && !(await hasGone(found, url, options.signal))) {
    if (found.bound || found.kind === 'unseen') return foundApp(url, project, found);
    if (command !== undefined) return startBeside(found, project, options);
    if (found.kind === 'stranger')
      throw new CodeloopError('APP_NOT_OURS', { url: shown(url), reason: found.reason, taken: true });
    return foundApp(url, project, found);
  }
  if (command !== undefined)
    return startApp(project, options).catch(async (error: unknown) => withHint(error, project));
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
  throw new CodeloopError('APP_NOT_READY', {
    url: shown(url),
    reason: 'nothing answers there and server.command is not set',
  });
}

/** Returns true when the server that answered was stopped before anybody saw who it was: nobody listens there any more. */
async function hasGone({ listeners }: FoundServer, url: string, signal: AbortSignal): Promise<boolean> {
  return listeners.length === 0 && !(await answers(url, signal));
}

/** Returns true when somebody answers at `server.url` who runs in another folder than the project's. */
export async function strangerAnswers(project: Project, signal: AbortSignal): Promise<boolean> {
  const { url } = project.config.server;
  if (url === undefined || !(await answers(url, signal))) return false;
  const owner = await portOwner(url, project.dir);
  return !owner.ours && owner.stranger !== undefined;
}

/** A server that was there: another codeloop's on the same project, a person's, or one that nobody can see. */
async function foundApp(url: string, project: Project, found: FoundServer): Promise<AppServer> {
  const pids = ({ listeners }: Pick<PortOwner, 'listeners'>) => listeners.map(({ pid }) => pid).join(' ');
  return {
    url: baseAddress(found.bound ? found.at : url),
    access: accessOf(url),
    started: false,
    ended: new Promise<never>(() => undefined),
    // Of one that cannot be seen only its answers tell.
    stillThere: async () =>
      pids(await portOwner(url, project.dir)) === pids(found) &&
      (found.listeners.length > 0 || answers(url, new AbortController().signal)),
    stop: async () => undefined,
    ...(found.bound ? {} : { unbound: { reason: found.reason } }),
  };
}

/** Starts the app although `server.url` is taken. Throws APP_NOT_OURS with both reasons when it comes up nowhere. */
async function startBeside(
  found: FoundServer & { bound: false },
  project: Project,
  options: AppServerOptions,
): Promise<AppServer> {
  const isOfStart = ({ code }: CodeloopError) => code === 'APP_NOT_READY' || code === 'APP_NOT_OURS';
  try {
    const port = await freePort();
    return await startApp(project, options, { port, flags: [] }).catch((thrown: unknown) => {
      const error = toCodeloopError(thrown);
      // Vite 8 starts a second time only when it is told that this is meant.
      const flags = String(error.values.output_tail)
        .match(/--bypass-lock\b/g)
        ?.slice(0, 1);
      if (!isOfStart(error) || !flags) throw thrown;
      return startApp(project, options, { port, flags });
    });
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (!isOfStart(error)) throw thrown;
    const { url = '' } = project.config.server;
    const why = error.code === 'APP_NOT_OURS' ? 'it came up nowhere' : String(error.values.reason);
    throw new CodeloopError(
      'APP_NOT_OURS',
      {
        ...{ output_tail: error.values.output_tail, taken: error.values.taken },
        url: shown(url),
        reason: `${found.reason}; server.command was tried on another port: ${why}`,
      },
      { cause: thrown },
    );
  }
}

/** Where the command's program is not there, what else the project could be looked at with. Always throws. */
async function withHint(thrown: unknown, project: Project): Promise<never> {
  const error = toCodeloopError(thrown);
  // sh(1): 127 not found; npm passes it on.
  const missing = /could not be started|exit code 127\b/.test(String(error.values.reason));
  const folder = error.code === 'APP_NOT_READY' && missing ? await staticFolder(project.dir) : undefined;
  if (error.code !== 'APP_NOT_READY' || !missing) throw thrown;
  const finished =
    folder === undefined
      ? ''
      : ` Or look at the finished HTML without it: there is ${folder === '.' ? '' : `${folder}/`}index.html, so set "server": {"static": ${JSON.stringify(folder)}} in .codeloop/config.json.`;
  const hint = `A program that server.command needs is not there: install the project's packages.${finished}`;
  throw new CodeloopError('APP_NOT_READY', { ...error.values, hint }, { cause: thrown });
}

/** Set for whatever the command starts, so that it is known also where it leaves its group and its parent. */
const MARK = 'CODELOOP_APP';

/** Starts `server.command`; with `beside` at that port instead of the one in `server.url`, which somebody has. */
async function startApp(
  project: Project,
  options: AppServerOptions,
  beside?: { port: number; flags: readonly string[] },
): Promise<AppServer> {
  const { url: configured, command: line = '', ready_timeout_ms: timeoutMs } = project.config.server;
  const plain = splitCommand(line, 'server.command');
  const [program = '', ...args] =
    beside === undefined ? plain : await commandAtPort(project, plain, beside.port, beside.flags);
  const port = beside?.port ?? (configured === undefined ? undefined : portOf(configured));
  // Nearly every project has a server that is there already.
  const { appEnvironment } = await import('./runners/run-runner.js');
  const mark = randomBytes(8).toString('hex');
  const sinceMs = Date.now();
  let output = '';
  let app: RunningProcess;
  try {
    app = await startProcess(program, args, {
      cwd: project.dir,
      guarded: true,
      env: {
        ...(await appEnvironment(project.dir)),
        ...{ BROWSER: 'none', NO_COLOR: '1', FORCE_COLOR: '0', [MARK]: mark },
        ...(port === undefined ? {} : { PORT: String(port) }),
      },
      onOutput: (_stream, chunk) => {
        output = (output + chunk.toString('utf8')).slice(-64 * 1024);
        options.onOutput(chunk);
      },
    });
  } catch (error) {
    throw new CodeloopError(
      'APP_NOT_READY',
      { url: configured === undefined ? 'its address' : shown(configured), reason: `${program} could not be started` },
      { cause: error },
    );
  }
  try {
    const real = await realpath(project.dir);
    const ready = await waitUntilReady({
      configured: beside === undefined ? configured : undefined,
      output: () => output,
      ended: app.ended,
      timeoutMs,
      signal: options.signal,
      listening: () => listening(),
      ownAmong: (listeners) => ownAmong(listeners, app.pid, mark),
      outlived: async () => (await withVariable(MARK, mark)).length > 0,
      isSibling: (one) => runsFrom(real, one),
    });
    if (ready.by === 'sibling' && beside !== undefined) {
      // It told the address of the very server that it was to stand beside.
      const tail = plainOutput(output).trim().slice(-1000);
      throw new CodeloopError('APP_NOT_OURS', {
        url: shown(ready.url),
        reason: 'it came up nowhere',
        output_tail: tail,
      });
    }
    if (ready.by === 'left') return await leftApp(ready.url, project);
    if (ready.by === 'sibling') {
      // Two codeloops began at once and the other one's app has the port: one is enough, and ours may stand elsewhere.
      await app.stop();
      const { ours, listeners } = await portOwner(ready.url, project.dir);
      // A daemon that threw our mark away with its environment has begun since.
      if (ours && listeners.every(({ startedMs = 0 }) => startedMs > sinceMs)) return await leftApp(ready.url, project);
      return await siblingApp(ready.url, project, options.signal);
    }
    return {
      url: withConfiguredPath(ready.url, configured),
      access: { ...accessOf(configured ?? ready.url), ...accessOf(ready.url) },
      started: true,
      ended: app.ended,
      stillThere: () => isPending(app.ended),
      stop: () => app.stop(),
      ...(ready.by === 'own'
        ? {}
        : {
            unbound: { reason: `who listens on port ${portOf(ready.url)} is no process that server.command started` },
          }),
    };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

/** A daemon that the command has left behind: of this code, and like a server that was there, since it does not end with the command. */
async function leftApp(url: string, project: Project): Promise<AppServer> {
  const { listeners } = await portOwner(url, project.dir);
  return foundApp(url, project, { bound: true, at: url, listeners });
}

async function siblingApp(url: string, project: Project, signal: AbortSignal): Promise<AppServer> {
  const found = await judgeFound(url, project, signal);
  if (await hasGone(found, url, signal))
    throw new CodeloopError('APP_NOT_READY', { url: shown(url), reason: 'who had started it stopped it', taken: true });
  if (!found.bound && found.kind !== 'unseen')
    throw new CodeloopError('APP_NOT_OURS', { url: shown(url), reason: found.reason, taken: true });
  return foundApp(url, project, found);
}

/** Processes of the group that was started, below it, or with its mark (a pseudo-terminal or a daemon has a group of its own). */
async function ownAmong(listeners: readonly Listener[], group: number, mark: string): Promise<ReadonlySet<number>> {
  const own = new Set<number>();
  for (const one of listeners) {
    if (own.has(one.pid)) continue;
    const near = one.group === group || one.pid === group || one.ancestors.includes(group);
    if (near || (await variableOf(one.pid, MARK)) === mark) own.add(one.pid);
  }
  return own;
}

/** The address that an app moved to, below the folder that `server.url` names where the app itself printed none. */
function withConfiguredPath(url: string, configured: string | undefined): string {
  const base = baseAddress(url);
  if (configured === undefined || new URL(base).pathname !== '/') return base;
  return new URL(new URL(baseAddress(configured)).pathname, base).href;
}

/** Returns true when a promise has not been settled yet. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
}
