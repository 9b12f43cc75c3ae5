import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { alive, descendants, type FixtureProject, makeFixtureProject } from './fixture-project.js';
import { BIN, type Running, start } from './programs.js';

let project: FixtureProject;
let asked: () => void = () => undefined;
// A page that is asked for and never comes.
const silent = createServer(() => asked());
beforeAll(async () => {
  project = await makeFixtureProject();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await project?.remove();
});

/** A server in the middle of photographing a page that never answers, and the processes it has started. */
async function photographing(): Promise<{ server: Running; started: number[] }> {
  const request = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const server = start(BIN, ['serve'], { cwd: project.dir });
  const say = (message: object) => server.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  say({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '0' } },
  });
  say({ method: 'notifications/initialized' });
  const given = { screen_name: 'slow', url: `http://127.0.0.1:${port}/` };
  say({ id: 2, method: 'tools/call', params: { name: 'codeloop_capture_screenshot', arguments: given } });
  await Promise.race([request, server.ended]);
  return { server, started: await descendants(server.child.pid ?? 0) };
}

describe('a server that is photographing', () => {
  // Without a browser each way is tested every time (serve-process.test.ts).
  const ways: [string, (server: Running) => void][] = [
    ['when stdin ends', ({ child }) => void child.stdin.end()],
    ['on SIGTERM', ({ child }) => void child.kill('SIGTERM')],
  ];
  test.each(sampleOf(ways))('is gone %s, and its browser with it', async (_how, end) => {
    verifies('doors.gone');
    const { server, started } = await photographing();
    expect(started).not.toEqual([]);
    end(server);
    const { code, signal, stdout } = await server.ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    await expect.poll(() => alive(started), { timeout: 60_000 }).toEqual([]);
  });
});
