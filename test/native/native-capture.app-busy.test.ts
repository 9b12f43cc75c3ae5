import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../../src/core/run-command.js';
import { appIsBusy } from '../../src/native/native-capture.js';
import { verifies } from '../requirements.js';

async function start(script: string) {
  const running = await startProcess(process.execPath, ['-e', script]);
  onTestFinished(() => running.stop(0));
  // It has begun to do what it does once it has said so.
  await new Promise((resolve) => running.child.stdout?.once('data', resolve));
  return running.pid;
}

test('an app that computes is busy, also where a child of it does, and one that waits is not', async () => {
  verifies('native.verify');
  const works = 'setTimeout(() => { for (;;); }, 50); console.log(1)';
  const pid = await start(works);
  await expect.poll(() => appIsBusy(pid), { timeout: 60_000 }).toBe(true);
  const child = JSON.stringify(works);
  const parent = await start(
    `require('node:child_process').spawn(process.execPath, ['-e', ${child}], { stdio: 'ignore' }); console.log(1)`,
  );
  await expect.poll(() => appIsBusy(parent), { timeout: 60_000 }).toBe(true);
  const idle = await start('setInterval(() => {}, 1e6); console.log(1)');
  await expect.poll(() => appIsBusy(idle), { timeout: 60_000 }).toBe(false);
});
