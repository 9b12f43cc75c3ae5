import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { CodeloopError } from '../core/errors.js';
import { parseProcessStat, processIds } from '../core/linux-processes.js';
import { contains } from '../core/path-walls.js';
import { runCommand } from '../core/run-command.js';

/** A process that listens on a port. */
interface Listener {
  pid: number;
  /** Its working directory. */
  folder: string;
  /** Its process group; absent where it cannot be seen. */
  group?: number;
}

/** Whether the process that listens on a port of this machine can be shown to run from a folder. */
export type PortOwner = { ours: true; listeners: Listener[] } | { ours: false; reason: string; listeners: Listener[] };

/**
 * Looks at the working directory of whoever listens on `port`: inside `dir` means ours. Linux reads /proc, macOS asks lsof;
 * elsewhere it cannot be shown, and the reason says so.
 */
export async function portOwner(port: number, dir: string): Promise<PortOwner> {
  const real = await realpath(dir);
  const listeners =
    process.platform === 'linux'
      ? await linuxListeners(port)
      : process.platform === 'darwin'
        ? await macListeners(port)
        : undefined;
  if (listeners === undefined)
    return {
      ours: false,
      reason: `who listens on port ${port} cannot be shown on ${process.platform}`,
      listeners: [],
    };
  if (listeners.length === 0)
    return { ours: false, reason: `the process that listens on port ${port} cannot be seen by this user`, listeners };
  const stranger = listeners.find(({ folder }) => !contains(real, folder));
  return stranger === undefined
    ? { ours: true, listeners }
    : { ours: false, reason: `the process that listens on port ${port} runs in ${stranger.folder}`, listeners };
}

async function linuxListeners(port: number): Promise<Listener[]> {
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
  const listeners: Listener[] = [];
  for (const pid of await processIds()) {
    if (!(await holdsOne(pid, inodes))) continue;
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined); // ended meanwhile
    const stat = parseProcessStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)); // ended meanwhile
    if (folder !== undefined) listeners.push({ pid: Number(pid), folder, ...(stat ? { group: stat.group } : {}) });
  }
  return listeners;
}

async function holdsOne(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []); // another user's process, or ended meanwhile
  for (const handle of handles) {
    const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => ''); // closed meanwhile
    if (inodes.has(target)) return true;
  }
  return false;
}

async function macListeners(port: number): Promise<Listener[] | undefined> {
  const lsof = async (...args: string[]) =>
    (await runCommand('lsof', args, { timeoutMs: 5000 })).stdout.toString('utf8').split('\n');
  try {
    const listeners: Listener[] = [];
    let pid: number | undefined;
    // One letter per field (lsof(8), "OUTPUT FOR OTHER PROGRAMS"): p the process, g its group.
    for (const line of await lsof('-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpg')) {
      if (line.startsWith('p')) pid = Number(line.slice(1));
      if (!line.startsWith('g') || pid === undefined) continue;
      const folder = (await lsof('-a', '-p', String(pid), '-d', 'cwd', '-Fn')).find((one) => one.startsWith('n'));
      if (folder !== undefined) listeners.push({ pid, folder: folder.slice(1), group: Number(line.slice(1)) });
    }
    return listeners;
  } catch (error) {
    if (error instanceof CodeloopError) return undefined; // no lsof: cannot be shown
    throw error;
  }
}
