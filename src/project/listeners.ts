import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CodeloopError } from '../core/errors.js';
import { parseProcessStat, processIds } from '../core/machine-load.js';
import { readText } from '../core/path-walls.js';
import { runCommand } from '../core/run-command.js';

/** Where a socket listens: one family of this machine's own addresses, or others. `*` takes every address of its family. */
export type ListenAddress = '127.0.0.1' | '*4' | '::1' | '*6' | 'other';

/** A process that listens on a port. */
export interface Listener {
  pid: number;
  port: number;
  address: ListenAddress;
  /** Its working directory. */
  folder: string;
  /** The linked worktree that this lies in, where it lies in one: its folder, and that of the repository it belongs to. */
  worktree?: { dir: string; main: string };
  /** Its process group; absent where it cannot be seen. */
  group?: number;
  /** The processes that started it and still live, nearest first. */
  ancestors: readonly number[];
  /** When it started, milliseconds since the epoch; absent where it cannot be seen. Exact to about 20 ms. */
  startedMs?: number;
}

/** Sockets that listen. */
export interface Listening {
  /** Those of processes that this user may look at. */
  listeners: Listener[];
  /** Those of others. */
  unseen: readonly Pick<Listener, 'port' | 'address'>[];
}

/**
 * Returns the processes that listen on this machine, on `port` alone when it is given. Linux reads /proc, macOS asks lsof; undefined elsewhere: it cannot be
 * shown. Never throws for processes that end meanwhile.
 */
export async function listening(port?: number): Promise<Listening | undefined> {
  if (process.platform === 'linux') return linuxListening(port);
  if (process.platform === 'darwin') return macListening(port);
  return undefined;
}

async function linuxListening(port: number | undefined): Promise<Listening> {
  const sockets = new Map<string, { port: number; address: ListenAddress }>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => ''); // no IPv6 on this machine: no table
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const at = local.lastIndexOf(':');
      const number = Number.parseInt(local.slice(at + 1), 16);
      // State 0A is LISTEN (include/net/tcp_states.h); the port is the hexadecimal tail of the local address.
      if (state === '0A' && inode && (port === undefined || number === port))
        sockets.set(`socket:[${inode}]`, { port: number, address: addressOf(local.slice(0, at)) });
    }
  }
  const seen = new Set<string>();
  const listeners: Listener[] = [];
  if (sockets.size === 0) return { listeners, unseen: [] };
  for (const pid of await processIds()) {
    const own = await handlesAmong(pid, sockets);
    if (own.length === 0) continue;
    const folder = await folderOf(Number(pid));
    if (folder === undefined) continue;
    const rest = { ...(await lineage(Number(pid))), ...(await worktreeOf(folder)) };
    for (const [handle, socket] of own) {
      seen.add(handle);
      listeners.push({ pid: Number(pid), ...socket, folder, ...rest });
    }
  }
  return { listeners, unseen: [...sockets].filter(([handle]) => !seen.has(handle)).map(([, socket]) => socket) };
}

/** The kernel writes addresses as 32-bit words of the machine's byte order (Documentation/networking/proc_net_tcp.rst). */
function addressOf(hex: string): ListenAddress {
  if (hex.length === 8) return hex === '00000000' ? '*4' : /7F$/i.test(hex) ? '127.0.0.1' : 'other';
  if (/^0{32}$/.test(hex)) return '*6';
  if (/^0{24}01000000$/.test(hex)) return '::1';
  return /^0{16}FFFF0000.{6}7F$/i.test(hex) ? '127.0.0.1' : 'other';
}

async function handlesAmong<T>(pid: string, sockets: ReadonlyMap<string, T>): Promise<[string, T][]> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []); // another user's process, or ended meanwhile
  const own = new Map<string, T>();
  for (const handle of handles) {
    const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => ''); // closed meanwhile
    const socket = sockets.get(target);
    if (socket !== undefined) own.set(target, socket);
  }
  return [...own];
}

/** A linked worktree has a file `.git` that names its place in the repository's `worktrees` (gitrepository-layout(5)). */
async function worktreeOf(folder: string): Promise<Pick<Listener, 'worktree'>> {
  for (let dir = folder; ; dir = dirname(dir)) {
    const file = join(dir, '.git');
    const stat = await lstat(file).catch(() => undefined); // most folders have none
    const link = stat?.isFile() ? await readText(file).catch(() => '') : '';
    const store = /^gitdir: *(.*[\\/])worktrees[\\/][^\\/\n]+\s*$/.exec(link)?.[1];
    if (store !== undefined) return { worktree: { dir, main: dirname(resolve(dir, store)) } };
    if (stat?.isDirectory() || dirname(dir) === dir) return {};
  }
}

/** Clock ticks a second that /proc counts in (USER_HZ, the same on every system that Node runs on; proc(5)). */
const TICKS = 100;

async function lineage(pid: number): Promise<Pick<Listener, 'group' | 'ancestors' | 'startedMs'>> {
  const first = await statOf(pid);
  const ancestors: number[] = [];
  for (let next = first?.parent ?? 0; next > 1 && ancestors.length < 32; next = (await statOf(next))?.parent ?? 0)
    ancestors.push(next);
  if (!first) return { ancestors };
  const startedMs = Date.now() - (uptime() - Number(first.startTicks) / TICKS) * 1000;
  return { ancestors, group: first.group, startedMs };
}

async function statOf(pid: number): Promise<ReturnType<typeof parseProcessStat>> {
  return parseProcessStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)); // ended meanwhile
}

/** The words of a process's command line; empty where it cannot be read. */
export async function commandLineOf(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // ended meanwhile
    const words = text.split('\0').filter((word) => word !== '');
    // A process that renames itself (npm, next) writes one string.
    return words.length === 1 ? (words[0] ?? '').split(' ').filter((word) => word !== '') : words;
  }
  return (await ask('ps', '-o', 'command=', '-p', String(pid))).join(' ').split(/\s+/).filter(Boolean);
}

/** The value of a variable that a process was started with; undefined where it cannot be read. */
export async function variableOf(pid: number, name: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''); // ended meanwhile
  const entry = text.split('\0').find((one) => one.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

/** The processes that live and were started with a variable of this value; none where that cannot be read. */
export async function withVariable(name: string, value: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const ids = await processIds();
  const values = await Promise.all(ids.map((id) => variableOf(Number(id), name)));
  return ids.filter((_, at) => values[at] === value);
}

/** The working directory of a process; undefined where it cannot be seen. */
export async function folderOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readlink(`/proc/${pid}/cwd`).catch(() => undefined); // another user's, or ended meanwhile
  const lines = await ask('lsof', '-a', '-p', String(pid), '-d', 'cwd', '-Fn');
  return lines.find((one) => one.startsWith('n'))?.slice(1);
}

async function ask(program: string, ...args: string[]): Promise<string[]> {
  return (await runCommand(program, args, { timeoutMs: 5000 })).stdout.toString('utf8').split('\n');
}

async function macListening(port: number | undefined): Promise<Listening | undefined> {
  try {
    const listeners: Listener[] = [];
    const known = new Map<number, Omit<Listener, 'port' | 'address'>>();
    let pid: number | undefined;
    // One letter per field (lsof(8), "OUTPUT FOR OTHER PROGRAMS"): p the process, t the kind of socket, n where it listens.
    let family = 'IPv4';
    for (const line of await ask(
      'lsof',
      '-nP',
      `-iTCP${port === undefined ? '' : `:${port}`}`,
      '-sTCP:LISTEN',
      '-Fptn',
    )) {
      if (line.startsWith('p')) pid = Number(line.slice(1));
      if (line.startsWith('t')) family = line.slice(1);
      const where = /^n(.*):(\d+)$/.exec(line);
      if (!where || pid === undefined) continue;
      const process = known.get(pid) ?? (await macProcess(pid));
      if (process === undefined) continue;
      known.set(pid, process);
      listeners.push({ ...process, port: Number(where[2]), address: macAddress(where[1] ?? '', family) });
    }
    return { listeners, unseen: [] };
  } catch (error) {
    if (error instanceof CodeloopError) return undefined; // no lsof: cannot be shown
    throw error;
  }
}

function macAddress(text: string, family: string): ListenAddress {
  if (text === '*') return family === 'IPv6' ? '*6' : '*4';
  if (text === '[::1]') return '::1';
  return text.startsWith('127.') ? '127.0.0.1' : 'other';
}

async function macProcess(pid: number): Promise<Omit<Listener, 'port' | 'address'> | undefined> {
  const folder = await folderOf(pid);
  if (folder === undefined) return undefined;
  const line = async (id: number) => (await ask('ps', '-o', 'ppid=,pgid=,lstart=', '-p', String(id))).join(' ').trim();
  const [parent = '0', group = '0', ...started] = (await line(pid)).split(/\s+/);
  const ancestors: number[] = [];
  for (
    let next = Number(parent);
    next > 1 && ancestors.length < 32;
    next = Number((await line(next)).split(/\s+/)[0] ?? 0)
  )
    ancestors.push(next);
  const startedMs = Date.parse(started.join(' '));
  return {
    ...{ pid, folder, group: Number(group), ancestors, ...(await worktreeOf(folder)) },
    ...(Number.isNaN(startedMs) ? {} : { startedMs }),
  };
}
