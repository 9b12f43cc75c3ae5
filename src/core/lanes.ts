import { channel } from 'node:diagnostics_channel';
import PQueue from 'p-queue';

/** Work that is to be done once for each thing, told as it is done, for whoever counts or measures it. Without a listener nothing is spent. */
export const countedWork = {
  /** A picture was decoded to pixels: `{ name }`. */
  decode: channel('codeloop:decode'),
  /** The boxes of a page were read and parsed: `{ file }`. */
  pageBoxes: channel('codeloop:page-boxes'),
  /** A manifest was written: `{ run }`. */
  manifest: channel('codeloop:manifest'),
  /** A program was started and waited for: `{ file, args }`. */
  command: channel('codeloop:command'),
  /** Something was asked of a page in a browser: `{ what }`. */
  pageCall: channel('codeloop:page-call'),
};

/**
 * Named queues: work in one lane runs one after another (or `concurrency` at a time), lanes do not wait for each other.
 * Reads need no lane; a page, a recording or a run's manifest has its own.
 */
export class Lanes {
  readonly #queues = new Map<string, PQueue>();

  /** Runs `work` in the lane; rejects with the work's error, or with the signal's reason while it still waits. */
  async run<T>(
    lane: string,
    work: () => Promise<T>,
    options: { signal?: AbortSignal; concurrency?: number } = {},
  ): Promise<T> {
    let queue = this.#queues.get(lane);
    if (!queue) {
      queue = new PQueue({ concurrency: options.concurrency ?? 1 });
      this.#queues.set(lane, queue);
      const created = queue;
      created.on('idle', () => {
        if (this.#queues.get(lane) === created && created.size === 0 && created.pending === 0)
          this.#queues.delete(lane);
      });
    }
    return queue.add(work, options.signal ? { signal: options.signal } : {});
  }

  /** Names of lanes in which something runs or waits. */
  active(): string[] {
    return [...this.#queues.keys()].sort();
  }
}

/**
 * Maps `items` with at most `concurrency` at once, results in the order of the items. The first error stops what has not
 * started and is thrown after what runs has ended, so that nothing goes on behind the caller's back.
 */
export async function mapConcurrent<In, Out>(
  items: readonly In[],
  concurrency: number,
  work: (item: In, index: number) => Promise<Out>,
  signal?: AbortSignal,
): Promise<Out[]> {
  const queue = new PQueue({ concurrency: Math.max(1, concurrency) });
  const stop = new AbortController();
  const results: Out[] = new Array(items.length);
  let failure: { error: unknown } | undefined;
  for (const [index, item] of items.entries()) {
    void queue.add(async () => {
      if (failure || stop.signal.aborted || signal?.aborted) return;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    });
  }
  await queue.onIdle();
  if (failure) throw failure.error;
  signal?.throwIfAborted();
  return results;
}
