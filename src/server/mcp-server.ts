import { CLIENT_INFO_META_KEY, type Request, Server, type ServerContext } from '@modelcontextprotocol/server';
import type { Progress } from '../tools/define-tool.js';
import type { Dispatcher } from '../tools/dispatcher.js';
import { callReply } from './call-reply.js';
import { ClientRoots } from './client-roots.js';
import { INSTRUCTIONS } from './instructions.js';
import { ProgressRelay } from './progress-relay.js';
import { servePrompts } from './prompt-handlers.js';
import { toolEntry } from './tool-entry.js';

/** What every connection of one process shares. */
export interface ServerParts {
  version: string;
  /** The tools; loaded by the first list or call, so that a client's opening is answered at once. */
  dispatcher(): Promise<Dispatcher>;
  /** Folders given by flag and environment, in order; asked before the client's. */
  givenRoots: readonly string[];
  /** Where the server was started; asked last. */
  cwd: string;
  ci: boolean;
  /** Fires when the server ends: calls under way are cancelled. */
  stopping: AbortSignal;
  /** Arguments that were no object, by request id, kept back from the SDK, whose validator would answer in our place. */
  malformedArguments: ReadonlyMap<string | number, unknown>;
  log(line: string): void;
}

/** One protocol instance over the shared parts; made per connection and era by the serving entry. Starts nothing by itself. */
export function createMcpServer(parts: ServerParts): Server {
  const server = new Server(
    { name: 'codeloop', title: 'codeloop', version: parts.version },
    { capabilities: { tools: { listChanged: true }, prompts: {} }, instructions: INSTRUCTIONS },
  );
  const clientRoots = new ClientRoots(server, parts.log);
  server.onerror = (error) => parts.log(error.message);
  const rootsNow = async () => [...new Set([...parts.givenRoots, ...(await clientRoots.folders()), parts.cwd])];

  let shown: string | undefined;

  const call = async (name: string, given: unknown, context: ServerContext, progress?: (one: Progress) => void) => {
    const [dispatcher, roots] = await Promise.all([parts.dispatcher(), rootsNow()]);
    return dispatcher.call(name, given, {
      door: 'mcp',
      client: clientOf(server, context),
      signal: AbortSignal.any([context.mcpReq.signal, parts.stopping]),
      progress: progress ?? (() => undefined),
      roots,
      cwd: parts.cwd,
      ci: parts.ci,
    });
  };
  servePrompts(server, call);

  server.setRequestHandler('tools/list', async () => {
    const dispatcher = await parts.dispatcher();
    const tools = await dispatcher.offered('mcp', await rootsNow());
    shown = namesOf(tools);
    return { tools: tools.map(toolEntry) };
  });

  server.setRequestHandler('tools/call', async (request, context) => {
    const { name, arguments: given } = request.params;
    const relay = relayFor(name, context);
    try {
      const id = context.mcpReq.id;
      const held = parts.malformedArguments.has(id) ? parts.malformedArguments.get(id) : given;
      const reply = await call(name, held, context, relay?.report);
      const [dispatcher, roots] = await Promise.all([parts.dispatcher(), rootsNow()]);
      const offered = namesOf(await dispatcher.offered('mcp', roots));
      if (shown !== undefined && shown !== offered) {
        // The policy was edited: this call went by the new one, and the client may look at the list again.
        shown = offered;
        await server.sendToolListChanged().catch((error: unknown) => parts.log(String(error)));
      }
      return callReply(reply);
    } finally {
      relay?.stop();
    }
  });
  return server;
}

function namesOf(tools: readonly { name: string }[]): string {
  return tools.map(({ name }) => name).join(' ');
}

/** A relay to the client, when it asked for progress. */
function relayFor(name: string, context: ServerContext): ProgressRelay | undefined {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return new ProgressRelay(`${name} is running`, (params) => {
    // A client that has gone needs no progress; the end of its connection is noticed elsewhere.
    context.mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, ...params } })
      .catch(() => undefined);
  });
}

/** Who calls: each request of the 2026-07-28 revision says so itself, earlier clients said it when they opened. */
function clientOf(server: Server, context: ServerContext): { name: string; version: string } {
  const envelope: unknown = context.mcpReq.envelope;
  const told = field(envelope, CLIENT_INFO_META_KEY) ?? server.getClientVersion();
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 100) : 'unknown');
  return { name: text(field(told, 'name')), version: text(field(told, 'version')) };
}

/** A field of what a client sent, whatever that is. */
function field(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}

/** Whether a message is a tool call whose arguments are given but are no object. */
export function malformedArgumentsOf(message: {
  method?: string;
  params?: Request['params'];
}): { given: unknown } | null {
  if (message.method !== 'tools/call' || !message.params || !('arguments' in message.params)) return null;
  const given: unknown = message.params.arguments;
  const isObject = given !== null && typeof given === 'object' && !Array.isArray(given);
  return isObject || given === undefined ? null : { given };
}
