import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';

// Far above what a suite takes: it ends one that hangs while CI still has time to say which.
const deadlineMs = 40 * 60_000;

/** Scripts that run now, and the signal that this process was told to end by. */
let running = 0;
let interrupted;

/**
 * Runs a script with this Node and resolves to its exit code, -1 when a signal or the deadline ended it. What it prints goes where ours
 * goes, or into the file `log`: no pipe, that something it left behind could hold open. An interruption is passed on, and ends this process, too, as soon as
 * every script that runs has ended: nothing begins after it.
 */
export function runScript(root, [script, ...args], { log } = {}) {
  const out = log === undefined ? undefined : openSync(log, 'w');
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', out ?? 'inherit', out ?? 'inherit'],
    timeout: deadlineMs,
  });
  if (out !== undefined) closeSync(out);
  running += 1;
  const pass = (signal) => {
    interrupted = signal;
    child.kill(signal);
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve) => {
    const end = (code) => {
      running -= 1;
      if (interrupted !== undefined) {
        // Its own handlers still stand: a second signal must not end this process before the last script.
        if (running === 0) process.exit(128 + constants.signals[interrupted]);
        return;
      }
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code ?? -1);
    };
    child.once('error', () => end(-1)).once('exit', end);
  });
}
