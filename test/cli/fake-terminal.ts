import type { Terminal } from '../../src/cli/terminal.js';

/** A terminal that keeps what is printed; neither stream is live. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';
  outIsLive = false;
  errIsLive = false;
  columns = 100;

  async out(text: string): Promise<void> {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }
}
