import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { CodeloopError } from '../core/errors.js';
import { contains } from '../core/path-walls.js';
import { runCommand } from '../core/run-command.js';

/** Whether the process that listens on a port of this machine can be shown to run from a folder. */
export type PortOwner = { ours: true } | { ours: false; reason: string };

/**
 * Looks at the working directory of whoever listens on `port`: inside `dir` means ours. Linux reads /proc, macOS asks lsof;
 * elsewhere it cannot be shown, and the reason says so.
 */
export async function portOwner(port: number, dir: string): Promise<PortOwner> {
  const real = await realpath(dir);
  const folders =
    process.platform === 'linux'
      ? await linuxFolders(port)
      : process.platform === 'darwin'
        ? await macFolders(port)
        : undefined;
  if (folders === undefined)
    return { ours: false, reason: `who listens on port ${port} cannot be shown on ${process.platform}` };
  if (folders.length === 0)
    return { ours: false, reason: `the process that listens on port ${port} cannot be seen by this user` };
  const stranger = folders.find((folder) => !contains(real, folder));
  return stranger === undefined
    ? { ours: true }
    : { ours: false, reason: `the process that listens on port ${port} runs in ${stranger}` };
}

async function linuxFolders(port: number): Promise<string[]> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => ''); // no IPv6 on this machine: no table
    for (const line of text.split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      // State 0A is LISTEN (include/net/tcp_states.h); the port is the hexadecimal tail of the local address.
      if (state === '0A' && inode && Number.parseInt(local?.split(':').at(-1) ?? '', 16) === port)
        inodes.add(`socket:[${inode}]`);
    }
  }
  const folders = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (await holdsOne(pid, inodes)) {
      const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined); // ended meanwhile
      if (folder !== undefined) folders.add(folder);
    }
  }
  return [...folders];
}

async function holdsOne(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []); // another user's process, or ended meanwhile
  for (const handle of handles) {
    const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => ''); // closed meanwhile
    if (inodes.has(target)) return true;
  }
  return false;
}

async function macFolders(port: number): Promise<string[] | undefined> {
  const lsof = async (...args: string[]) =>
    (await runCommand('lsof', args, { timeoutMs: 5000 })).stdout.toString('utf8').split('\n');
  try {
    const pids = (await lsof('-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp'))
      .filter((line) => line.startsWith('p'))
      .map((line) => line.slice(1));
    const folders = await Promise.all(
      pids.map(async (pid) =>
        (await lsof('-a', '-p', pid, '-d', 'cwd', '-Fn')).find((line) => line.startsWith('n'))?.slice(1),
      ),
    );
    return folders.filter((folder) => folder !== undefined);
  } catch (error) {
    if (error instanceof CodeloopError) return undefined; // no lsof: cannot be shown
    throw error;
  }
}
