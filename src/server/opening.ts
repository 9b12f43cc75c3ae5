import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POLICY_FILES } from '../core/path-walls.js';

/**
 * What this program's server says before anything is called, as the build heard it from the server itself (`dist/opening.json`): the answer to
 * `initialize` by protocol version, and the list of tools.
 */
export interface Recorded {
  version: string;
  initialize: Record<string, unknown>;
  /** The version that is answered to one that nobody knows. */
  latest: string;
  tools: { toolset: string; entry: { name: string } }[];
  /** What `--help` prints. */
  help: string;
}

/** The record beside the bundle; undefined where there is none (from source), or it is of another version. */
export function readRecorded(version: string): Recorded | undefined {
  try {
    // Our own file, beside our own code: who can write the one can write the other.
    const recorded = JSON.parse(besideBundle('opening.json') ?? '{}') as Recorded;
    return recorded.version === version ? recorded : undefined;
  } catch {
    return undefined; // Half of one: the server says it all itself.
  }
}

/** Text of a file that the build writes beside the bundle; undefined where there is none (from source). */
export function besideBundle(name: string): string | undefined {
  for (const up of ['./', '../'])
    try {
      return readFileSync(fileURLToPath(new URL(`${up}${name}`, import.meta.url)), 'utf8');
    } catch {
      // Not there: the bundle lies a folder higher, or there is none.
    }
  return undefined;
}

/** How far the opening has come when the rest of the program has to go on. */
export interface Handover {
  /** Messages that the server still has to see, one JSON each. */
  lines: string[];
  /** Ids among them that have been answered already. */
  answered: (string | number)[];
  /** Names of the tools that the client was shown, as the server joins them; absent: none yet. */
  shown?: string;
}

interface OpeningOptions {
  recorded: Recorded;
  /** Folders that a project may lie in, besides the client's. */
  roots: readonly string[];
  toolsets: readonly string[] | undefined;
  say(message: object): void;
  /** Called once; nothing is taken after it. */
  handOver(state: Handover): void;
}

/** Id of our question for the client's roots; no client has answered it under another. */
export const ROOTS_ID = 'codeloop-opening-roots';
/** Milliseconds that a list waits for a client that has roots but does not tell them. */
const ROOTS_MS = 2_000;

/**
 * Answers a client's opening from what the build recorded, so that neither the protocol's library nor a tool is loaded before the first call. Whatever
 * is not just the usual opening, and every list that a policy might shorten, goes to the server, which then sees all messages from the first.
 */
export class Opening {
  readonly #options: OpeningOptions;
  #lines: string[] = [];
  #answered: (string | number)[] = [];
  #shown: string | undefined;
  #opened = false;
  #hasRoots = false;
  /** Folders of the client; undefined while it has not told them. */
  #folders: string[] | undefined;
  #waiting: { line: string; timer: NodeJS.Timeout }[] = [];
  #over = false;

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  /** Takes one message. False: it was not taken, and neither will any other be. */
  take(line: string): boolean {
    if (this.#over) return false;
    const message: unknown = JSON.parse(line);
    if (this.#isRoots(message)) return true;
    if (this.#waiting.length > 0 || !this.#answer(message, line)) this.#giveUp(line);
    return true;
  }

  #answer(message: unknown, line: string): boolean {
    const [id, method, params] = ['id', 'method', 'params'].map((name) => field(message, name));
    if (field(message, 'jsonrpc') !== '2.0') return false;
    if (method === 'notifications/initialized' && this.#opened && id === undefined) {
      this.#lines.push(line);
      if (this.#hasRoots) this.#options.say({ jsonrpc: '2.0', id: ROOTS_ID, method: 'roots/list' });
      return true;
    }
    if (typeof id !== 'string' && typeof id !== 'number') return false;
    if (method === 'initialize' && !this.#opened) return this.#initialize(id, params, line);
    if (!this.#opened) return false;
    if (method === 'ping') {
      this.#options.say({ jsonrpc: '2.0', id, result: {} });
      return true;
    }
    return method === 'tools/list' && this.#list(id, line);
  }

  #initialize(id: string | number, params: unknown, line: string): boolean {
    const [version, capabilities, client] = ['protocolVersion', 'capabilities', 'clientInfo'].map((name) =>
      field(params, name),
    );
    const whole = typeof version === 'string' && isObject(capabilities);
    if (!whole || ![field(client, 'name'), field(client, 'version')].every((text) => typeof text === 'string'))
      return false;
    const { initialize, latest } = this.#options.recorded;
    const result = Object.hasOwn(initialize, version) ? initialize[version] : initialize[latest];
    this.#hasRoots = isObject(field(capabilities, 'roots'));
    if (!this.#hasRoots) this.#folders = [];
    this.#opened = true;
    this.#lines.push(line);
    this.#answered.push(id);
    this.#options.say({ jsonrpc: '2.0', id, result });
    return true;
  }

  #list(id: string | number, line: string): boolean {
    if (this.#folders === undefined) {
      const timer = setTimeout(() => this.#giveUp(), ROOTS_MS);
      this.#waiting.push({ line, timer });
      return true;
    }
    if (hasPolicy([...this.#options.roots, ...this.#folders])) return false;
    const { recorded, toolsets } = this.#options;
    const tools = recorded.tools
      .filter(({ toolset }) => toolsets === undefined || toolsets.includes(toolset))
      .map(({ entry }) => entry);
    this.#shown = tools.map(({ name }) => name).join(' ');
    this.#options.say({ jsonrpc: '2.0', id, result: { tools } });
    return true;
  }

  /** Takes the client's answer to our question for its roots, and answers the list that waits for it. */
  #isRoots(message: unknown): boolean {
    if (field(message, 'id') !== ROOTS_ID || field(message, 'method') !== undefined) return false;
    const roots = field(field(message, 'result'), 'roots');
    this.#folders = (Array.isArray(roots) ? roots : []).flatMap((root) => folderOf(field(root, 'uri')));
    const [first] = this.#waiting.splice(0);
    clearTimeout(first?.timer);
    if (first && !this.#answer(JSON.parse(first.line), first.line)) this.#giveUp(first.line);
    return true;
  }

  #giveUp(line?: string): void {
    this.#over = true;
    for (const { timer } of this.#waiting) clearTimeout(timer);
    const lines = [...this.#lines, ...this.#waiting.map((one) => one.line), ...(line === undefined ? [] : [line])];
    const shown = this.#shown === undefined ? {} : { shown: this.#shown };
    this.#options.handOver({ lines, answered: this.#answered, ...shown });
  }
}

/** True when any folder, or one above it, has a policy file, or may not be looked at: who has one is answered by the server. */
function hasPolicy(folders: readonly string[]): boolean {
  return folders.some((folder) => {
    let dir: string;
    try {
      dir = realpathSync.native(resolve(folder));
    } catch {
      return true; // what such a folder means is the server's to say
    }
    for (; ; dir = dirname(dir)) {
      if (POLICY_FILES.some((file) => isThere(join(dir, file)))) return true;
      if (dirname(dir) === dir) return false;
    }
  });
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** The folder of a `file:` address; addresses of other kinds, or malformed ones, name no folder here. */
export function folderOf(uri: unknown): string[] {
  if (typeof uri !== 'string' || !uri.startsWith('file:')) return [];
  try {
    return [fileURLToPath(uri)];
  } catch {
    return []; // a file address of another host
  }
}

function isObject(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}
