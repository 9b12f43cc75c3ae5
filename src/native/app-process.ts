import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import { findProgram, type RunningProcess, startProcess } from '../core/run-command.js';
import type { AppLog } from './app-log.js';

/** An app that codeloop started. It ends with this process. */
export interface AppProcess {
  readonly pid: number;
  /** Returns how it ended, in codeloop's words; `undefined` while it runs. */
  exit(): { code: number | null; text: string } | undefined;
  /** Ends it and what it started. May be called twice. */
  stop(): Promise<void>;
}

/** Time for an app to end by itself when it is asked to, ms, and for its streams to close after it was killed. */
const GRACE_MS = 1500;
const CLOSE_MS = 3000;

/** Starts a configured app on a display. Throws APP_EXITED when it cannot be started. */
export async function startApp(
  name: string,
  command: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; log: AppLog },
): Promise<AppProcess> {
  const [program = '', ...args] = command;
  const file = findProgram(program, options);
  if (file === undefined)
    throw new CodeloopError('APP_EXITED', {
      app: name,
      reason: `there is no program ${program} (native.apps.${name}.command)`,
    });
  let running: RunningProcess;
  try {
    running = await startProcess(file, args, {
      cwd: options.cwd,
      env: options.env,
      diesWithUs: 'KILL',
      onOutput: (stream, chunk) => options.log.output(stream, chunk),
    });
  } catch (error) {
    throw new CodeloopError('APP_EXITED', { app: name, reason: `${program} could not be started` }, { cause: error });
  }
  let exit: { code: number | null; text: string } | undefined;
  let stopping = false;
  void running.ended.then((code) => {
    const signal = running.child.signalCode;
    exit = { code, text: signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}` };
    options.log.flush();
    if (!stopping && code !== 0) options.log.crash(`${name}: ${exit.text}`);
  });
  return {
    pid: running.pid,
    exit: () => exit,
    async stop() {
      stopping = true;
      // A process that left the group may hold the streams open: not waited for.
      await Promise.race([running.stop(GRACE_MS), sleep(GRACE_MS + CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
