import { open, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { type RunningProcess, startProcess } from '../core/run-command.js';
import { makeTempFolder } from '../core/temp-folder.js';
import { decodeAlpha } from '../image/decode.js';
import { tiffHead } from '../image/encode.js';
import type { PixelView } from '../image/pixels.js';
import { type Comparator, type DiffSettings, type Overlap, type PixelDiff, windowPixels } from './pixel-diff.js';
import { cutBands, unequalBands } from './visible-diff.js';

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

const server = new OdiffServer();

/**
 * odiff over the same flattened pixels that pixelmatch would see, handed over as uncompressed files in a private temporary folder.
 * Which pixels differ is read from odiff's own mask, so that masks, regions and counts come from one place.
 */
export const odiffComparator: Comparator = {
  id: 'odiff',
  async compare(overlap: Overlap, settings: DiffSettings): Promise<PixelDiff> {
    const { width, height } = overlap.reference;
    const bands = unequalBands(overlap, 1);
    if (bands.length === 0) return { width, height, mask: new Uint8Array(width * height), bands };
    const folder = await makeTempFolder('codeloop-odiff-');
    try {
      const base = path.join(folder, 'base.tiff');
      const compare = path.join(folder, 'compare.tiff');
      const output = path.join(folder, 'mask.png');
      await Promise.all([writePixels(base, overlap.reference), writePixels(compare, overlap.actual)]);
      const answer = await server.ask({
        base,
        compare,
        output,
        options: {
          threshold: settings.pixelThreshold,
          antialiasing: settings.antialiasing === 'ignored',
          outputDiffMask: true,
          diffColor: '#ffffff',
        },
      });
      if (settings.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
      if (answer.match) return { width, height, mask: new Uint8Array(width * height), bands: [] };
      return { width, height, mask: await readMask(output, overlap.reference), bands };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Ends odiff's process, if it runs. May be called twice; the next large comparison starts it again. */
export async function stopOdiff(): Promise<void> {
  await server.stop();
}

/** Process id of odiff while it runs. */
export function odiffPid(): Promise<number | undefined> {
  return server.pid();
}

/** Pixels written per call, bytes: the copies made for a narrower overlap stay small. */
const WRITE_BYTES = 8 * 1024 * 1024;

async function writePixels(file: string, view: PixelView): Promise<void> {
  // 'wx': the folder is ours and new, so an existing file is another program's.
  const { width, height } = view;
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.write(tiffHead({ width, height }));
    const rows = Math.max(1, Math.floor(WRITE_BYTES / (width * 4)));
    for (const band of cutBands([{ from: 0, to: height }], rows))
      await handle.writeFile(windowPixels(view, { from: 0, to: width }, band));
  } finally {
    await handle.close();
  }
}

async function readMask(file: string, { width, height }: PixelView): Promise<Uint8Array> {
  const { data, ...size } = await decodeAlpha(file);
  if (size.width !== width || size.height !== height)
    throw new Error(`odiff drew ${size.width}x${size.height} instead of ${width}x${height}`);
  for (let at = 0; at < data.length; at++) data[at] = (data[at] ?? 0) >> 7;
  return data;
}
