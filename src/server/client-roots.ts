import { fileURLToPath } from 'node:url';
import type { Server } from '@modelcontextprotocol/server';

/** Milliseconds that a call waits for a client that has roots but does not tell them. */
const ROOTS_TIMEOUT_MS = 2_000;

/**
 * The folders that a 2025-era client works in: asked for once it is initialised and again whenever it says that they changed.
 * Clients of the 2026-07-28 revision have none; their folders come from flags, the environment or the working directory.
 */
export class ClientRoots {
  readonly #server: Server;
  readonly #log: (line: string) => void;
  #folders: Promise<readonly string[]> = Promise.resolve([]);

  constructor(server: Server, log: (line: string) => void) {
    this.#server = server;
    this.#log = log;
    server.oninitialized = () => this.#ask();
    server.setNotificationHandler('notifications/roots/list_changed', () => this.#ask());
  }

  /** The folders as last told, after an answer under way has come; empty when the client has none or keeps silent. */
  folders(): Promise<readonly string[]> {
    return this.#folders;
  }

  #ask(): void {
    if (!this.#server.getClientCapabilities()?.roots) return;
    this.#folders = this.#server.listRoots(undefined, { timeout: ROOTS_TIMEOUT_MS }).then(
      ({ roots }) => roots.flatMap(({ uri }) => folderOf(uri)),
      (error: unknown) => {
        // Without them the other roots still serve.
        this.#log(`the client did not tell its roots: ${String(error)}`);
        return [];
      },
    );
  }
}

/** The folder of a `file:` address; addresses of other kinds, or malformed ones, name no folder here. */
function folderOf(uri: string): string[] {
  if (!uri.startsWith('file:')) return [];
  try {
    return [fileURLToPath(uri)];
  } catch {
    return []; // a file address of another host
  }
}
