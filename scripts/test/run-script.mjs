import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

// Far above what a suite takes: it ends one that hangs while CI still has time to say which.
const deadlineMs = 40 * 60_000;

/**
 * Runs a script with this Node and resolves to its exit code, -1 when a signal or the deadline ended it. What it prints goes where ours
 * goes, or into the file `log`: no pipe, that something it left behind could hold open.
 */
export function runScript(root, [script, ...args], { log } = {}) {
  const out = log === undefined ? undefined : openSync(log, 'w');
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', out ?? 'inherit', out ?? 'inherit'],
    timeout: deadlineMs,
  });
  if (out !== undefined) closeSync(out);
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve) => {
    const end = (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code ?? -1);
    };
    child.once('error', () => end(-1)).once('exit', end);
  });
}
