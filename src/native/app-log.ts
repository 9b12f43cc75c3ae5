import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import { findProgram, type RunningProcess, startProcess } from '../core/run-command.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';

/** Entries kept between two drains, and characters of each; what is more is counted. */
const MAX_ENTRIES = 2000;
const MAX_TEXT = 2000;
/** Colours and cursor moves (ECMA-48 control sequences). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one
const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** The output of an app, line by line, secrets masked; its text is untrusted. */
export class AppLog {
  readonly #redact: (text: string) => string;
  readonly #partial = { stdout: '', stderr: '' };
  #entries: LogEntry[] = [];
  #left = 0;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  /** Output as it comes, in pieces cut anywhere. */
  output(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const lines = (this.#partial[stream] + chunk.toString('utf8')).split(/\r?\n/);
    this.#partial[stream] = (lines.pop() ?? '').slice(-MAX_TEXT);
    for (const line of lines) this.#line(stream, line);
  }

  /** The streams have ended: what had no line end is a line too. */
  flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#partial[stream];
      this.#partial[stream] = '';
      this.#line(stream, rest);
    }
  }

  /** The app is gone. `text` is ours. */
  crash(text: string): void {
    this.#add({ at: new Date().toISOString(), kind: 'crash', level: 'error', text });
  }

  /** Entries since the last drain, oldest first. */
  drain(): LogEntry[] {
    const entries = this.#entries;
    if (this.#left > 0)
      entries.push({
        at: new Date().toISOString(),
        kind: 'app_output',
        level: 'info',
        text: `${this.#left} more lines were left out`,
      });
    this.#entries = [];
    this.#left = 0;
    return entries;
  }

  #line(stream: 'stdout' | 'stderr', line: string): void {
    const text = this.#redact(line.replace(CONTROL_SEQUENCE, '').trimEnd()).slice(0, MAX_TEXT);
    if (text === '') return;
    this.#add({
      at: new Date().toISOString(),
      kind: 'app_output',
      level: stream === 'stderr' ? 'warning' : 'info',
      text,
    });
  }

  #add(entry: LogEntry): void {
    if (this.#entries.length >= MAX_ENTRIES) {
      this.#left += 1;
      // That the app is gone displaces what it printed.
      const chatter = entry.level === 'error' ? this.#entries.findIndex(({ level }) => level !== 'error') : -1;
      if (chatter < 0) return;
      this.#entries.splice(chatter, 1);
    }
    this.#entries.push(entry);
  }
}

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
