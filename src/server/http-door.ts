import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { CodeloopError, isErrno } from '../core/errors.js';
import { type Fault, faultOf, MAX_MESSAGE } from './bounded-input.js';
import { createMcpServer, malformedArgumentsOf, type ServerParts } from './mcp-server.js';

/** The one path of the door. */
const PATH = '/mcp';
/** Most sessions at once; the one that was quiet the longest gives way. */
const MAX_SESSIONS = 64;
/** A token is a secret of this many characters at least. */
const MIN_TOKEN = 24;

/** Who may come in: the digest of each token, by the name that policies know it by. */
type Tokens = ReadonlyMap<string, Buffer>;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The tokens of `CODELOOP_HTTP_TOKENS` (`name=secret`, by commas); without any, one that is made now and told once through `tell`. Throws
 * ARGUMENTS_INVALID. Tokens are no arguments: every process of the machine can read those.
 */
export function readTokens(env: NodeJS.ProcessEnv, tell: (line: string) => void): Tokens {
  const given = (env.CODELOOP_HTTP_TOKENS ?? '').split(',').filter((one) => one.trim() !== '');
  if (given.length === 0) {
    const made = randomBytes(24).toString('base64url');
    tell(`the token of this run: ${made}`);
    return new Map([['local', digest(made)]]);
  }
  const tokens = new Map<string, Buffer>();
  for (const one of given) {
    const [, name, secret] = /^\s*([A-Za-z0-9._-]{1,64})=([\x21-\x7e]+)\s*$/.exec(one) ?? [];
    if (name === undefined || secret === undefined || secret.length < MIN_TOKEN || tokens.has(name))
      throw new CodeloopError('ARGUMENTS_INVALID', {
        tool: 'codeloop serve --http',
        problem: `CODELOOP_HTTP_TOKENS: ${name === undefined ? 'an entry is not name=secret' : tokens.has(name) ? `${name} is there twice` : `the secret of ${name} is shorter than ${MIN_TOKEN} characters`}.`,
        hint: 'Write CODELOOP_HTTP_TOKENS="box=…,laptop=…"; openssl rand -base64 24 makes a secret.',
      });
    tokens.set(name, digest(secret));
  }
  return tokens;
}

/** The name of the token that a request carries; every token is looked at, in constant time. */
function tokenOf(request: IncomingMessage, tokens: Tokens): string | undefined {
  const [, secret] = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(request.headers.authorization ?? '') ?? [];
  const given = digest(secret ?? '');
  let found: string | undefined;
  for (const [name, expected] of tokens) if (timingSafeEqual(given, expected)) found = name;
  return secret === undefined ? undefined : found;
}

/** A client's session of the 2025 era. */
interface HttpSession {
  transport: WebStandardStreamableHTTPServerTransport;
  token: string;
}

interface HttpDoorOptions {
  /** Port on 127.0.0.1; 0: any that is free. */
  port: number;
  tokens: Tokens;
  parts: Omit<ServerParts, 'malformedArguments' | 'token'>;
}

/** A door that is open. */
export interface HttpDoor {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves MCP by Streamable HTTP on loopback: both eras, any number of clients, each with one of the tokens. A request that is not for this very
 * host and port, comes from a page of another origin, or has no token never reaches the protocol. Throws ARGUMENTS_INVALID (the port cannot be had).
 */
export async function openHttp({ port, tokens, parts }: HttpDoorOptions): Promise<HttpDoor> {
  const sessions = new Map<string, HttpSession>();
  const modern = createMcpHandler(
    ({ authInfo }) => createMcpServer({ ...parts, malformedArguments: new Map(), token: authInfo?.clientId ?? '' }),
    { legacy: 'reject', onerror: (error) => parts.log(error.message), maxRequestBodySize: MAX_MESSAGE },
  );
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that has gone in the middle; there is nobody to tell.
      parts.log(error instanceof Error ? error.message : String(error));
      response.destroy();
    });
  });
  let hosts: readonly string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request, hosts);
    if (refused) return plain(response, refused);
    const token = tokenOf(request, tokens);
    if (token === undefined) return plain(response, 401, { 'www-authenticate': 'Bearer realm="codeloop"' });
    const body = request.method === 'POST' ? await readBody(request) : undefined;
    if (body === 'too long') return plain(response, 413);
    const fault = body && messageFault(body);
    if (fault)
      return json(response, 400, {
        jsonrpc: '2.0',
        id: fault.id ?? null,
        error: { code: fault.code, message: fault.message },
      });
    const web = new Request(`http://${request.headers.host}${PATH}`, {
      method: request.method ?? 'GET',
      headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        value === undefined || name === 'authorization' ? [] : [[name, String(value)]],
      ),
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    const authInfo = { token: '', clientId: token, scopes: [] };
    const found = (await isLegacyRequest(web, undefined, { maxRequestBodySize: MAX_MESSAGE }))
      ? await legacy(web, token)
      : await modern.fetch(web, { authInfo });
    await send(found, response);
  }

  /** A session of the 2025 era belongs to the token that began it. */
  async function legacy(request: Request, token: string): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (known && known.token === token && id !== null) {
      // The newest is last.
      sessions.delete(id);
      sessions.set(id, known);
      return known.transport.handleRequest(request);
    }
    if (id !== null) return new Response(null, { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: MAX_MESSAGE,
      onsessioninitialized: (made) => {
        sessions.set(made, { transport, token });
        const [oldest] = sessions.size > MAX_SESSIONS ? sessions : [];
        if (oldest) void end(oldest[0]);
      },
      onsessionclosed: (gone) => void end(gone),
    });
    const mcp = createMcpServer({ ...parts, connection: randomUUID(), malformedArguments: new Map(), token });
    await mcp.connect(transport);
    const first = await transport.handleRequest(request);
    // What was no opening has begun no session.
    if (transport.sessionId === undefined) await mcp.close();
    return first;
  }

  async function end(id: string): Promise<void> {
    const session = sessions.get(id);
    sessions.delete(id);
    await session?.transport.close();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    throw new CodeloopError(
      'ARGUMENTS_INVALID',
      {
        tool: 'codeloop serve',
        problem: `--http: port ${port} cannot be had (${isErrno(error) ? error.code : String(error)}).`,
        hint: 'Name another port, or 0 for any that is free.',
      },
      { cause: error },
    );
  });
  const address = server.address();
  const at = typeof address === 'object' && address !== null ? address.port : port;
  hosts = [`127.0.0.1:${at}`, `localhost:${at}`];
  return {
    url: `http://127.0.0.1:${at}${PATH}`,
    async close() {
      await Promise.allSettled([modern.close(), ...[...sessions.keys()].map(end)]);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The status that a request is refused with before anything is read of it: another path, host or origin, another method. */
function refusal({ url, headers, method }: IncomingMessage, hosts: readonly string[]): number | undefined {
  // A name of somebody else's that leads to loopback (DNS rebinding).
  if (!hosts.includes(headers.host ?? '')) return 403;
  // A page in a browser says where it comes from; the app under test is one, and stands on loopback too.
  if (headers.origin !== undefined && !hosts.map((host) => `http://${host}`).includes(headers.origin)) return 403;
  if (url !== PATH) return 404;
  return ['GET', 'POST', 'DELETE'].includes(method ?? '') ? undefined : 405;
}

async function readBody(request: IncomingMessage): Promise<Buffer | 'too long'> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_MESSAGE) return 'too long';
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** What keeps a message from the protocol's library: too deep, no JSON, no object, arguments that are none. */
function messageFault(body: Buffer): Fault | undefined {
  const fault = faultOf(body);
  if (fault) return fault;
  const message: { id?: unknown; method?: string; params?: Record<string, unknown> } = JSON.parse(
    body.toString('utf8') || '{}',
  );
  if (!malformedArgumentsOf(message)) return undefined;
  const id = typeof message.id === 'string' || typeof message.id === 'number' ? message.id : undefined;
  return { id, code: -32_602, message: 'The arguments of a tool are an object with names.' };
}

async function send(from: Response, to: ServerResponse): Promise<void> {
  to.writeHead(from.status, Object.fromEntries(from.headers));
  if (!from.body) {
    to.end();
    return;
  }
  // A stream of events begins when its head is there.
  to.flushHeaders();
  await pipeline(Readable.fromWeb(from.body as Parameters<typeof Readable.fromWeb>[0]), to); // Node's two names of one stream
}

function plain(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, connection: 'close' }).end();
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
