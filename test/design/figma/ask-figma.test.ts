import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse-settings.js';
import { cachedFigma } from '../../../src/design/figma/ask-figma.js';
import { verifies } from '../../requirements.js';
import { allFiles, figmaSetting, KEY, shopFrame } from './figma-fixture.js';
import { EXPIRED, refuse, TOKEN, type Trick } from './figma-server.js';

const BY_ID = { file_key: KEY, frames: { home: { phone: '1-10' } } };
const FOLDER = `.codeloop/cache/figma/${KEY}`;
const META = `/v1/files/${KEY}/meta`;

test('a frame becomes a reference, and the next time only the version is asked for', async () => {
  verifies('figma.references', 'figma.cache-first');
  const { ask, server, dir } = await figmaSetting(BY_ID);
  const { references, unmatched, source } = await ask();
  expect(references).toMatchObject([
    {
      screen: 'home',
      viewport: 'phone',
      path: `${FOLDER}/100/1-10@1x.png`,
      file: path.join(dir, `${FOLDER}/100/1-10@1x.png`),
      size: { width: 320, height: 200 },
      scale: 1,
      figma: { name: 'phone/home', nodeId: '1:10' },
    },
  ]);
  expect(unmatched).toEqual([]);
  expect(source).toEqual({ file_key: KEY, version: '100', fetched_at: '2026-11-22T12:00:00.000Z', confirmed: true });
  expect(server.paths()).toEqual([META, `/v1/files/${KEY}/nodes`, `/v1/images/${KEY}`, 'picture']);
  await ask();
  expect(server.paths()).toEqual([META]);
});

test('another version is fetched anew, and the older one stays for a while', async () => {
  verifies('figma.cache-first');
  const { ask, server, dir, clock } = await figmaSetting(BY_ID);
  for (const version of ['100', '101', '102', '103', '104', '105']) {
    server.file.version = version;
    clock.time += 1000;
    await ask();
  }
  const versions = new Set([...(await allFiles(path.join(dir, FOLDER))).keys()].map((file) => file.split('/')[0]));
  expect([...versions].sort()).toEqual(['102', '103', '104', '105', 'current.json']);
});

test('frames are found by their names on pages and in sections, compared as slugs', async () => {
  verifies('figma.by-name');
  const section = {
    id: '9:1',
    name: 'Desk',
    type: 'SECTION',
    absoluteBoundingBox: null,
    children: [shopFrame('1:12', 'wide/Check-Out')],
  };
  const nodes = [
    shopFrame('1:10', 'Phone / Home'),
    shopFrame('1:11', 'phone/chekout'),
    section,
    shopFrame('1:13', 'Notes'),
  ];
  const config = {
    screens: ['home', 'Check out'].map((name) => ({ name, path: '/' })),
    viewports: { phone: { width: 320, height: 200 }, wide: { width: 320, height: 200, device_scale_factor: 2 } },
  };
  const { ask, server } = await figmaSetting(undefined, config, nodes);
  const { references, unmatched } = await ask({ url: `https://www.figma.com/design/${KEY}/Shop?node-id=0-1` });
  expect(references.map(({ screen, viewport, scale, size }) => [screen, viewport, scale, size])).toEqual([
    ['home', 'phone', 1, { width: 320, height: 200 }],
    ['Check out', 'wide', 2, { width: 640, height: 400 }],
  ]);
  expect(unmatched).toEqual([
    { path: `figma:${KEY}/phone/chekout`, reason: 'there is no screen "chekout"', nearest: 'Check out' },
  ]);
  expect(server.paths().filter((one) => one.startsWith('/v1/images'))).toHaveLength(2);
});

test('two frames of one cell are refused', async () => {
  verifies('figma.by-name');
  const { ask } = await figmaSetting({ file_key: KEY }, {}, [
    shopFrame('1:10', 'phone/home'),
    shopFrame('1:11', 'Phone/Home'),
  ]);
  await expect(ask()).rejects.toMatchObject({
    code: 'REFERENCE_AMBIGUOUS',
    message: expect.stringContaining('frame 1:11'),
  });
});

test('many frames go into few calls', async () => {
  verifies('figma.batched');
  const names = Array.from({ length: 45 }, (_, at) => `s${at}`);
  const nodes = names.map((name, at) => shopFrame(`2:${at}`, `phone/${name}`));
  const { ask, server } = await figmaSetting(
    { file_key: KEY },
    { screens: names.map((name) => ({ name, path: '/' })) },
    nodes,
  );
  expect((await ask()).references).toHaveLength(45);
  const paths = server.paths();
  expect([...new Set(paths)].map((one) => [one, paths.filter((other) => other === one).length])).toEqual([
    [META, 1],
    [`/v1/files/${KEY}`, 1],
    [`/v1/files/${KEY}/nodes`, 3],
    [`/v1/images/${KEY}`, 3],
    ['picture', 45],
  ]);
});

test('an export that is too large at once is asked for in halves', async () => {
  verifies('figma.batched');
  const nodes = ['a', 'b', 'c', 'd'].map((name, at) => shopFrame(`2:${at}`, `phone/${name}`));
  const screens = ['a', 'b', 'c', 'd'].map((name) => ({ name, path: '/' }));
  const { ask, server } = await figmaSetting({ file_key: KEY }, { screens }, nodes);
  server.play(/^api:\/v1\/images/, (response) =>
    refuse(response, 400, 'Render timeout, try requesting fewer or smaller images'),
  );
  expect((await ask()).references).toHaveLength(4);
  expect(server.seen.filter((one) => one.path.startsWith('/v1/images')).map((one) => one.query.get('ids'))).toEqual([
    '2:0,2:1,2:2,2:3',
    '2:0,2:1',
    '2:2,2:3',
  ]);
});

test.each<[string, (folder: string) => Promise<void>]>([
  [
    'a cut picture',
    async (folder) => writeFile(`${folder}/1-10@1x.png`, (await readFile(`${folder}/1-10@1x.png`)).subarray(0, 60)),
  ],
  ['layers that are gone', async (folder) => rm(`${folder}/1-10.layers.json`)],
  ['an index that is no JSON', async (folder) => writeFile(`${folder}/index.json`, '{"schema')],
])('%s in the cache is noticed and fetched again', async (_, damage) => {
  verifies('figma.broken-cache');
  const { ask, server, dir } = await figmaSetting(BY_ID);
  const [before] = (await ask()).references;
  const picture = await readFile(before?.file ?? '');
  await damage(path.join(dir, FOLDER, '100'));
  server.paths();
  const { references } = await ask();
  expect(references).toEqual([before]);
  expect(await readFile(before?.file ?? '')).toEqual(picture);
  expect(server.paths()).toContain('picture');
});

const limited: Trick = (response) =>
  refuse(response, 429, 'Rate limit exceeded', { 'retry-after': '86400', 'x-figma-rate-limit-type': 'low' });
const dead: Trick = (response) => response.destroy();

test.each<[string, Trick, object]>([
  ['a limit', limited, { code: 'FIGMA_RATE_LIMITED', retry_after_ms: 86_400_000 }],
  ['no network', dead, { code: 'FIGMA_UNAVAILABLE' }],
  ['a broken server', (response) => refuse(response, 503, 'down'), { code: 'FIGMA_UNAVAILABLE' }],
  ['an answer that is no JSON', (response) => response.end('<html>proxy</html>'), { code: 'FIGMA_UNAVAILABLE' }],
])('%s: the cached frame with a note, else the error', async (_, trick, error) => {
  verifies('figma.offline', 'figma.errors');
  const { ask, server } = await figmaSetting(BY_ID);
  server.play(/^api:/, trick, 99);
  const thrown = await ask().catch((caught: unknown) => caught);
  expect((thrown as { toBody(): object }).toBody()).toMatchObject(error);
  const rest = await figmaSetting(BY_ID);
  await rest.ask();
  rest.server.play(/^api:/, trick, 99);
  rest.clock.time += 3 * 86_400_000;
  const { references, source } = await rest.ask();
  expect(references).toHaveLength(1);
  expect(source).toMatchObject({ version: '100', confirmed: false });
  expect(references[0]?.note).toMatch(
    /frames of version 100, fetched 2026-11-22T12:00:00.000Z \(3 days ago\), were used/,
  );
});

test('without a token the cache serves, and an empty one says so', async () => {
  verifies('figma.offline', 'figma.errors');
  const { ask, server } = await figmaSetting(BY_ID);
  await expect(ask({ token: undefined })).rejects.toMatchObject({ code: 'FIGMA_UNAUTHORIZED' });
  expect(server.seen).toEqual([]);
  await ask();
  const { references } = await ask({ token: undefined });
  expect(references[0]?.note).toContain('(no token)');
});

test.each([
  ['expired', EXPIRED, 'Token expired'],
  ['wrong', 'figd_wrong', 'Invalid token'],
  ['unusable', 'two\nlines', 'characters that no token has'],
])('a token that is %s is FIGMA_UNAUTHORIZED, cache or not', async (_, token, words) => {
  verifies('figma.errors');
  const { ask } = await figmaSetting(BY_ID);
  const first = await ask({ token }).catch((error: Error) => error);
  expect(first).toMatchObject({ code: 'FIGMA_UNAUTHORIZED', message: expect.stringContaining(words) });
  expect(JSON.stringify(first, Object.getOwnPropertyNames(first))).not.toContain(token);
  await ask();
  await expect(ask({ token })).rejects.toMatchObject({ code: 'FIGMA_UNAUTHORIZED' });
});

test('a frame that is gone is named, with what it was and what is near', async () => {
  verifies('figma.errors');
  const { ask, server } = await figmaSetting(BY_ID);
  await ask();
  server.file.nodes = [shopFrame('5:1', 'phone/home 2'), shopFrame('5:2', 'phone/cart')];
  server.file.version = '101';
  const error = await ask().catch((thrown: unknown) => thrown);
  expect((error as { toBody(): object }).toBody()).toMatchObject({
    code: 'FIGMA_FRAME_NOT_FOUND',
    message: `The Figma file ${KEY} has no frame 1:10 for phone/home (it was phone/home); nearest: phone/home 2 (5:1).`,
    allowed: ['phone/home 2 (5:1)', 'phone/cart (5:2)'],
  });
});

test('a file whose frames are named for no cell is said to have none', async () => {
  verifies('figma.errors');
  const { ask } = await figmaSetting({ file_key: KEY }, {}, [shopFrame('1:1', 'phne home')]);
  await expect(ask()).rejects.toMatchObject({
    code: 'FIGMA_FRAME_NOT_FOUND',
    message: expect.stringContaining('nearest: phne home'),
  });
});

test('another file is FIGMA_FILE_NOT_FOUND', async () => {
  verifies('figma.errors');
  const { ask } = await figmaSetting({ file_key: 'zzzzzzzzzz', frames: {} });
  await expect(ask()).rejects.toMatchObject({ code: 'FIGMA_FILE_NOT_FOUND' });
});

test('a frame that Figma cannot render, and a picture that is none, are not kept', async () => {
  verifies('figma.errors', 'figma.broken-cache');
  const { ask, server, dir } = await figmaSetting(BY_ID);
  server.file.pictures.set('1:10', Buffer.from('<html>not a picture</html>'));
  await expect(ask()).rejects.toMatchObject({
    code: 'FIGMA_UNAVAILABLE',
    message: expect.stringContaining('readable picture'),
  });
  expect([...(await allFiles(path.join(dir, '.codeloop'))).keys()].filter((file) => file.endsWith('.png'))).toEqual([]);
  server.file.pictures.clear();
  expect((await ask()).references).toHaveLength(1);
});

test('an address of another file overrides the settings; one of the same file does not', async () => {
  const { ask, server, dir } = await figmaSetting({ file_key: 'anotherfilekey', frames: {} });
  await ask({ url: `https://www.figma.com/file/${KEY}` });
  expect(server.seen.every((one) => one.path.includes(KEY) || one.server === 'pictures')).toBe(true);
  // What does not count is not what the project's references are of.
  expect([...(await allFiles(dir)).keys()].some((file) => file.endsWith('current.json'))).toBe(false);
});

test('what is here is read without asking anyone', async () => {
  const { ask, server, dir } = await figmaSetting(BY_ID);
  const { references } = await ask();
  server.paths();
  const config = parseConfig(
    '{"screens":[{"name":"home","path":"/"}],"viewports":{"phone":{"width":320,"height":200}}}',
  );
  const selection = { fileKey: KEY, frames: { home: { phone: '1:10' } }, scale: undefined, overrides: false };
  const request = { projectDir: dir, config, screens: ['home'], selection, clock: { now: () => 0 } };
  expect((await cachedFigma(request)).references).toEqual(references);
  const none = await cachedFigma({ ...request, selection: { ...selection, fileKey: 'nothingofit' } });
  expect(none.unmatched[0]?.reason).toContain('codeloop_verify fetches it');
  expect(server.seen).toEqual([]);
});

test('the token is in no file and in no request but those to the API', async () => {
  verifies('figma.token');
  const { ask, server, dir } = await figmaSetting(BY_ID);
  await ask();
  for (const { server: where, headers } of server.seen)
    expect([where, headers['x-figma-token']]).toEqual([where, where === 'api' ? TOKEN : undefined]);
  expect(server.seen.map((one) => one.server)).toContain('pictures');
  for (const [file, data] of await allFiles(dir)) expect([file, data.includes(TOKEN)]).toEqual([file, false]);
});
