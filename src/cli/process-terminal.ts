import type { Terminal } from './terminal.js';

/** The process's own streams. A reader that has gone (`| head`) is no error of ours: what it did not want is dropped. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = 3;
    });
  }
  return {
    out: (text) =>
      new Promise((resolve) => {
        stdout.write(text, () => resolve());
      }),
    err: (text) => {
      stderr.write(text);
    },
    outIsLive: stdout.isTTY === true,
    errIsLive: stderr.isTTY === true,
    columns: stdout.columns ?? 120,
    ...(process.stdin.isTTY === true && stderr.isTTY === true ? { ask: askPerson } : {}),
  };
}

/** Asks on the standard error, so that the standard output holds the result alone; the end of the input is an empty answer. */
async function askPerson(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const end = () => lines.close();
  signal.addEventListener('abort', end, { once: true });
  process.stderr.write(question);
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve).once('close', () => resolve(''));
    });
  } finally {
    signal.removeEventListener('abort', end);
    lines.close();
  }
}
