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
  };
}
