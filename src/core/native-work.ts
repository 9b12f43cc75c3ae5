import { CodeloopError } from './errors.js';

/** Longest that one piece of native work may take, ms; the largest picture that is read takes a quarter of it on a busy machine. */
const NATIVE_MS = 120_000;
/** Pieces that may hang before no more are begun: the pool has four threads, and files are read by them too. */
const MOST_HUNG = 2;
/** Longest that work under way is waited for when the process ends, ms. */
const LAST_MS = 1500;

const pending = new Set<Promise<unknown>>();
let hung = 0;

/**
 * Work in a thread of the pool that no one can end: a decoder. What takes longer than `ms` is given up, and after two of those nothing more is
 * begun. Throws DEADLINE_EXCEEDED, and what the work throws.
 */
export async function nativeWork<T>(what: string, work: () => Promise<T>, ms = NATIVE_MS): Promise<T> {
  if (hung >= MOST_HUNG)
    throw new CodeloopError('DEADLINE_EXCEEDED', { what: `${what} (two hang already: start codeloop again)`, ms });
  const running = work();
  pending.add(running);
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      hung += 1;
      reject(new CodeloopError('DEADLINE_EXCEEDED', { what, ms }));
    }, ms);
    timer.unref();
  });
  const over = () => {
    pending.delete(running);
    if (late) hung -= 1;
  };
  running.then(over, over);
  try {
    return await Promise.race([running, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Ends this process. Node waits for the threads of its pool when it exits, for ever where a decoder hangs in one: what is not over within a second
 * and a half ends with the whole process, by SIGKILL.
 */
export async function endProcess(code: number | string | undefined | null): Promise<never> {
  if (pending.size > 0) {
    const over = Promise.allSettled(pending).then(() => true);
    const limit = new Promise<false>((resolve) => setTimeout(resolve, LAST_MS, false));
    if (!(await Promise.race([over, limit]))) process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}
