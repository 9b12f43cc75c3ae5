import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { showAudit } from '../../src/call/policy/audit-reading.js';
import { Session } from '../../src/live/session.js';
import { Run } from '../../src/store/run.js';
import runFilesTool from '../../src/tools/run-files.js';
import { verifies } from '../requirements.js';
import { codeState, temporaryFolder } from '../store/samples.js';
import { type AnyClient, clients, connect } from './connect.js';

const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);

let dir: string;
let run: Run;
let client: AnyClient;
beforeEach(async () => {
  dir = temporaryFolder();
  vi.stubEnv('XDG_STATE_HOME', temporaryFolder());
  mkdirSync(path.join(dir, '.codeloop'));
  writeFileSync(path.join(dir, '.codeloop/config.json'), '{}');
  run = await Run.create(dir, { tool: 'codeloop_verify', codeState: codeState() });
  await run.put({ kind: 'screenshot', name: 'home.mobile.png', data: PICTURE });
  await run.put({ kind: 'dom', name: 'home.mobile.dom.json', data: '{}' });
  await run.put({ kind: 'log', name: 'app.log', data: 'ready\n' });
  await run.end();
  const dispatcher = new Dispatcher([runFilesTool], new Session());
  client = (clients['client 2.x, legacy'] as () => AnyClient)();
  await connect(client, { dispatcher: async () => dispatcher, givenRoots: [dir], cwd: dir });
});
afterEach(async () => {
  await client.close();
  vi.unstubAllEnvs();
});

const uri = (file: string, id = run.id) => `codeloop://runs/${id}/${file}`;
const read = async (address: string) => (await client.readResource({ uri: address })).contents;

test('the newest run is listed, newest first, and each file is read as text or bytes', async () => {
  verifies('mcp.resources');
  const { resources } = await client.listResources();
  expect(resources.map(({ uri: address, mimeType, size }) => [address, mimeType, size])).toEqual([
    [uri('logs/app.log'), 'text/plain', 6],
    [uri('screenshots/home.mobile.png'), 'image/png', PICTURE.length],
  ]);
  expect(await read(uri('logs/app.log'))).toEqual([
    { uri: uri('logs/app.log'), mimeType: 'text/plain', text: 'ready\n' },
  ]);
  expect(await read(uri('screenshots/home.mobile.png'))).toMatchObject([{ blob: PICTURE.toString('base64') }]);
  expect(await read(uri('screenshots/home.mobile.dom.json'))).toMatchObject([{ text: '{}' }]);
  expect((await client.listResourceTemplates()).resourceTemplates[0]?.uriTemplate).toBe(
    'codeloop://runs/{run_id}/{+path}',
  );
  expect(showAudit(dir, { limit: 9 }).map((line) => ('tool' in line ? line.tool : line.kind))).toEqual(
    Array(4).fill('codeloop_run_files'),
  );
});

test('what was changed, lies elsewhere, or is denied is refused', async () => {
  verifies('mcp.resources');
  writeFileSync(path.join(dir, 'artifacts/runs', run.id, 'logs/app.log'), 'tidied\n');
  await expect(read(uri('logs/app.log'))).rejects.toThrow(/was changed/);
  for (const wrong of [
    uri('../../../.codeloop/config.json'),
    uri('..%2F..%2F..%2F.codeloop%2Fconfig.json'),
    uri('run.json'),
    uri('logs/%E0%A4%A'),
    uri('logs/app.log', '20260101-000000-aaaa'),
    uri('logs/app.log', '..'),
    'file:///etc/passwd',
    'codeloop://runs/',
  ])
    await expect(read(wrong), wrong).rejects.toThrow();
  writeFileSync(
    path.join(dir, 'codeloop.yaml'),
    'version: "1"\ntools: { codeloop_run_files: { rules: [{ action: deny }] } }\n',
  );
  expect((await client.listResources()).resources).toEqual([]);
  await expect(read(uri('screenshots/home.mobile.png'))).rejects.toThrow(/policy refuses/);
});
