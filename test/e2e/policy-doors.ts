import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { BIN, run } from './programs.js';
import { runWarm } from './warm-program.js';

/** What a call came to: the result object, or the error's body. */
export type Outcome = Record<string, unknown> & { code?: string; status?: string };

/** One door of the built program on one project. */
export interface OpenDoor {
  call(tool: string, args?: Record<string, unknown>): Promise<Outcome>;
  /** Names of the tools that it shows; undefined where there is no list (the terminal). */
  list(): Promise<string[] | undefined>;
  close(): Promise<void>;
}

/** How to start a server: the built program itself, or something in front of it. */
export interface Spawned {
  command: string;
  args: string[];
}

export const SERVER: Spawned = { command: process.execPath, args: [BIN, 'serve'] };

/** A client of either package over standard input and output. */
export async function openMcp(
  dir: string,
  env: Record<string, string>,
  era: 'first' | 'modern' = 'first',
  server: Spawned = SERVER,
): Promise<OpenDoor> {
  const options = {
    ...server,
    cwd: dir,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stderr: 'pipe' as const,
  };
  const info = { name: `${era} client`, version: '1.0.0' };
  const client =
    era === 'first' ? new FirstClient(info) : new ModernClient(info, { versionNegotiation: { mode: 'auto' } });
  // Both packages take their own transport; the union of clients hides that.
  await client.connect((era === 'first' ? new FirstTransport(options) : new ModernTransport(options)) as never);
  return {
    async call(tool, args = {}) {
      const reply = await client.callTool({ name: tool, arguments: args });
      const [first] = Array.isArray(reply.content) ? reply.content : [];
      const text: unknown = first !== null && typeof first === 'object' ? Reflect.get(first, 'text') : undefined;
      return outcomeOf(String(text));
    },
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    close: () => client.close(),
  };
}

/** The terminal: every call is a process of its own, or (`warm`, one call at a time) the program begun anew in this one. */
export async function openCli(dir: string, env: Record<string, string>, { warm = false } = {}): Promise<OpenDoor> {
  return {
    async call(tool, args = {}) {
      const argv = ['call', tool, '--json', JSON.stringify(args)];
      const ended = await (warm ? runWarm(argv, { cwd: dir, env }) : run(BIN, argv, { cwd: dir, env }));
      return outcomeOf(ended.stdout);
    },
    list: async () => undefined,
    close: async () => undefined,
  };
}

function outcomeOf(text: string): Outcome {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
