import { Writable } from 'node:stream';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { malformedArgumentsOf } from './mcp-server.js';

/**
 * The standard output for the protocol alone: whatever else this process prints from now on, a library's stray line
 * included, goes to the standard error.
 */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({ decodeStrings: false, write: (chunk, encoding, done) => void write(chunk, encoding, done) });
}

/**
 * The line-by-line transport over standard input and output. It tells when it has closed, and keeps tool arguments that are
 * no object aside (`malformedArguments`), so that they get our error and not the SDK's protocol error.
 */
export class StdioWire extends StdioServerTransport {
  /** By request id; an entry goes when its answer has been sent. */
  readonly malformedArguments = new Map<string | number, unknown>();
  readonly #onClosed: () => void;

  constructor(output: Writable, onClosed: () => void) {
    super(process.stdin, output);
    this.#onClosed = onClosed;
  }

  override async start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message) => deliver?.(this.#mend(message));
    await super.start();
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if ('id' in message && message.id !== undefined && !('method' in message))
      this.malformedArguments.delete(message.id);
    await super.send(message);
  }

  override async close(): Promise<void> {
    await super.close();
    this.#onClosed();
  }

  #mend(message: JSONRPCMessage): JSONRPCMessage {
    if (!('id' in message) || !('method' in message)) return message;
    const malformed = malformedArgumentsOf(message);
    if (!malformed) return message;
    this.malformedArguments.set(message.id, malformed.given);
    return { ...message, params: { ...message.params, arguments: {} } };
  }
}
