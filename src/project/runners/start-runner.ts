import { setTimeout as wait } from 'node:timers/promises';
import { CodeloopError } from '../../core/errors.js';
import { startProcess } from '../../core/run-command.js';

interface StartOptions {
  /** Absolute. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Milliseconds until the whole process group is ended. */
  timeoutMs: number;
  signal: AbortSignal;
  onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Whether what it printed so far shows that it waits for changes; asked when it has been silent for a while. */
  waitsForChanges?: () => boolean;
}

/** The end of a command; `leftRunning`: it left processes behind that kept its output open, and they were ended. */
export type Ended =
  | { how: 'exited'; code: number | null; leftRunning: boolean }
  | { how: 'timed_out' }
  | { how: 'waits' }
  | { how: 'not_started'; reason: string };

/** Milliseconds of silence after which a command that says that it waits for changes is believed. */
const SILENCE_MS = 5000;

/** Milliseconds for what a command started and left behind to let go of its output. */
const GRACE_MS = 2000;

/**
 * Runs one command of the project to its end in its own process group, without a shell and with nothing to read, so that a prompt
 * gets its end of input. The group is ended when the deadline passes or the call is cancelled, also when this process is killed.
 * Throws CANCELLED.
 */
export async function startRunner(argv: readonly string[], options: StartOptions): Promise<Ended> {
  const [program = '', ...args] = argv;
  options.signal.throwIfAborted();
  let running: Awaited<ReturnType<typeof startProcess>>;
  let spokenMs = Date.now();
  try {
    running = await startProcess(program, args, {
      cwd: options.cwd,
      env: options.env,
      guarded: true,
      onOutput: (stream, chunk) => {
        spokenMs = Date.now();
        options.onOutput(stream, chunk);
      },
    });
  } catch (error) {
    if (error instanceof CodeloopError) return { how: 'not_started', reason: String(error.values.reason) };
    throw error;
  }
  running.child.stdin?.end();
  const over = new AbortController();
  const exit = new Promise<{ how: 'exited'; code: number | null }>((resolve) => {
    const done = (code: number | null) => resolve({ how: 'exited', code });
    if (running.child.exitCode !== null) done(running.child.exitCode);
    running.child.once('exit', done);
    void running.ended.then(done);
  });
  const deadline = unlessOver(wait(options.timeoutMs, { how: 'timed_out' } as const, { signal: over.signal }));
  const waits = new Promise<{ how: 'waits' }>((resolve) => {
    const look = setInterval(() => {
      if (Date.now() - spokenMs >= SILENCE_MS && options.waitsForChanges?.()) resolve({ how: 'waits' });
    }, 500);
    over.signal.addEventListener('abort', () => clearInterval(look), { once: true });
  });
  const cancelled = new Promise<{ how: 'cancelled' }>((resolve) => {
    const onAbort = () => resolve({ how: 'cancelled' });
    options.signal.addEventListener('abort', onAbort, { once: true, signal: over.signal });
    if (options.signal.aborted) onAbort();
  });
  try {
    const first = await Promise.race([exit, deadline, waits, cancelled]);
    if (first.how === 'exited') {
      const closed = running.ended.then(() => 'closed' as const);
      const held =
        (await Promise.race([closed, unlessOver(wait(GRACE_MS, 'held' as const, { signal: over.signal }))])) === 'held';
      if (held) await running.stop(GRACE_MS);
      return { how: 'exited', code: first.code, leftRunning: held };
    }
    await running.stop(GRACE_MS);
    if (first.how === 'cancelled') throw new CodeloopError('CANCELLED', { what: program });
    return first.how === 'waits' ? first : { how: 'timed_out' };
  } finally {
    over.abort();
  }
}

/** A wait that never ends once it was called off. */
function unlessOver<T>(waiting: Promise<T>): Promise<T> {
  return waiting.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') return new Promise<T>(() => undefined);
    throw error;
  });
}
