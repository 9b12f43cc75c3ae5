import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { portOwner } from '../../src/project/ports.js';
import { freePort } from './sample-project.js';

/** This process listens; its working directory is the repository. */
async function listen(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const here = realpathSync(process.cwd());

test.each(['127.0.0.1', '0.0.0.0', '::1'])('a listener on %s is found by its working directory', async (host) => {
  const port = await listen(host);
  const owner = await portOwner(`http://localhost:${port}`, here);
  expect(owner).toMatchObject({ ours: true, listeners: [{ pid: process.pid, folder: here }] });
  expect((await portOwner(`http://localhost:${port}`, path.dirname(here))).ours).toBe(true);
});

test('a listener that runs in another folder is not ours', async () => {
  const port = await listen('127.0.0.1');
  // A checkout may lie in the folder for temporary files itself, so the stranger's folder is one of our own making.
  const stranger = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-stranger-')));
  try {
    expect(await portOwner(`http://localhost:${port}`, stranger)).toMatchObject({
      ours: false,
      reason: `the process that listens on port ${port} runs in ${here}`,
    });
  } finally {
    rmSync(stranger, { recursive: true });
  }
});

test('a port where nobody listens has no owner', async () => {
  const port = await freePort();
  expect(await portOwner(`http://localhost:${port}`, here)).toEqual({
    ours: false,
    reason: `the process that listens on port ${port} cannot be seen by this user`,
    listeners: [],
  });
});

test('a server on another machine is bound to no code of this one, and its own addresses are', async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
  expect(await portOwner('https://192.0.2.7/preview', here)).toEqual({
    ours: false,
    reason: 'https://192.0.2.7 is not on this machine, so that its pages belong to no state of this code',
    listeners: [],
  });
  const port = await listen('0.0.0.0');
  const outside = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  for (const { address, family } of outside.filter((one) => one.family === 'IPv4'))
    expect([family, (await portOwner(`http://${address}:${port}`, here)).ours]).toEqual(['IPv4', true]);
});
