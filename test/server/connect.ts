import { Client as ModernClient } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { Session } from '../../src/live/session.js';
import { createMcpServer, type ServerParts } from '../../src/server/mcp-server.js';
import { sampleTools } from '../tools/sample-tools.js';

/** A client of either package, by the calls that both have. */
export type AnyClient = FirstClient | ModernClient;

/** A server over the sample tools on one end of a pair of transports; returns the other end. */
export function serveSamples(parts: Partial<ServerParts> = {}): InMemoryTransport {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const dispatcher = new Dispatcher(sampleTools, new Session());
  const factory = () =>
    createMcpServer({
      version: '9.9.9',
      dispatcher: async () => dispatcher,
      givenRoots: [],
      cwd: '/cwd',
      ci: false,
      stopping: new AbortController().signal,
      malformedArguments: new Map(),
      log: () => undefined,
      ...parts,
    });
  // The packages' transports have one shape; their types differ in which fields may be undefined.
  serveStdio(factory, { transport: far as unknown as Transport });
  return near;
}

/** The clients that codeloop must serve: the 2025 era by both packages, the 2026-07-28 revision negotiated and pinned. */
export const clients: Readonly<Record<string, () => AnyClient>> = {
  'sdk 1.x': () => new FirstClient({ name: 'first', version: '1.0.0' }),
  'client 2.x, legacy': () => modern('legacy'),
  'client 2.x, auto': () => modern('auto'),
  'client 2.x, pinned': () => modern({ pin: '2026-07-28' }),
};

function modern(mode: 'legacy' | 'auto' | { pin: string }): ModernClient {
  return new ModernClient({ name: 'modern', version: '2.0.0' }, { versionNegotiation: { mode } });
}

/** Connects a client to samples served with `parts`. */
export async function connect(client: AnyClient, parts: Partial<ServerParts> = {}): Promise<void> {
  // Both packages take any transport of this shape.
  await client.connect(serveSamples(parts) as never);
}
