import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { settle } from './count.mjs';

// Far above what a suite takes: it ends one that hangs while CI still has time to say which.
const deadlineMs = 40 * 60_000;

/**
 * Runs the suites one after the other, all of them whatever fails, and prints the sum as the last line of standard output.
 * Returns whether nothing failed and something passed.
 */
export async function runSuites(root, suites) {
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  const failures = [];
  for (const suite of suites) {
    const absent = suite.absent?.(root);
    if (absent !== undefined) {
      lines.push(`${suite.name}: not run, ${absent}`);
      continue;
    }
    const { counts, failed } = await runSuite(root, suite);
    failures.push(...failed);
    for (const key of Object.keys(total)) total[key] += counts[key];
    lines.push(`${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
  // Said again at the end: what keeps only the end of a log keeps the reasons.
  if (failures.length > 0) console.log(`\n── failed ──\n${failures.join('\n\n')}`);
  // The summary names the suites with two spaces in front, so that only the sum stands alone on its line.
  console.log(`\n${lines.map((line) => `  ${line}`).join('\n')}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed > 0;
}

async function runSuite(root, { name, command, report }) {
  console.log(`\n── ${name} ──`);
  const file = report && path.join(root, report.file);
  if (file) rmSync(file, { force: true });
  const exitCode = await run(root, command);
  const result = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const counts = result
    ? report.count(result)
    : !file && exitCode === 0
      ? { passed: 1, failed: 0, skipped: 0 }
      : undefined;
  return {
    counts: settle(counts, exitCode),
    failed: (result && report.failures?.(result, root)) ?? (exitCode === 0 ? [] : [`${name} ended with ${exitCode}`]),
  };
}

/** Runs a script with this Node and resolves to its exit code, -1 when a signal or the deadline ended it. */
function run(root, [script, ...args]) {
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
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
