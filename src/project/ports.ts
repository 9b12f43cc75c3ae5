import { lookup } from 'node:dns/promises';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { contains } from '../core/path-walls.js';
import { type ListenAddress, type Listener, type Listening, listening } from './listeners.js';
import { portOf } from './printed-addresses.js';
import type { Project } from './project.js';
import { filesOnDisk } from './project.js';
import { lastCommandOf, readManifest, runScript } from './runners/scripts.js';

/** The owner of a port of this machine: whether the process that listens there runs from a folder. */
export type PortOwner =
  /** `at`: the address, with its name replaced by a number where the name may also lead to somebody else. */
  | { ours: true; at: string; listeners: Listener[] }
  /** `stranger`: it was seen, and runs elsewhere; otherwise it cannot be seen. */
  | { ours: false; reason: string; stranger?: Listener; listeners: Listener[] };

/** Names and addresses that mean this machine wherever they are asked. */
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0|::)$/i;

/** True when a host is this machine: by its name, by what its name stands for (`/etc/hosts`), or as an address of one of its networks. */
async function isThisMachine(hostname: string): Promise<boolean> {
  const plain = hostname.replace(/^\[|\]$/g, '');
  if (LOOPBACK.test(plain)) return true;
  const own = new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));
  const found = await lookup(plain, { all: true }).catch(() => []); // a name that stands for nothing is no machine at all
  return found.length > 0 && found.every(({ address }) => LOOPBACK.test(address) || own.has(address));
}

/** True when a process runs from a folder; another worktree of the same repository that lies below it is no part of it. */
export function runsFrom(real: string, { folder, worktree }: Pick<Listener, 'folder' | 'worktree'>): boolean {
  const isOther = worktree !== undefined && !contains(worktree.dir, real) && contains(worktree.main, real);
  return contains(real, folder) && !isOther;
}

/**
 * Looks at the working directory of whoever answers at `url` (a port of loopback): inside `dir` means ours. Where two listen on one
 * port, each at an address of its own, only those that the name in the address can lead to count.
 */
export async function portOwner(url: string, dir: string): Promise<PortOwner> {
  const { hostname, origin } = new URL(url);
  if (!(await isThisMachine(hostname)))
    return {
      ours: false,
      reason: `${origin} is not on this machine, so that its pages belong to no state of this code`,
      listeners: [],
    };
  const real = await realpath(dir);
  const port = portOf(url);
  const all = await listening(port);
  if (all === undefined)
    return { ours: false, reason: `who listens on port ${port} cannot be shown on ${process.platform}`, listeners: [] };
  const ours = addressOfOwn(url, all, (one) => runsFrom(real, one));
  if (ours !== undefined) return { ours: true, at: ours, listeners: reachedBy(ours, all.listeners) };
  const listeners = reachedBy(url, all.listeners);
  const stranger = listeners.find((one) => !runsFrom(real, one));
  if (stranger !== undefined)
    return {
      ours: false,
      reason: `the process that listens on port ${port} runs in ${stranger.folder}`,
      stranger,
      listeners,
    };
  return { ours: false, reason: `the process that listens on port ${port} cannot be seen by this user`, listeners };
}

/** Addresses that a family of loopback leads to, the exact one first: it is served before one that takes every address. */
const LEADS_TO: Readonly<Record<'4' | '6', readonly ListenAddress[][]>> = {
  // A socket of every IPv6 address takes IPv4 too, unless it was told not to.
  '4': [['127.0.0.1'], ['*4', '*6']],
  '6': [['::1'], ['*6']],
};

/** Those that a connection to the address can end at; all of its port when none of them listens on loopback. */
export function reachedBy<T extends Pick<Listener, 'port' | 'address'>>(url: string, listeners: readonly T[]): T[] {
  const port = portOf(url);
  const there = listeners.filter((one) => one.port === port);
  const { hostname } = new URL(url);
  const families =
    hostname === '[::1]' ? (['6'] as const) : /^127\./.test(hostname) ? (['4'] as const) : (['4', '6'] as const);
  const reached = families.flatMap((family) => {
    const levels = LEADS_TO[family].map((addresses) => there.filter(({ address }) => addresses.includes(address)));
    return levels.find((level) => level.length > 0) ?? [];
  });
  return reached.length === 0 ? there : [...new Set(reached)];
}

/**
 * The address, where need be with its name replaced by the number that leads to `own` alone (two may listen on one port, each at an
 * address of its own); undefined when none leads only there.
 */
export function addressOfOwn(
  url: string,
  { listeners, unseen }: Listening,
  isOwn: (one: Listener) => boolean,
): string | undefined {
  return [url, withHost(url, '127.0.0.1'), withHost(url, '[::1]')].find((spelling) => {
    const reached = reachedBy<Pick<Listener, 'port' | 'address'>>(spelling, [...listeners, ...unseen]);
    return reached.length > 0 && reached.every((one) => 'pid' in one && isOwn(one as Listener)); // only those that are seen have a process
  });
}

function withHost(url: string, host: string): string {
  const changed = new URL(url);
  changed.hostname = host;
  return changed.href;
}

/** Dev servers that take `--port <number>`, by their program and, where others of its commands do not, that command's name. */
const TAKES_PORT: Readonly<Record<string, RegExp>> = {
  ng: /^(?:serve|s|dev)$/,
  vite: /^(?!build$|optimize$)/,
  astro: /^(?:dev|preview)$/,
  next: /^(?:dev|start)$/,
  nuxt: /^(?:dev|preview)$/,
  nuxi: /^(?:dev|preview)$/,
  docusaurus: /^(?:start|serve)$/,
  gatsby: /^(?:develop|serve)$/,
  webpack: /^(?:serve|server|s)$/,
  'webpack-dev-server': /^/,
  'vue-cli-service': /^serve$/,
  rsbuild: /^(?:dev|preview)$/,
  rspack: /^(?:dev|serve|preview)$/,
  parcel: /^(?!build$)/,
  vitepress: /^(?:dev|serve|preview)$/,
  storybook: /^dev$/,
  'react-router': /^dev$/,
};

/**
 * The command with what makes the app come up on `port`: an argument for dev servers that take one, found through scripts; else as it
 * is (the port also goes with the environment, as `PORT`). `flags` go behind the port. Reads package.json only.
 */
export async function commandAtPort(
  project: Project,
  command: readonly string[],
  port: number,
  flags: readonly string[] = [],
): Promise<string[]> {
  const script = runScript(command);
  if (script && script.rest.length > 0) return [...command];
  const manifest = script && readManifest(await filesOnDisk(project.dir).read('package.json'));
  const last = script ? manifest && lastCommandOf(manifest.scripts, script.script) : { words: command, levels: 0 };
  if (!last || !takesPort(last.words)) return [...command];
  // npm takes flags for itself until a `--`, once for every script that is passed through.
  const dashes = script?.manager === 'npm' ? Array<string>(last.levels).fill('--') : [];
  return [...command, ...dashes, '--port', String(port), ...flags];
}

function takesPort(words: readonly string[]): boolean {
  const [word = '', ...args] = words;
  const name = (word.split('/').at(-1) ?? '').replace(/\.(?:[cm]?js|cmd)$/, '');
  if (/^[A-Za-z_]\w*=/.test(word) || /^(?:npx|bunx|cross-env|env|node)$/.test(name)) return takesPort(args);
  const verb = args.find((arg) => !arg.startsWith('-')) ?? '';
  return Object.hasOwn(TAKES_PORT, name) && (TAKES_PORT[name]?.test(verb) ?? false);
}

/** A port of loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}
