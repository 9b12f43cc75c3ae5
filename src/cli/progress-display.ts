import type { Progress } from '../tools/define-tool.js';
import { plainText, type Terminal } from './terminal.js';

/** Clears the line the cursor is on (ECMA-48: EL 2) and returns to its start. */
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far a call has come, on the standard error: one line that changes where a person watches, plain lines elsewhere. */
export class ProgressDisplay {
  readonly #terminal: Terminal;
  readonly #live: boolean;
  #last = '';

  constructor(terminal: Terminal, options: { ci: boolean }) {
    this.#terminal = terminal;
    this.#live = terminal.errIsLive && !options.ci;
  }

  readonly update = ({ done, total, message }: Progress): void => {
    const count = total === undefined ? '' : `[${done}/${total}] `;
    const line = `${count}${plainText(message)}`;
    if (line === this.#last) return;
    this.#last = line;
    this.#terminal.err(this.#live ? `${CLEAR_LINE}${line.slice(0, this.#terminal.columns - 1)}` : `${line}\n`);
  };

  /** Takes the changing line away; what was printed as lines stays. */
  end(): void {
    if (this.#live && this.#last !== '') this.#terminal.err(CLEAR_LINE);
    this.#last = '';
  }
}
