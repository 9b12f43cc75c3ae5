import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addressOfOwn, portOwner, runsFrom } from '../../src/project/ports.js';
import { verifies } from '../requirements.js';
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

test.each<[string, string, { dir: string; main: string } | undefined, boolean]>([
  ['a folder of the project', '/p/apps/web', undefined, true],
  ['a folder beside it', '/q', undefined, false],
  ['a worktree below the project', '/p/.worktrees/x', { dir: '/p/.worktrees/x', main: '/p' }, false],
  ['a folder in such a worktree', '/p/.worktrees/x/web', { dir: '/p/.worktrees/x', main: '/p' }, false],
  ['a worktree of another repository below it', '/p/lib', { dir: '/p/lib', main: '/lib' }, true],
  ['the worktree that the project is', '/p/web', { dir: '/p', main: '/main' }, true],
  ['the worktree that the project lies in', '/p/web', { dir: '/', main: '/main' }, true],
])('a process runs from /p, in %s', (_where, folder, worktree, does) => {
  verifies('app.stranger');
  expect(runsFrom('/p', { folder, ...(worktree ? { worktree } : {}) })).toBe(does);
});

test('a name that leads to two servers is replaced by the number that leads to ours', () => {
  verifies('app.stranger');
  const one = (pid: number, address: '127.0.0.1' | '::1' | '*4' | '*6') => ({
    ...{ pid, address, port: 81, folder: '/p', ancestors: [] },
  });
  const at = (listeners: ReturnType<typeof one>[], unseen: { port: number; address: '*4' | '*6' }[] = []) =>
    addressOfOwn('http://localhost:81/', { listeners, unseen }, ({ pid }) => pid === 1);
  expect([
    at([one(1, '*4')]),
    at([one(1, '127.0.0.1'), one(2, '::1')]),
    at([one(2, '*4'), one(1, '*6')]),
    at([one(2, '*4'), one(1, '127.0.0.1')]),
    at([one(1, '*4'), one(2, '*4')]),
    at([one(1, '*4')], [{ port: 81, address: '*6' }]),
  ]).toEqual([
    'http://localhost:81/',
    'http://127.0.0.1:81/',
    'http://[::1]:81/',
    'http://localhost:81/',
    undefined,
    undefined,
  ]);
});
