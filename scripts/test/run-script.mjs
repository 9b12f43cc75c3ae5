import { spawn } from 'node:child_process';
import path from 'node:path';

// Far above what a suite takes: it ends one that hangs while CI still has time to say which.
const deadlineMs = 40 * 60_000;

/** Runs a script with this Node and resolves to its exit code, -1 when a signal or the deadline ended it. */
export function runScript(root, [script, ...args], env = {}) {
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: deadlineMs,
  });
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
