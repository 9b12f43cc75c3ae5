import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { Session } from '../../src/live/session.js';
import { INSTRUCTIONS, malformedArgumentsOf, type ServerParts } from '../../src/server/mcp-server.js';
import { verifies } from '../requirements.js';
import { sampleTools } from '../tools/sample-tools.js';
import { type AnyClient, clients, connect } from './connect.js';

let open: AnyClient[] = [];
afterEach(async () => {
  await Promise.all(open.map((client) => client.close()));
  open = [];
});

async function connected(make: () => AnyClient, parts: Partial<ServerParts> = {}): Promise<AnyClient> {
  const client = make();
  open.push(client);
  await connect(client, parts);
  return client;
}

/** The JSON of a reply's first block. */
function jsonOf(reply: object): Record<string, unknown> {
  // What a client hands out is untyped on the way; a wrong shape fails the comparison.
  const [first] = (reply as { content: { type: string; text: string }[] }).content;
  expect(first?.type).toBe('text');
  return JSON.parse(first?.text ?? '');
}

describe.each(Object.entries(clients))('%s', (_name, make) => {
  test('is told what the server is for, and lists the tools of its door', async () => {
    verifies('doors.both-eras');
    const client = await connected(make);
    expect(client.getServerVersion()).toMatchObject({ name: 'codeloop', version: '9.9.9' });
    expect(client.getInstructions()).toBe(INSTRUCTIONS);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'codeloop_echo',
      'codeloop_picture',
      'codeloop_wait',
      'codeloop_failing',
      'codeloop_huge',
      'codeloop_noisy',
    ]);
  });

  test('gets a result twice, equal', async () => {
    verifies('doors.both-eras', 'doors.travel');
    const client = await connected(make);
    await client.listTools();
    const reply = await client.callTool({ name: 'codeloop_echo', arguments: { text: 'hi' } });
    expect(reply.isError ?? false).toBe(false);
    expect(reply.structuredContent).toMatchObject({ summary: 'said hi', caller: { door: 'mcp', roots: ['/cwd'] } });
    expect(jsonOf(reply)).toEqual(reply.structuredContent);
  });

  test('costs one look at the dispatcher a request, with or without a list shown before', async () => {
    const dispatcher = new Dispatcher(sampleTools, new Session());
    let looks = 0;
    const client = await connected(make, {
      dispatcher: async () => {
        looks += 1;
        return dispatcher;
      },
    });
    const call = () => client.callTool({ name: 'codeloop_echo', arguments: { text: 'hi' } });
    const after: number[] = [];
    for (const request of [call, () => client.listTools(), call, call]) {
      const before = looks;
      await request();
      after.push(looks - before);
    }
    expect(after).toEqual([1, 1, 1, 1]);
  });

  test('gets pictures after the JSON and nothing structured', async () => {
    verifies('doors.travel');
    const client = await connected(make);
    const reply = await client.callTool({ name: 'codeloop_picture', arguments: { count: 2 } });
    expect(reply).not.toHaveProperty('structuredContent');
    expect((reply.content as { type: string }[]).map(({ type }) => type)).toEqual([
      'text',
      'text',
      'image',
      'text',
      'image',
    ]);
  });

  test.each([
    ['codeloop_echo', { text: 'a', louder: true }, 'ARGUMENTS_INVALID'],
    ['codeloop_echo', {}, 'ARGUMENTS_INVALID'],
    ['codeloop_nothing', {}, 'TOOL_NOT_FOUND'],
    ['codeloop_accept', {}, 'TOOL_NOT_FOUND'],
    ['codeloop_failing', { how: 'unknown' }, 'INTERNAL'],
    ['codeloop_huge', { fields: 1000 }, 'REPLY_TOO_LARGE'],
  ])('gets an error of %s %o as a reply', async (name, given, code) => {
    verifies('doors.errors-are-replies', 'doors.travel');
    const client = await connected(make);
    await client.listTools();
    const reply = await client.callTool({ name, arguments: given });
    expect(reply.isError).toBe(true);
    expect(reply).not.toHaveProperty('structuredContent');
    expect(reply._meta).toMatchObject({ 'codeloop/error': code });
    expect(jsonOf(reply)).toMatchObject({ code, message: expect.any(String), fix: expect.any(String) });
  });

  test('says who it is', async () => {
    const client = await connected(make);
    const { structuredContent } = await client.callTool({ name: 'codeloop_echo', arguments: { text: 'who' } });
    const version = client instanceof FirstClient ? '1.0.0' : '2.0.0';
    expect(structuredContent).toMatchObject({
      caller: { client: { name: client instanceof FirstClient ? 'first' : 'modern', version } },
    });
  });

  test('gets progress when it asks', async () => {
    verifies('doors.progress', 'doors.cancel');
    const client = await connected(make);
    const stop = new AbortController();
    const first = new Promise<unknown>((resolve) => {
      const call = client.callTool(
        { name: 'codeloop_wait', arguments: {} },
        ...([...(client instanceof FirstClient ? [undefined] : []), { signal: stop.signal, onprogress: resolve }] as [
          never,
        ]),
      );
      call.catch(() => undefined);
    });
    expect(await first).toMatchObject({ progress: 1, total: 3, message: 'waiting' });
    stop.abort();
  });
});

describe('roots', () => {
  test('are asked in order: given ones, the client’s, the working directory; and again when they change', async () => {
    verifies('doors.roots');
    const client = new FirstClient(
      { name: 'rooted', version: '1' },
      { capabilities: { roots: { listChanged: true } } },
    );
    let roots = ['file:///projects/one', 'file:///projects/two%20words'];
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((uri) => ({ uri })) }));
    await connected(() => client, { givenRoots: ['/flag', '/env'] });
    const asked = async () => {
      const { structuredContent } = await client.callTool({ name: 'codeloop_echo', arguments: { text: 'where' } });
      return (structuredContent as { caller: { roots: string[] } }).caller.roots;
    };
    expect(await asked()).toEqual(['/flag', '/env', '/projects/one', '/projects/two words', '/cwd']);
    roots = ['file:///elsewhere'];
    await client.sendRootsListChanged();
    expect(await asked()).toEqual(['/flag', '/env', '/elsewhere', '/cwd']);
  });

  test('of a client that fails to tell them are left out', async () => {
    const client = new FirstClient({ name: 'rooted', version: '1' }, { capabilities: { roots: {} } });
    client.setRequestHandler(ListRootsRequestSchema, () => {
      throw new Error('no');
    });
    const lines: string[] = [];
    await connected(() => client, { log: (line) => void lines.push(line) });
    const { structuredContent } = await client.callTool({ name: 'codeloop_echo', arguments: { text: 'where' } });
    expect(structuredContent).toMatchObject({ caller: { roots: ['/cwd'] } });
    expect(lines).toEqual([expect.stringContaining('the client did not tell its roots')]);
  });
});

describe('the end of the server', () => {
  test('cancels what runs', async () => {
    verifies('doors.cancel');
    const stopping = new AbortController();
    const client = await connected(() => new FirstClient({ name: 'c', version: '1' }), { stopping: stopping.signal });
    const reply = client.callTool({ name: 'codeloop_wait', arguments: {} }, undefined, {
      onprogress: () => stopping.abort(),
    });
    expect((await reply)._meta).toMatchObject({ 'codeloop/error': 'CANCELLED' });
  });
});

describe('arguments that are no object', () => {
  test.each([
    [[1], { given: [1] }],
    ['text', { given: 'text' }],
    [null, { given: null }],
    [{}, null],
    [undefined, null],
  ])('%o', (given, expected) => {
    verifies('doors.errors-are-replies');
    expect(malformedArgumentsOf({ method: 'tools/call', params: { name: 'x', arguments: given } })).toEqual(expected);
  });

  test('of other methods are not ours', () => {
    expect(malformedArgumentsOf({ method: 'prompts/get', params: { arguments: 'x' } })).toBeNull();
    expect(malformedArgumentsOf({ method: 'tools/call' })).toBeNull();
  });
});
