import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { buildSampleProgram, type Running, start } from './programs.js';

const some = sampled(test, 2);

let program: Awaited<ReturnType<typeof buildSampleProgram>>;
let running: Running[] = [];
beforeAll(async () => {
  program = await buildSampleProgram();
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await program?.remove();
});

interface Message {
  id?: number;
  method?: string;
  result?: { content?: { text: string }[]; structuredContent?: unknown; tools?: { name: string }[] };
}

/** A server over the sample tools that has been opened by a 2025-era client. */
async function serving(argv: string[] = []): Promise<Running & { ask(message: object): void }> {
  const server = start(program.file, ['serve', ...argv], { env: { SAMPLE_STUCK: '1' } });
  running = [...running, server];
  const ask = (message: object) => void server.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '0' } };
  ask({ id: 1, method: 'initialize', params });
  await server.printed('stdout', '"id":1');
  ask({ method: 'notifications/initialized' });
  return { ...server, ask };
}

function messages(stdout: string): Message[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const call = (id: number, name: string, given: unknown, meta: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: given, _meta: meta },
});

describe('the standard output', () => {
  test('holds protocol only, whatever a library prints', async () => {
    verifies('doors.stdout-is-protocol');
    const server = await serving();
    server.ask(call(2, 'codeloop_noisy', {}));
    const stdout = await server.printed('stdout', '"id":2');
    expect(messages(stdout).map(({ id }) => id)).toEqual([1, 2]);
    server.child.stdin.end();
    const { stderr, code } = await server.ended;
    expect(stderr).toContain('noise by console');
    expect(stderr).toContain('noise by write');
    expect(code).toBe(0);
  });

  some('carries our error for arguments that are no object', async () => {
    verifies('doors.errors-are-replies');
    const server = await serving();
    server.ask(call(2, 'codeloop_echo', ['hi']));
    const [, reply] = messages(await server.printed('stdout', '"id":2'));
    expect(JSON.parse(reply?.result?.content?.[0]?.text ?? '')).toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: 'codeloop_echo: arguments must be an object, not ["hi"].',
    });
    server.child.stdin.end();
    await server.ended;
  });

  some('lists only the sets of tools that were asked for', async () => {
    const server = await serving(['--toolsets', 'see']);
    server.ask({ id: 2, method: 'tools/list' });
    const [, reply] = messages(await server.printed('stdout', '"id":2'));
    expect(reply?.result?.tools?.map(({ name }) => name)).toEqual(['codeloop_picture']);
    server.child.stdin.end();
    await server.ended;
  });
});

describe('the server is gone', () => {
  /** Starts a call that never ends by itself and waits until it runs. */
  async function busy(): ReturnType<typeof serving> {
    const server = await serving();
    server.ask(call(2, 'codeloop_wait', { stubborn: true }, { progressToken: 7 }));
    await server.printed('stdout', 'notifications/progress');
    return server;
  }

  test.each<[string, (server: Running) => void]>([
    ['when stdin ends', ({ child }) => void child.stdin.end()],
    ['on SIGTERM', ({ child }) => void child.kill('SIGTERM')],
    ['on SIGINT', ({ child }) => void child.kill('SIGINT')],
    ['on SIGHUP', ({ child }) => void child.kill('SIGHUP')],
  ])('%s, during a call that does not listen, with exit code 0', async (_how, end) => {
    verifies('doors.gone');
    const server = await busy();
    end(server);
    expect(await server.ended).toMatchObject({ code: 0, signal: null });
  });

  some('when nobody reads any more', async () => {
    verifies('doors.gone');
    const server = await serving();
    server.child.stdout.destroy();
    server.ask(call(2, 'codeloop_echo', { text: 'anyone?' }));
    const ended = await server.ended;
    expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null });
  });

  some('before it was ever spoken to', async () => {
    verifies('doors.gone');
    const server = start(program.file, ['serve']);
    server.child.stdin.end();
    expect(await server.ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

test('a cancelled call is not answered, and the next one is', async () => {
  verifies('doors.cancel');
  const server = await serving();
  server.ask(call(2, 'codeloop_wait', {}, { progressToken: 7 }));
  await server.printed('stdout', 'notifications/progress');
  server.ask({ method: 'notifications/cancelled', params: { requestId: 2, reason: 'test' } });
  server.ask(call(3, 'codeloop_echo', { text: 'still here' }));
  const stdout = await server.printed('stdout', '"id":3');
  expect(messages(stdout).flatMap(({ id }) => id ?? [])).toEqual([1, 3]);
  server.child.stdin.end();
  await server.ended;
});
