import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { type Handover, Opening, ROOTS_ID } from '../../src/server/opening.js';
import { verifies } from '../requirements.js';
import { temporaryFolder } from '../store/samples.js';

const recorded = {
  version: '1',
  latest: '2025-11-25',
  help: 'help',
  initialize: { '2025-11-25': { protocolVersion: '2025-11-25' }, '2025-06-18': { protocolVersion: '2025-06-18' } },
  tools: [
    { toolset: 'core', entry: { name: 'a' } },
    { toolset: 'see', entry: { name: 'b' } },
  ],
};

/** An opening in a folder, what it says, and how it hands over. */
function opening({ roots = [temporaryFolder()], toolsets }: { roots?: string[]; toolsets?: string[] } = {}) {
  const said: unknown[] = [];
  const handed: Handover[] = [];
  const one = new Opening({
    recorded,
    roots,
    toolsets,
    say: (message) => said.push(message),
    handOver: (state) => handed.push(state),
  });
  return { said, handed, take: (message: object) => one.take(JSON.stringify({ jsonrpc: '2.0', ...message })) };
}

const initialize = (protocolVersion: string, capabilities: object = {}) => ({
  id: 'i',
  method: 'initialize',
  params: { protocolVersion, capabilities, clientInfo: { name: 'c', version: '1' } },
});
const INITIALIZED = { method: 'notifications/initialized' };
const LIST = { id: 2, method: 'tools/list' };
const CALL = { id: 3, method: 'tools/call', params: { name: 'a' } };
const reply = (id: string | number, result: object) => ({ jsonrpc: '2.0', id, result });
const line = (message: object) => JSON.stringify({ jsonrpc: '2.0', ...message });

test('the usual opening is answered from the record, and the first call hands over all that the server has to see', () => {
  verifies('start.opening');
  const { said, handed, take } = opening();
  for (const message of [initialize('2025-06-18'), INITIALIZED, { id: 1, method: 'ping' }, LIST]) take(message);
  expect(said).toEqual([
    reply('i', { protocolVersion: '2025-06-18' }),
    reply(1, {}),
    reply(2, { tools: [{ name: 'a' }, { name: 'b' }] }),
  ]);
  expect(handed).toEqual([]);
  take(CALL);
  expect(handed).toEqual([
    { lines: [initialize('2025-06-18'), INITIALIZED, CALL].map(line), answered: ['i'], shown: 'a b' },
  ]);
  expect(take(LIST)).toBe(false);
  expect(said).toHaveLength(3);
});

test('sets of tools are kept, and a version that nobody knows gets the newest', () => {
  const { said, take } = opening({ toolsets: ['see'] });
  for (const message of [initialize('1999-01-01'), LIST]) take(message);
  expect(said).toEqual([reply('i', { protocolVersion: '2025-11-25' }), reply(2, { tools: [{ name: 'b' }] })]);
});

test.each<[string, object[]]>([
  ['a call at once', [CALL]],
  ['a question of the newer protocol', [{ id: 1, method: 'server/discover', params: {} }]],
  [
    'an initialize without a client',
    [{ ...initialize('2025-11-25'), params: { protocolVersion: '2025-11-25', capabilities: {} } }],
  ],
  ['an initialize as a notification', [{ ...initialize('2025-11-25'), id: undefined }]],
  ['another JSON-RPC', [{ ...initialize('2025-11-25'), jsonrpc: '1.0' }]],
  ['a list before the opening', [LIST]],
  ['a second initialize', [initialize('2025-11-25'), { ...initialize('2025-11-25'), id: 'again' }]],
  ['a question for prompts', [initialize('2025-11-25'), { id: 5, method: 'prompts/list' }]],
  [
    'a notification that the server has to hear',
    [initialize('2025-11-25'), { method: 'notifications/roots/list_changed' }],
  ],
])('%s goes to the server, with everything before it', (_what, messages) => {
  verifies('start.opening');
  const { handed, take } = opening();
  for (const message of messages) take(message);
  expect(handed).toHaveLength(1);
  expect(handed[0]?.lines).toEqual(messages.map(line));
});

test.each(['codeloop.yaml', '.codeloop/policy.yaml'])('a list that %s might shorten goes to the server', (file) => {
  verifies('start.opening');
  const top = temporaryFolder();
  const inner = path.join(top, 'a/b');
  mkdirSync(inner, { recursive: true });
  mkdirSync(path.join(top, '.codeloop'));
  writeFileSync(path.join(top, file), 'version: "1"\n');
  for (const roots of [[inner], [temporaryFolder(), top], [path.join(top, 'gone')]]) {
    const { said, handed, take } = opening({ roots });
    for (const message of [initialize('2025-11-25'), LIST]) take(message);
    expect([said.length, handed.length]).toEqual([1, 1]);
  }
});

test('a client that has roots is asked for them before its list is answered, and their policies hold', () => {
  verifies('start.opening');
  const [plain, governed] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(path.join(governed, 'codeloop.yaml'), 'version: "1"\n');
  const roots = (...folders: string[]) => ({
    id: ROOTS_ID,
    result: { roots: folders.map((folder) => ({ uri: pathToFileURL(folder).href })) },
  });
  const asked = opening();
  for (const message of [initialize('2025-11-25', { roots: {} }), INITIALIZED, LIST]) asked.take(message);
  expect(asked.said.slice(1)).toEqual([{ jsonrpc: '2.0', id: ROOTS_ID, method: 'roots/list' }]);
  asked.take(roots(plain));
  expect(asked.said.at(-1)).toEqual(reply(2, { tools: [{ name: 'a' }, { name: 'b' }] }));
  expect(asked.handed).toEqual([]);
  const under = opening();
  for (const message of [initialize('2025-11-25', { roots: {} }), INITIALIZED, LIST, roots(plain, governed)])
    under.take(message);
  expect(under.handed).toEqual([
    { lines: [initialize('2025-11-25', { roots: {} }), INITIALIZED, LIST].map(line), answered: ['i'] },
  ]);
  // What comes while the client is silent is not kept waiting.
  const silent = opening();
  for (const message of [initialize('2025-11-25', { roots: {} }), INITIALIZED, LIST, CALL]) silent.take(message);
  expect(silent.handed[0]?.lines.slice(-2)).toEqual([LIST, CALL].map(line));
});
