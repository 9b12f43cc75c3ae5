import type { LogEntry } from '../core/vocabulary/log-entry.js';

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
