import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { allFiles, KEY, shopFrame } from '../design/figma/figma-fixture.js';
import { EXPIRED, FigmaServer, refuse, TOKEN } from '../design/figma/figma-server.js';
import { verifies } from '../requirements.js';
import { openMcp } from './policy-doors.js';
import { BIN, run } from './programs.js';
import { runWarm } from './warm-program.js';

const PAGE = (button: string) => `<!doctype html><html lang="en"><title>Lamps</title>
<meta name="viewport" content="width=device-width"><style>
*{margin:0}body{background:#fff;font:16px/24px "Open Sans",sans-serif;height:200px;position:relative}
h1,p,button{position:absolute;left:20px}h1{top:20px;font-size:32px;line-height:24px}p{top:72px}
button{top:120px;width:80px;height:32px;border:0;border-radius:4px;background:${button};color:#fff;font:inherit}</style>
<h1>Lamps</h1><p>One lamp is on.</p><button>Buy</button></html>`;
const RIGHT = PAGE('#0645ad');

let dir: string;
let figma: FigmaServer;
const said: string[] = [];

/** A command on the project; what it prints is kept, to be searched for tokens. */
async function codeloop(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const ended = await runWarm(argv, { cwd: dir, env: { FIGMA_API_BASE: figma.base, FIGMA_API_TOKEN: TOKEN, ...env } });
  said.push(ended.stdout, ended.stderr);
  return { code: ended.code, json: ended.stdout.startsWith('{') ? JSON.parse(ended.stdout) : ended.stdout };
}

const show = (html: string) => writeFile(path.join(dir, 'index.html'), html);

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'codeloop-figma-e2e-'));
  figma = await new FigmaServer({
    ...{ key: KEY, name: 'Shop', version: '100', nodes: [shopFrame('1:10', 'phone/home')] },
    ...{ styles: {}, variables: {}, pictures: new Map() },
  }).start();
  await show(RIGHT);
  await codeloop(['init', '--json']);
  const file = path.join(dir, '.codeloop/config.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...config, viewports: { phone: { width: 320, height: 200 } } }));
  // What the designer drew is what the page shows now.
  const { json } = await codeloop(['capture', 'home', '--json']);
  figma.file.pictures.set('1:10', await readFile(path.join(dir, json.cells[0].path)));
  await writeFile(
    path.join(dir, '.codeloop/figma.json'),
    JSON.stringify({ file_key: KEY, frames: { home: { phone: '1-10' } } }),
  );
});
afterEach(() => show(RIGHT));
afterAll(async () => {
  await figma?.stop();
  await rm(dir, { recursive: true, force: true });
});

test('from init to the gate: frames are references, and a deviation names element, property and layer', async () => {
  verifies('figma.references', 'figma.layers', 'figma.code-state', 'figma.cache-first');
  const good = await codeloop(['verify', '--json']);
  expect([good.code, good.json.gate.recommendation]).toEqual([0, 'ready_for_review']);
  expect(good.json.evidence_summary).toMatchObject({ pairs: 1, min_score: 1 });
  expect(await codeloop(['gate', '--json'])).toMatchObject({ code: 0, json: { passed: true } });
  expect(figma.paths().filter((one) => one === 'picture')).toHaveLength(1);

  await show(PAGE('#14783c'));
  const bad = await codeloop(['verify', '--json']);
  expect(bad.code).toBe(1);
  const compared = await codeloop(['design-compare', '--json']);
  expect(compared.json.figma).toMatchObject({ file_key: KEY, version: '100', confirmed: true });
  expect(compared.json.pairs[0].figma.deviations).toMatchObject([
    {
      layer: { name: 'Btn/Primary' },
      element: { role: 'button', name: 'Buy' },
      properties: [{ property: 'background-color', expected: '#0645ad', actual: '#14783c' }],
    },
  ]);
  expect(compared.json.pairs[0].regions[0].properties[0]).toMatchObject({
    property: 'background-color',
    source: 'design',
  });
  // All of that asked for nothing but the version.
  expect([...new Set(figma.paths())]).toEqual([`/v1/files/${KEY}/meta`]);
});

test('a design that changes makes older evidence stale', async () => {
  verifies('figma.code-state');
  await codeloop(['verify', '--quiet']);
  figma.file.version = '101';
  expect((await codeloop(['verify', '--json'])).code).toBe(0);
  const [, older] = (await codeloop(['runs', '--json'])).json.runs;
  const { json } = await codeloop(['gate', '--run-id', older.run_id, '--json']);
  expect(json.passed).toBe(false);
  expect(JSON.stringify(json.failing_gates)).toContain('designs changed after the evidence was made');
});

test('design tokens and a specification are written from the frames, and over nothing that a person wrote', async () => {
  verifies('spec.tokens', 'spec.walls');
  const { code, json } = await codeloop(['generate-spec', '--frames', 'phone/home', '--json']);
  expect([code, json.source, json.screens]).toEqual([
    0,
    `Figma file ${KEY}, version 101`,
    [{ screen: 'home', viewport: 'phone' }],
  ]);
  const tokens = JSON.parse(await readFile(path.join(dir, 'artifacts/design-spec.tokens.json'), 'utf8'));
  expect(tokens.color['0645ad']).toMatchObject({ $type: 'color', $value: { colorSpace: 'srgb', hex: '#0645ad' } });
  expect((await codeloop(['generate-spec', '--json'])).code).toBe(0);
  await writeFile(path.join(dir, 'notes.md'), '# Mine');
  for (const output of ['notes', '../out', 'artifacts/design-spec.md/x'])
    expect([output, (await codeloop(['generate-spec', '--output', output, '--json'])).code]).not.toEqual([output, 0]);
  expect(await readFile(path.join(dir, 'notes.md'), 'utf8')).toBe('# Mine');
  expect(await codeloop(['generate-spec', '--frames', 'phone/nothing', '--json'])).toMatchObject({ code: 2 });
});

test('at a limit and without a network the cached frames are used, and every pair says so', async () => {
  verifies('figma.offline');
  const limit = (response: ServerResponse) => refuse(response, 429, 'Rate limit exceeded', { 'retry-after': '3600' });
  const compare = (env?: NodeJS.ProcessEnv) => codeloop(['design-compare', '--json'], env);
  figma.play(/^api:/, limit);
  expect((await codeloop(['verify', '--json'])).code).toBe(0);
  figma.play(/^api:/, limit);
  expect((await compare()).json.pairs[0].note).toContain('(rate limit): frames of version 101, fetched ');
  const offline = await compare({ FIGMA_API_BASE: 'http://127.0.0.1:9' });
  expect(offline).toMatchObject({ code: 0, json: { figma: { version: '101', confirmed: false } } });
  expect(offline.json.pairs[0].note).toContain('frames of version 101, fetched ');
});

test('an expired token, a frame that is gone, a limit and no network are errors that say what to do', async () => {
  verifies('figma.errors');
  const verify = (env?: NodeJS.ProcessEnv) => codeloop(['verify', '--json'], env);
  // By the built program, so that what a process prints is searched for the token, too.
  const env = { FIGMA_API_BASE: figma.base, FIGMA_API_TOKEN: EXPIRED };
  const expired = await run(BIN, ['verify', '--json'], { cwd: dir, env });
  said.push(expired.stdout, expired.stderr);
  expect([expired.code, JSON.parse(expired.stdout).code]).toEqual([2, 'FIGMA_UNAUTHORIZED']);
  figma.file.nodes = [shopFrame('2:20', 'phone/home')];
  figma.file.version = '102';
  expect(await verify()).toMatchObject({
    code: 2,
    json: { code: 'FIGMA_FRAME_NOT_FOUND', message: expect.stringContaining('nearest: phone/home (2:20)') },
  });
  await rm(path.join(dir, '.codeloop/cache'), { recursive: true });
  figma.play(/^api:/, (response) => refuse(response, 429, 'Rate limit exceeded', { 'retry-after': '3600' }));
  const limited = { code: 3, json: { code: 'FIGMA_RATE_LIMITED', retry_after_ms: 3_600_000 } };
  expect(await verify()).toMatchObject(limited);
  const unplugged = await verify({ FIGMA_API_BASE: 'http://127.0.0.1:9' });
  expect(unplugged).toMatchObject({ code: 3, json: { code: 'FIGMA_UNAVAILABLE' } });
});

test('an address as an argument is asked with the token of the call, and counts for no gate', async () => {
  verifies('figma.token', 'figma.by-name');
  await rm(path.join(dir, '.codeloop/figma.json'));
  figma.file.pictures.set('2:20', figma.file.pictures.get('1:10') ?? Buffer.alloc(0));
  const door = await openMcp(dir, { FIGMA_API_BASE: figma.base, XDG_STATE_HOME: path.join(dir, 'state') });
  const address = `https://www.figma.com/design/${KEY}/Shop`;
  const reply = await door.call('codeloop_design_compare', { figma_file_url: address, figma_token: TOKEN });
  await door.close();
  expect(reply).toMatchObject({
    status: 'pass',
    pairs: [{ screen: 'home', viewport: 'phone', ad_hoc: true, score: 1 }],
  });
  said.push(JSON.stringify(reply));
});

test('no token is anywhere: not in a file of the project, nor in what was printed or answered', async () => {
  verifies('figma.token');
  const files = await allFiles(dir);
  expect([...files.keys()]).toContain('.codeloop/audit.jsonl');
  for (const secret of [TOKEN, EXPIRED, Buffer.from(TOKEN).toString('base64')]) {
    for (const [file, data] of files) expect([file, data.includes(secret)]).toEqual([file, false]);
    expect(said.join('\n')).not.toContain(secret);
  }
});
