/** Bytes kept of what a command prints on its standard output, from its start: a report that is printed must be whole. */
const MAX_REPORT = 32 * 1024 * 1024;
/** Characters kept of everything, from its end: summaries and last words. */
const MAX_TAIL = 256 * 1024;

/** What a command printed, bounded. */
export class RunnerOutput {
  readonly #stdout: Buffer[] = [];
  #stdoutBytes = 0;
  #tail = '';

  add(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (stream === 'stdout' && this.#stdoutBytes < MAX_REPORT) this.#stdout.push(chunk);
    if (stream === 'stdout') this.#stdoutBytes += chunk.length;
    this.#tail = (this.#tail + chunk.toString('utf8')).slice(-MAX_TAIL);
  }

  /** The standard output; `undefined` when it was too long to be kept whole. */
  get stdout(): string | undefined {
    return this.#stdoutBytes > MAX_REPORT ? undefined : Buffer.concat(this.#stdout).toString('utf8');
  }

  /** The end of both streams together, as they came. */
  get tail(): string {
    return this.#tail;
  }
}
