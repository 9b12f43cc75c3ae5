import { CodeloopError } from '../core/errors.js';
import { type AppServer, ensureApp, strangerAnswers } from '../project/app-server.js';
import type { Project } from '../project/project.js';
import { projectRedactor } from './redactor.js';

/** Milliseconds an unused app that codeloop started is kept. */
const IDLE_MS = 10 * 60_000;

interface Kept {
  app: AppServer;
  /** Code state and settings it was started for; another one starts it again. */
  key: string;
  /** Its output since the last drain. */
  output: Buffer[];
  idle: NodeJS.Timeout | undefined;
}

/**
 * Apps that were started for projects, kept warm between calls. An app is started again when the code changed, because a plain
 * server would go on serving what it read at its start; one that was running already is left alone.
 */
export class RunningApps {
  readonly #kept = new Map<string, Kept>();
  readonly #starting = new Map<string, Promise<Kept | undefined>>();

  /** The project's app, ready. Undefined when the project names no server. Throws APP_NOT_READY, CONFIG_INVALID, CANCELLED. */
  async get(project: Project, tree: string, signal: AbortSignal): Promise<AppServer | undefined> {
    // One start at a time for each project: two calls must not start two servers on one port.
    const before = this.#starting.get(project.dir);
    const next = (before ?? Promise.resolve(undefined))
      .catch(() => undefined)
      .then(() => this.#ready(project, tree, signal));
    this.#starting.set(project.dir, next);
    try {
      return (await next)?.app;
    } finally {
      if (this.#starting.get(project.dir) === next) this.#starting.delete(project.dir);
    }
  }

  /**
   * Before long work: whether a stranger has the app's address, and the app can come up nowhere else. Throws APP_NOT_OURS then; an app
   * that cannot be started yet for another reason (it waits for a build) is no matter here.
   */
  async refuseStranger(project: Project, tree: string, signal: AbortSignal): Promise<void> {
    if (!(await strangerAnswers(project, signal))) return;
    try {
      await this.get(project, tree, signal);
    } catch (error) {
      if (!(error instanceof CodeloopError) || error.code !== 'APP_NOT_OURS' || error.values.taken !== true) {
        signal.throwIfAborted();
        return;
      }
      throw error;
    }
  }

  /** The project's app is in use: it is not idle yet. */
  keepWarm(project: Project): void {
    const kept = this.#kept.get(project.dir);
    if (kept) this.#touch(project.dir, kept);
  }

  /** Returns the output of the project's app since the last call. Untrusted text. */
  drainOutput(project: Project): Buffer {
    const kept = this.#kept.get(project.dir);
    return Buffer.concat(kept?.output.splice(0) ?? []);
  }

  /** Stops the project's app if it was started here; the next `get` starts it again. */
  async release(project: Project): Promise<void> {
    await this.#starting.get(project.dir)?.catch(() => undefined); // the caller that started it gets the error
    await this.#stop(project.dir);
  }

  /** Stops everything that was started here. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#starting.values()]);
    await Promise.allSettled([...this.#kept.keys()].map((dir) => this.#stop(dir)));
  }

  async #ready(project: Project, tree: string, signal: AbortSignal): Promise<Kept | undefined> {
    const key = JSON.stringify([tree, project.config.server]);
    const kept = this.#kept.get(project.dir);
    if (kept?.key === key && kept.app.started && (await kept.app.stillThere())) {
      this.#touch(project.dir, kept);
      return kept;
    }
    await this.#stop(project.dir);
    const output: Buffer[] = [];
    let app: AppServer | undefined;
    try {
      app = await ensureApp(project, { signal, onOutput: (chunk) => void output.push(chunk) });
    } catch (error) {
      if (error instanceof CodeloopError && (error.code === 'APP_NOT_READY' || error.code === 'APP_NOT_OURS')) {
        const tail = projectRedactor(project.config)(String(error.values.output_tail ?? ''));
        const values = {
          ...error.values,
          output: Buffer.concat(output),
          ...(tail ? { details: { output_tail: tail } } : {}),
        };
        throw new CodeloopError(error.code, values, { cause: error });
      }
      throw error;
    }
    if (!app) return undefined;
    const fresh: Kept = { app, key, output, idle: undefined };
    this.#kept.set(project.dir, fresh);
    this.#touch(project.dir, fresh);
    return fresh;
  }

  #touch(dir: string, kept: Kept): void {
    clearTimeout(kept.idle);
    kept.idle = setTimeout(() => void this.#stop(dir), IDLE_MS).unref();
  }

  async #stop(dir: string): Promise<void> {
    const kept = this.#kept.get(dir);
    if (!kept) return;
    this.#kept.delete(dir);
    clearTimeout(kept.idle);
    await kept.app.stop();
  }
}
