import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { RunnerOutput, startRunner } from '../../../src/project/runners/runner-outcome.js';
import { staying } from '../../e2e/fixture-project.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';

const few = sampled(test, 2);

/** Starts a child that ignores SIGTERM, prints both numbers, and goes on or ends as told. */
const parent = (then: string) =>
  `const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
console.log(process.pid, child.pid); ${then}`;

async function start(
  script: string,
  timeoutMs: number,
  onPids: () => void = () => undefined,
  signal = new AbortController().signal,
) {
  let output = '';
  const ended = await startRunner([process.execPath, '-e', script], {
    ...{ cwd: tmpdir(), env: process.env, timeoutMs, signal },
    onOutput: (_stream, chunk) => {
      output += chunk;
      onPids();
    },
  }).catch((error: unknown) => ({ how: error }));
  return { ended, left: await staying(output.trim().split(/\s+/).map(Number)) };
}

few('what hangs is ended with all it started', async () => {
  verifies('runners.ended');
  expect(await start(parent('setInterval(() => {}, 1000)'), 1500)).toEqual({ ended: { how: 'timed_out' }, left: [] });
});

test('so is what is cancelled', async () => {
  verifies('runners.ended');
  const stop = new AbortController();
  const { ended, left } = await start(parent('setInterval(() => {}, 1000)'), 60_000, () => stop.abort(), stop.signal);
  expect(ended).toMatchObject({ how: { code: 'CANCELLED' } });
  expect(left).toEqual([]);
});

few('and what a command leaves behind', async () => {
  const { ended, left } = await start(parent('child.unref(); process.exit(3)'), 60_000);
  expect(ended).toEqual({ how: 'exited', code: 3, leftRunning: true });
  expect(left).toEqual([]);
});

test('a prompt gets the end of its input; a program that is not there is said to be', async () => {
  const { ended } = await start('process.stdin.on("end", () => process.exit(7)).resume()', 60_000);
  expect(ended).toEqual({ how: 'exited', code: 7, leftRunning: false });
  const options = { cwd: tmpdir(), env: process.env, timeoutMs: 1000, signal: new AbortController().signal };
  expect(await startRunner(['no-such-program-here'], { ...options, onOutput: () => undefined })).toMatchObject({
    how: 'not_started',
  });
});

few('what says that it waits for changes is ended, and not only at its deadline', async () => {
  verifies('runners.ends');
  const output = new RunnerOutput();
  const script = `console.log('1 passed'); console.log('Waiting for file changes...'); setInterval(() => {}, 1000)`;
  const ended = await startRunner([process.execPath, '-e', script], {
    ...{ cwd: tmpdir(), env: process.env, timeoutMs: 3_600_000, signal: new AbortController().signal },
    waitsForChanges: () => output.waitsForChanges,
    onOutput: (stream, chunk) => output.add(stream, chunk),
  });
  expect(ended).toEqual({ how: 'waits' });
});
