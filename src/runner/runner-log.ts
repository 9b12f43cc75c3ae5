import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import type { LogFile } from '../store/log-file.js';

/** Longest text that is held back for the end of its line, in characters. */
const MAX_HELD = 64 * 1024;
const KEY_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const KEY_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;

/**
 * What a command prints on its way into a log: whole lines only, secrets masked, so that no secret is written in two halves. A
 * private key is held back until its last line.
 */
export class RunnerLog {
  readonly #file: LogFile;
  readonly #redact: (text: string) => string;
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #held = { stdout: '', stderr: '' };

  constructor(file: LogFile, redact: (text: string) => string) {
    this.#file = file;
    this.#redact = redact;
  }

  add(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const text = this.#held[stream] + this.#decoders[stream].write(chunk);
    const end = text.lastIndexOf('\n') + 1;
    const key = KEY_BEGIN.exec(text.slice(0, end));
    const open = key !== null && !KEY_END.test(text.slice(key.index));
    const upTo = text.length > MAX_HELD ? text.length : open ? key.index : end;
    if (upTo > 0) this.#write(text.slice(0, upTo));
    this.#held[stream] = text.slice(upTo);
  }

  /** Writes what is still held back. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#held[stream] + this.#decoders[stream].end();
      this.#held[stream] = '';
      if (rest !== '') this.#write(rest);
    }
  }

  #write(text: string): void {
    this.#file.append(this.#redact(stripVTControlCharacters(text)));
  }
}
