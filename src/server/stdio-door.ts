import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, malformedArgumentsOf, type ServerParts } from './mcp-server.js';
import { type Handover, ROOTS_ID } from './opening.js';

/**
 * The line-by-line transport. It tells when it has closed, keeps tool arguments that are no object aside (`malformedArguments`), so that they
 * get our error and not the library's, and says nothing that the opening has said already.
 */
class StdioWire extends StdioServerTransport {
  /** By request id; an entry goes when its answer has been sent. */
  readonly malformedArguments = new Map<string | number, unknown>();
  readonly #answered: Set<string | number>;
  readonly #onClosed: () => void;

  constructor(input: Readable, output: Writable, answered: Handover['answered'], onClosed: () => void) {
    super(input, output);
    this.#answered = new Set(answered);
    this.#onClosed = onClosed;
  }

  override async start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message) => {
      // The answer to a question of the opening's, come late.
      if ('id' in message && message.id === ROOTS_ID && !('method' in message)) return;
      deliver?.(this.#repair(message));
    };
    await super.start();
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if ('id' in message && message.id !== undefined && !('method' in message)) {
      this.malformedArguments.delete(message.id);
      if (this.#answered.delete(message.id)) return;
    }
    await super.send(message);
  }

  override async close(): Promise<void> {
    await super.close();
    this.#onClosed();
  }

  #repair(message: JSONRPCMessage): JSONRPCMessage {
    if (!('id' in message) || !('method' in message)) return message;
    const malformed = malformedArgumentsOf(message);
    if (!malformed) return message;
    this.malformedArguments.set(message.id, malformed.given);
    return { ...message, params: { ...message.params, arguments: {} } };
  }
}

/** The streams of the one client, what was said before, and the parts of the server. */
interface StdioDoor {
  input: Readable;
  output: Writable;
  answered: Handover['answered'];
  parts: Omit<ServerParts, 'malformedArguments'>;
  onClosed(): void;
}

/** Serves the client of a pair of streams. The library loads with this file. */
export function openStdio({ input, output, answered, parts, onClosed }: StdioDoor): { close(): Promise<void> } {
  const wire = new StdioWire(input, output, answered, onClosed);
  return serveStdio(
    () => createMcpServer({ ...parts, connection: 'stdio', malformedArguments: wire.malformedArguments }),
    {
      transport: wire,
      onerror: (error) => parts.log(error.message),
    },
  );
}
