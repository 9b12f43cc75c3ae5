import { request } from 'node:http';
import { StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallContext } from '../../src/call/define-tool.js';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { Session } from '../../src/live/session.js';
import { type HttpDoor, openHttp, readTokens } from '../../src/server/http-door.js';
import { verifies } from '../requirements.js';
import { sampleTools } from '../tools/sample-tools.js';
import { type AnyClient, clients } from './connect.js';

const BOX = 'b'.repeat(24);
const LAPTOP = 'l'.repeat(24);

let door: HttpDoor;
const callers: Pick<CallContext, 'client' | 'token' | 'connection'>[] = [];
const ended: string[] = [];

/** The dispatcher, which notes who calls. */
class Noting extends Dispatcher {
  override call(name: string, given: unknown, context: CallContext) {
    const { client, token, connection } = context;
    callers.push({ client, token, connection });
    return super.call(name, given, context);
  }
}

beforeAll(async () => {
  const dispatcher = new Noting(sampleTools, new Session());
  door = await openHttp({
    port: 0,
    tokens: readTokens({ CODELOOP_HTTP_TOKENS: `box=${BOX}, laptop=${LAPTOP}` }, () => undefined),
    parts: {
      version: '9.9.9',
      dispatcher: async () => dispatcher,
      givenRoots: [],
      cwd: '/cwd',
      ci: false,
      stopping: new AbortController().signal,
      log: () => undefined,
      ended: (connection) => ended.push(connection),
    },
  });
});
afterAll(() => door?.close());

async function connected(make: () => AnyClient, token: string): Promise<AnyClient> {
  const client = make();
  const options = { requestInit: { headers: { authorization: `Bearer ${token}` } } };
  const Transport =
    client.constructor.name === 'Client' && make === clients['sdk 1.x'] ? FirstTransport : ModernTransport;
  // Both packages take any transport of this shape.
  await client.connect(new Transport(new URL(door.url), options) as never);
  return client;
}

test('clients of every era come in at once, each known by its token', async () => {
  verifies('http.clients', 'policy.who');
  const open = await Promise.all(
    Object.entries(clients).flatMap(([name, make]) =>
      [BOX, LAPTOP].map(async (token) => ({ name, token, client: await connected(make, token) })),
    ),
  );
  callers.length = 0;
  const replies = await Promise.all(
    open.map(async ({ client, token, name }) => {
      const { tools } = await client.listTools();
      expect(tools.map((tool) => tool.name)).toContain('codeloop_echo');
      return client.callTool({ name: 'codeloop_echo', arguments: { text: `${name} ${token}` } });
    }),
  );
  expect(replies.map(({ structuredContent }) => Reflect.get(Object(structuredContent), 'summary'))).toEqual(
    open.map(({ name, token }) => `said ${name} ${token}`),
  );
  expect(callers.map(({ token }) => token).sort()).toEqual([...Array(4).fill('box'), ...Array(4).fill('laptop')]);
  // Clients of the 2025 era have a session each; it ends with them.
  const sessions = new Set(callers.flatMap(({ connection }) => connection ?? []));
  expect(sessions.size).toBe(open.length - 2 * 2);
  for (const { client } of open) {
    const transport = client.transport;
    if (transport && 'terminateSession' in transport) await (transport as FirstTransport).terminateSession();
    await client.close();
  }
  expect(new Set(ended)).toEqual(sessions);
});

/** A request as any program can make it; answers its status. */
function ask(headers: Record<string, string>, { path = '/mcp', method = 'POST', body = '{}' } = {}): Promise<number> {
  const { hostname, port, host } = new URL(door.url);
  return new Promise((resolve, reject) => {
    const usual = {
      host,
      authorization: `Bearer ${BOX}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const sent = request({ hostname, port, path, method, headers: { ...usual, ...headers } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end(method === 'GET' ? undefined : body);
  });
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'box', version: '1' } },
});

test.each<[string, Record<string, string>, Parameters<typeof ask>[1], number]>([
  ['the opening itself', {}, { body: INITIALIZE }, 200],
  ['no token', { authorization: '' }, { body: INITIALIZE }, 401],
  ['another token', { authorization: `Bearer ${'x'.repeat(24)}` }, { body: INITIALIZE }, 401],
  ['a token that only begins well', { authorization: `Bearer ${BOX}b` }, { body: INITIALIZE }, 401],
  ['the token of another scheme', { authorization: `Basic ${BOX}` }, { body: INITIALIZE }, 401],
  ['a name that leads here', { host: 'rebound.example:80' }, { body: INITIALIZE }, 403],
  ['this host at another port', { host: '127.0.0.1:1' }, { body: INITIALIZE }, 403],
  ['a page from elsewhere', { origin: 'https://example.org' }, { body: INITIALIZE }, 403],
  ['the app under test, on loopback too', { origin: 'http://localhost:3000' }, { body: INITIALIZE }, 403],
  ['a sandboxed page', { origin: 'null' }, { body: INITIALIZE }, 403],
  ['another path', {}, { path: '/', body: INITIALIZE }, 404],
  ['another method', {}, { method: 'PUT' }, 405],
  ['a session that is none', { 'mcp-session-id': 'x' }, { body: INITIALIZE }, 404],
  ['no JSON', {}, { body: '{' }, 400],
  ['JSON that is too deep', {}, { body: '['.repeat(500) }, 400],
  ['a body that is too long', {}, { body: ' '.repeat(10_000_001) }, 413],
  [
    'arguments that are none',
    {},
    { body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":[1]}}' },
    400,
  ],
  ['a call before the opening', {}, { body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' }, 400],
])('%s: the answer’s status', async (_what, headers, options, status) => {
  verifies('http.walls');
  expect(await ask(headers, options)).toBe(status);
});

test('a session is no other token’s', async () => {
  verifies('http.walls');
  const client = await connected(clients['client 2.x, legacy'] as () => AnyClient, BOX);
  const id = (client.transport as { sessionId?: string }).sessionId ?? '';
  expect(id).not.toBe('');
  const list = { body: '{"jsonrpc":"2.0","id":9,"method":"tools/list"}' };
  expect(await ask({ 'mcp-session-id': id }, list)).toBe(200);
  expect(await ask({ 'mcp-session-id': id, authorization: `Bearer ${LAPTOP}` }, list)).toBe(404);
  await client.close();
});

test('tokens come from the environment, long enough, or one is made and told', () => {
  const told: string[] = [];
  expect([...readTokens({}, (line) => told.push(line)).keys()]).toEqual(['local']);
  expect(told).toEqual([expect.stringMatching(/^the token of this run: [\w-]{32}$/)]);
  for (const wrong of ['box', 'box=short', `a b=${BOX}`, `box=${BOX},box=${LAPTOP}`, `box=${BOX} x`])
    expect(() => readTokens({ CODELOOP_HTTP_TOKENS: wrong }, () => undefined)).toThrow(/CODELOOP_HTTP_TOKENS/);
});
