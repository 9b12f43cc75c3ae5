import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { inputSchema } from '../../src/call/tool-schemas.js';
import { byCommand } from '../../src/tools/by-command.js';
import { verifies } from '../requirements.js';
import { FULL } from '../sample.js';
import { BIN, type Running, start } from './programs.js';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-opening-')));
const running: Running[] = [];
afterAll(() => {
  for (const { child } of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The built server in a folder, opened by a client. */
function serving(cwd: string, env: NodeJS.ProcessEnv = {}) {
  const server = start(BIN, ['serve'], { cwd, env });
  running.push(server);
  const ask = (message: object) => void server.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '0' } };
  ask({ id: 1, method: 'initialize', params });
  ask({ method: 'notifications/initialized' });
  ask({ id: 2, method: 'tools/list' });
  return { ...server, ask };
}

const parsed = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Files of code that a process loaded, by its coverage report. */
function loadedIn(coverage: string): string[] {
  const [report = ''] = readdirSync(coverage);
  const { result } = JSON.parse(readFileSync(path.join(coverage, report), 'utf8')) as { result: { url: string }[] };
  return result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []));
}

test('the opening loads a few small files, and none of the library or the tools', async () => {
  verifies('start.modules');
  const coverage = path.join(folder, 'coverage');
  const { child, ended, printed } = serving(folder, { NODE_V8_COVERAGE: coverage });
  await printed('stdout', '"id":2');
  child.stdin.end();
  expect((await ended).code).toBe(0);
  const files = loadedIn(coverage);
  expect(files.filter((file) => !file.startsWith(path.dirname(BIN)))).toEqual([]);
  // How the bundler cuts its chunks moves the number by a few.
  expect(files.length).toBeLessThanOrEqual(20);
  expect(
    files.filter((file) => /\$ZodObjectJIT|JSONRPCMessageSchema|class Dispatcher/.test(readFileSync(file, 'utf8'))),
  ).toEqual([]);
  // The catalogue of errors is the most of it; zod alone would be some 300 kB.
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThanOrEqual(90_000);
});

test('the Stop hook loads what it judges stored evidence by, and no library that it does not ask', async () => {
  verifies('start.hook');
  const coverage = path.join(folder, 'coverage-hook');
  const project = path.join(folder, 'project');
  mkdirSync(path.join(project, '.codeloop'), { recursive: true });
  writeFileSync(
    path.join(project, '.codeloop/config.json'),
    '{ "server": { "static": "." }, "gates": { "threshold": 95 } }',
  );
  const env = { NODE_V8_COVERAGE: coverage, XDG_STATE_HOME: path.join(folder, 'state') };
  const { child, ended } = start(BIN, ['gate', '--hook'], { cwd: project, env });
  child.stdin.end('{"hook_event_name":"Stop","session_id":"one"}');
  expect(JSON.parse((await ended).stdout)).toMatchObject({ decision: 'block' });
  const files = loadedIn(coverage);
  expect(files.filter((file) => !file.startsWith(path.dirname(BIN)))).toEqual([]);
  // How the bundler cuts its chunks moves the number by a few.
  expect(files.length).toBeLessThanOrEqual(70);
  const foreign = /\$ZodObjectJIT|RE2Flags|YAMLParseError|class Dispatcher|JSONRPCMessageSchema/;
  expect(files.filter((file) => foreign.test(readFileSync(file, 'utf8')))).toEqual([]);
  // It was 1,040,000 with zod, YAML and RE2, all of it read as text and most of it run.
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThanOrEqual(315_000);
});

test('a short command loads its own tool and the locks of its log, and no library that is only asked about what is wrong', async () => {
  verifies('start.command');
  const coverage = path.join(folder, 'coverage-runs');
  const env = { NODE_V8_COVERAGE: coverage, XDG_STATE_HOME: path.join(folder, 'state') };
  const { code, stdout } = await start(BIN, ['runs', '--json'], { cwd: path.join(folder, 'project'), env }).ended;
  expect([code, JSON.parse(stdout).runs]).toEqual([0, []]);
  const files = loadedIn(coverage);
  const packages = files.map((file) => /node_modules\/([^/]+)/.exec(file)?.[1]).filter((name) => name !== undefined);
  expect([...new Set(packages)].sort()).toEqual(['graceful-fs', 'proper-lockfile', 'retry', 'signal-exit']);
  expect(files.filter((file) => /\$ZodObjectJIT|YAMLParseError/.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test('the flags of a command are made from what its tool says of its arguments', async () => {
  verifies('start.command');
  const { flags, commands } = JSON.parse(readFileSync(path.join(path.dirname(BIN), 'flags.json'), 'utf8'));
  const tools = await Promise.all(Object.values(byCommand).map((load) => load()));
  // From source nothing is recorded: these are made here.
  expect(Object.fromEntries(tools.map(({ default: tool }) => [tool.name, inputSchema(tool)]))).toEqual(flags);
  // And how a suggested call is said as a line: only what the terminal offers is a command there.
  const said = tools
    .map((tool) => tool.default)
    .filter(({ doors }) => doors.includes('cli'))
    .map(({ name, command: { name: words, positionals } }) => ({ name, command: { name: words, positionals } }));
  expect(JSON.parse(JSON.stringify(said))).toEqual(commands);
});

test('--help is what the command line’s own parser prints', async () => {
  verifies('start.opening');
  const [recorded, own] = await Promise.all(
    [['--help'], ['--no-color', '--help']].map((argv) => start(BIN, argv).ended),
  );
  expect(recorded?.stdout).toContain('codeloop <command> [flags]');
  expect(recorded).toEqual(own);
});

test('with --http the server stays when its first client goes, until it is stopped', async () => {
  verifies('http.clients');
  const token = 't'.repeat(24);
  const { child, ended, printed } = start(BIN, ['serve', '--http', '0'], {
    cwd: folder,
    env: { CODELOOP_HTTP_TOKENS: `box=${token}` },
  });
  child.stdin.end();
  const [, url = ''] = /(http:\S+\/mcp)/.exec(await printed('stderr', 'Bearer')) ?? [];
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '0' } };
  const opening = (authorization: string) =>
    fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
    });
  expect([(await opening(`Bearer ${token}`)).status, (await opening('')).status]).toEqual([200, 401]);
  // The port is taken now: told, not thrown.
  const second = start(BIN, ['serve', '--http', new URL(url).port], { cwd: folder });
  expect(await second.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be had (EADDRINUSE)') });
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, stdout: '' });
});

/** Scenarios of the official suite that need no tools, prompts or resources of the suite's own on the server. */
const SCENARIOS = [
  'server-initialize',
  'ping',
  'tools-list',
  'tools-call-error',
  'server-sse-multiple-streams',
  'prompts-list',
  'resources-list',
  'dns-rebinding-protection',
];

test('the official conformance suite finds nothing', { timeout: 600_000 }, async () => {
  if (!FULL) return;
  verifies('http.clients');
  const server = start(BIN, ['serve', '--http', '0'], {
    cwd: folder,
    env: { CODELOOP_HTTP_TOKENS: `box=${'t'.repeat(24)}` },
  });
  running.push(server);
  const [, url = ''] = /(http:\S+\/mcp)/.exec(await server.printed('stderr', 'Bearer')) ?? [];
  // The suite has no tokens to send: what it says of host and origin goes on as it is, but for the port.
  const proxy = createServer((asked, answer) => {
    const { host, port } = new URL(url);
    const own = String(asked.headers.host?.replace(/:\d+$/, `:${port}`));
    const origin = asked.headers.origin?.replace(String(asked.headers.host), own);
    const sent = request(
      {
        host: host.split(':')[0],
        port,
        path: asked.url,
        method: asked.method,
        headers: {
          ...asked.headers,
          host: own,
          ...(origin ? { origin } : {}),
          authorization: `Bearer ${'t'.repeat(24)}`,
        },
      },
      (back) => {
        answer.writeHead(back.statusCode ?? 500, back.headers).flushHeaders();
        back.pipe(answer);
      },
    );
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const at = proxy.address();
  const address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/mcp`;
  // It wants Node 22, whatever runs here.
  const suite = [
    '-y',
    '-p',
    'node@22',
    '-p',
    '@modelcontextprotocol/conformance@0.1.16',
    'conformance',
    'server',
    '--url',
    address,
  ];
  for (const scenario of SCENARIOS) {
    const { stdout } = await promisify(execFile)('npx', [...suite, '--scenario', scenario], { cwd: folder });
    expect(stdout, scenario).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/);
  }
  proxy.closeAllConnections();
  proxy.close();
  server.child.kill('SIGTERM');
  await server.ended;
});

test('what is recorded is what the server says itself, and a call after it finds everything as it was', async () => {
  verifies('start.opening');
  const governed = path.join(folder, 'codeloop.yaml');
  const recorded = serving(folder);
  const fast = parsed(await recorded.printed('stdout', '"id":2'));
  writeFileSync(governed, 'version: "1"\nhide: [codeloop_replan]\n');
  // The policy came after the list: the call goes by it, and the client is told to look again.
  recorded.ask({ id: 3, method: 'tools/call', params: { name: 'codeloop_replan', arguments: {} } });
  const after = parsed(await recorded.printed('stdout', '"id":3'));
  expect(after.map(({ id, method }) => id ?? method).sort()).toEqual([1, 2, 3, 'notifications/tools/list_changed']);
  expect(after.find(({ id }) => id === 3).result.content[0].text).toContain('POLICY_DENIED');
  recorded.ask({ id: 4, method: 'tools/list' });
  const again = parsed(await recorded.printed('stdout', '"id":4')).find(({ id }) => id === 4);
  const [{ result: opened }, { result: listed }] = fast;
  expect(again.result.tools).toEqual(listed.tools.filter(({ name }: { name: string }) => name !== 'codeloop_replan'));
  // With a policy the server answers from the first.
  writeFileSync(governed, 'version: "1"\ntools: {}\n');
  const slow = serving(folder);
  await slow.printed('stdout', '"id":2');
  expect(parsed(await slow.printed('stdout', '"id":1')).map(({ result }) => result)).toEqual([opened, listed]);
  for (const { child, ended } of [recorded, slow]) {
    child.stdin.end();
    expect((await ended).code).toBe(0);
  }
});
