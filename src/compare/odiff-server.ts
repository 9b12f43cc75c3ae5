import { Socket } from 'node:net';
import { z } from 'zod';
import { type RunningProcess, startProcess } from '../core/run-command.js';

/** One comparison; all paths absolute. The diff picture is written only when something differs. */
interface OdiffRequest {
  base: string;
  compare: string;
  output: string;
  options: { threshold: number; antialiasing: boolean; outputDiffMask: boolean; diffColor: string };
}

const Answer = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({
    requestId: z.number(),
    match: z.boolean().optional(),
    reason: z.string().optional(),
    diffCount: z.number().optional(),
    error: z.string().optional(),
  }),
]);

type OdiffAnswer = Exclude<z.infer<typeof Answer>, { ready: true }>;

/** Milliseconds for one comparison before the server counts as stuck: a hundred times what a large one takes. */
const STUCK_AFTER_MS = 60_000;

interface Waiting {
  resolve: (answer: OdiffAnswer) => void;
  reject: (error: Error) => void;
}

/**
 * odiff as a server process: started with the first request, idle without keeping this process alive, gone with it (odiff ends
 * when its input does). odiff-bin's own ODiffServer speaks the same protocol, but prints on stderr when it is stopped, keeps a
 * finished process alive, and starts children past `core`, which owns them.
 */
export class OdiffServer {
  readonly #waiting = new Map<number, Waiting>();
  #running: Promise<RunningProcess> | undefined;
  #requests = 0;

  /** Rejects with a plain error when odiff cannot be started, ends, is stuck or cannot read a picture. */
  async ask(request: OdiffRequest): Promise<OdiffAnswer> {
    this.#running ??= this.#start();
    const running = await this.#running;
    const requestId = this.#requests++;
    keepAlive(running, true);
    const stuck = setTimeout(() => void running.stop(0), STUCK_AFTER_MS);
    try {
      const answer = await new Promise<OdiffAnswer>((resolve, reject) => {
        this.#waiting.set(requestId, { resolve, reject });
        running.child.stdin?.write(`${JSON.stringify({ requestId, ...request })}\n`);
      });
      if (answer.error !== undefined) throw new Error(`odiff: ${answer.error}`);
      return answer;
    } finally {
      clearTimeout(stuck);
      this.#waiting.delete(requestId);
      if (this.#waiting.size === 0) keepAlive(running, false);
    }
  }

  /** Process id while it runs. */
  async pid(): Promise<number | undefined> {
    return (await this.#running)?.pid;
  }

  /** Ends the process, if there is one. May be called twice; a later request starts a new one. */
  async stop(): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    await running?.stop();
  }

  async #start(): Promise<RunningProcess> {
    const { findBinary } = await import('odiff-bin/binary.js');
    let buffered = '';
    let tellReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      tellReady = resolve;
    });
    const running = await startProcess(findBinary(), ['--server'], {
      onOutput: (stream, chunk) => {
        if (stream === 'stderr') return;
        const lines = (buffered + chunk.toString('utf8')).split('\n');
        buffered = lines.pop() ?? '';
        for (const line of lines) this.#receive(line, tellReady);
      },
    });
    void running.ended.then(() => {
      this.#running = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error('odiff ended before it answered'));
    });
    const gone = running.ended.then(() => {
      throw new Error('odiff ended before it was ready');
    });
    await Promise.race([ready, gone]);
    return running;
  }

  #receive(line: string, tellReady: () => void): void {
    const answer = Answer.safeParse(jsonOf(line));
    // Anything that is no answer is odiff's own chatter.
    if (!answer.success) return;
    if ('ready' in answer.data) tellReady();
    else this.#waiting.get(answer.data.requestId)?.resolve(answer.data);
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON: the caller drops it.
    return undefined;
  }
}

/** An idle server must not keep this process from ending; one with work in hand must. */
function keepAlive({ child }: RunningProcess, alive: boolean): void {
  const handles = [child, ...[child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof Socket)];
  for (const handle of handles) {
    if (alive) handle.ref();
    else handle.unref();
  }
}
