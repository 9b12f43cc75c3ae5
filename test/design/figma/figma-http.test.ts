import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { apiBase, fileKeyOf, mayFetchPicture } from '../../../src/design/figma/figma-address.js';
import type { FigmaLimits } from '../../../src/design/figma/figma-http.js';
import { retryAfterMs } from '../../../src/design/figma/figma-http.js';
import { verifies } from '../../requirements.js';
import { allFiles, figmaSetting, KEY, shopFrame } from './figma-fixture.js';
import { refuse, TOKEN, type Trick } from './figma-server.js';

const NODE = '{"id":"1:10","name":"a","type":"FRAME",';

function hostileNodes(document: string): string {
  return `{"nodes":{"1:10":{"document":${document},"styles":{}}}}`;
}

/** The head of a PNG of 65,535 by 65,535 pixels, and nothing behind it. */
function hugePicture(): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff08020000000000000000000000', 'hex');
  return Buffer.concat([head, Buffer.from('49454e44ae426082', 'hex')]);
}

const BY_ID = { file_key: KEY, frames: { home: { phone: '1:10' } } };

test('a short Retry-After is waited for', async () => {
  verifies('figma.errors');
  const { ask, server } = await figmaSetting(BY_ID);
  server.play(/\/meta$/, (response) => refuse(response, 429, 'slow down', { 'retry-after': '0' }), 2);
  expect((await ask()).source?.confirmed).toBe(true);
  expect(server.paths().filter((path) => path.endsWith('/meta'))).toHaveLength(3);
});

test('a limit on exports, once the version is known to be new, is told and not papered over', async () => {
  verifies('figma.errors');
  const { ask, server } = await figmaSetting(BY_ID);
  await ask();
  server.file.version = '101';
  server.play(/\/images/, (response) => refuse(response, 429, 'limit', { 'retry-after': '400' }), 9);
  await expect(ask()).rejects.toMatchObject({ code: 'FIGMA_RATE_LIMITED', values: { retry_after_ms: 400_000 } });
});

test('an answer 5xx is tried again', async () => {
  verifies('figma.bounded');
  const { ask, server } = await figmaSetting(BY_ID);
  server.play(/\/nodes$/, (response) => refuse(response, 500, 'oops'), 2);
  server.play(/^pictures:/, (response) => response.writeHead(503).end(), 2);
  expect((await ask()).references).toHaveLength(1);
});

test('a token without the scope of metadata still gets the version, from the file', async () => {
  const { ask, server } = await figmaSetting(BY_ID);
  server.play(/\/meta$/, (response) =>
    refuse(response, 403, 'Invalid scope(s): file_content:read. Requires file_metadata:read.'),
  );
  expect((await ask()).source?.version).toBe('100');
  expect(server.seen[1]?.query.get('depth')).toBe('1');
});

test('frames fetched before a failure are kept', async () => {
  verifies('figma.cache-first');
  const screens = ['home', 'cart'].map((name) => ({ name, path: '/' }));
  const nodes = [shopFrame('1:10', 'phone/home'), shopFrame('1:11', 'phone/cart')];
  const { ask, server } = await figmaSetting({ file_key: KEY }, { screens }, nodes);
  server.play(/^pictures:\/1:11/, (response) => response.writeHead(404).end());
  await expect(ask()).rejects.toMatchObject({ code: 'FIGMA_UNAVAILABLE' });
  server.paths();
  await ask();
  expect(server.seen.filter((one) => one.server === 'pictures').map((one) => one.path)).toEqual(['/1:11@1.png']);
});

test.each<[string, Partial<FigmaLimits>, Trick]>([
  ['slow', { answerMs: 60, totalMs: 300 }, () => undefined],
  ['huge', { jsonBytes: 1000 }, (response) => response.end(`"${'x'.repeat(5000)}"`)],
  [
    'cut off',
    {},
    (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.destroy();
    },
  ],
  ['of another form', {}, (response) => response.end('{"file":{"name":1}}')],
])('an answer that is %s ends in an error', async (_, limits, trick) => {
  verifies('figma.bounded');
  const { ask, server } = await figmaSetting(BY_ID);
  server.play(/^api:/, trick, 99);
  await expect(ask({ limits })).rejects.toMatchObject({ code: 'FIGMA_UNAVAILABLE' });
});

/** Answers of a file that was made to do harm, each in the place of a sound one. */
const HOSTILE: readonly [what: string, asked: RegExp, text: string | Buffer][] = [
  [
    'levels without end',
    /\/nodes$/,
    `{"nodes":{"1:10":{"document":${'{"children":['.repeat(50_000)}${']}'.repeat(50_000)}}}}`,
  ],
  ['nodes below nodes without end', /\/nodes$/, hostileNodes(`${NODE}"children":[`.repeat(9000) + ']}'.repeat(9000))],
  [
    'a size beyond all numbers',
    /\/nodes$/,
    hostileNodes(`${NODE}"absoluteBoundingBox":{"x":0,"y":0,"width":1e308,"height":1e308}}`),
  ],
  [
    'a size below nothing',
    /\/nodes$/,
    hostileNodes(`${NODE}"absoluteBoundingBox":{"x":0,"y":0,"width":-5,"height":-5}}`),
  ],
  ['a frame that is null', /\/nodes$/, '{"nodes":{"1:10":null}}'],
  ['nodes that are a list', /\/nodes$/, '{"nodes":[[]]}'],
  ['keys of all objects', /\/nodes$/, '{"nodes":{"__proto__":{"document":1},"constructor":null}}'],
  ['styles without a name', /\/nodes$/, '{"nodes":{"1:10":{"document":{},"styles":{"a":null}}}}'],
  ['a version that is a path', /\/meta$/, '{"file":{"name":"x","version":"../../../../etc","last_touched_at":"x"}}'],
  [
    'a version of a mebibyte',
    /\/meta$/,
    `{"file":{"name":"x","version":"${'9'.repeat(1 << 20)}","last_touched_at":"x"}}`,
  ],
  ['pictures that are no addresses', /\/images/, '{"err":null,"images":{"1:10":{"a":1}}}'],
  ['a picture in a file', /\/images/, '{"err":null,"images":{"1:10":"file:///etc/hostname"}}'],
  ['a picture in the address itself', /\/images/, '{"err":null,"images":{"1:10":"data:image/png;base64,AAAA"}}'],
  ['a picture that is a page', /^pictures:/, '<html>'],
  ['a picture that is none', /^pictures:/, ''],
  ['a picture of four milliards of pixels', /^pictures:/, hugePicture()],
  [
    'a drawing that leads to a file',
    /^pictures:/,
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>',
  ],
];

test('what a file was made to do harm with ends in an error that says where it comes from', async () => {
  verifies('figma.bounded');
  for (const [what, asked, text] of HOSTILE) {
    const { ask, server, dir } = await figmaSetting(BY_ID);
    server.play(asked, (response) => response.end(text), 99);
    const code = await ask().then(
      ({ references }) => `${references.length} references`,
      (error) => error.code,
    );
    expect([what, code]).toEqual([what, 'FIGMA_UNAVAILABLE']);
    expect([...(await allFiles(dir)).keys()].filter((name) => name.endsWith('.png'))).toEqual([]);
  }
});

test('a picture that is too large is not read', async () => {
  verifies('figma.bounded');
  const { ask, server } = await figmaSetting(BY_ID);
  server.play(/^pictures:/, (response) => response.end(Buffer.alloc(50_000)), 9);
  const limits = { pictureBytes: 10_000 };
  await expect(ask({ limits })).rejects.toMatchObject({ message: expect.stringContaining('larger than 10000 bytes') });
});

test('whoever cancels does not wait', async () => {
  verifies('figma.bounded');
  const { ask, server } = await figmaSetting(BY_ID);
  const stop = new AbortController();
  server.play(/^api:/, () => stop.abort());
  await expect(ask({ signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('redirects never carry the token', async () => {
  verifies('figma.token');
  const { ask, server } = await figmaSetting(BY_ID);
  const asked: unknown[] = [];
  const other = createServer((request, response) => {
    asked.push(request.headers['x-figma-token']);
    response.end('{}');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const place = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  server.play(/\/meta$/, (response) => response.writeHead(302, { location: place }).end());
  await expect(ask()).rejects.toMatchObject({
    code: 'FIGMA_UNAVAILABLE',
    message: expect.stringContaining('redirects'),
  });
  expect(asked).toEqual([]);
  // A picture may move: it is public by its address, and asked for without the token.
  server.play(/^pictures:/, (response, seen) =>
    response.writeHead(302, { location: `${server.picturesBase}${seen.path}` }).end(),
  );
  expect((await ask()).references).toHaveLength(1);
  server.file.version = '101';
  server.play(/^pictures:/, (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end());
  await expect(ask()).rejects.toMatchObject({
    message: expect.stringContaining('169.254.169.254, which is not fetched'),
  });
  await new Promise((resolve) => other.close(resolve));
});

test('an answer that repeats the token is masked', async () => {
  verifies('figma.token');
  const { ask, server } = await figmaSetting(BY_ID);
  for (const status of [403, 500]) {
    server.play(/\/meta$/, (response) => refuse(response, status, `bad header x-figma-token: ${TOKEN}`), 3);
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify((error as { toBody(): object }).toBody())).not.toContain(TOKEN);
  }
});

test.each([
  ['https://www.figma.com/design/abcdef123/Title?node-id=1-2', 'abcdef123'],
  ['https://figma.com/file/abcdef123', 'abcdef123'],
  ['https://www.figma.com/design/abcdef123/branch/branchkey9/Title', 'branchkey9'],
])('%s is the address of a file', (address, key) => {
  expect(fileKeyOf(address)).toBe(key);
});

test.each([
  'figma',
  'http://www.figma.com/file/abcdef123',
  'https://figma.com.evil.org/file/abcdef123',
  'https://www.figma.com/community/file/1',
  'https://www.figma.com/file/../../x',
])('%s is none', (address) => {
  expect(() => fileKeyOf(address)).toThrow(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }));
});

test.each([
  [undefined, 'https://api.figma.com/'],
  ['', 'https://api.figma.com/'],
  ['https://proxy.example/figma', 'https://proxy.example/figma'],
  ['http://127.0.0.1:9/', 'http://127.0.0.1:9/'],
])('FIGMA_API_BASE %s', (given, base) => {
  expect(apiBase(given).href).toBe(base);
});

test.each([
  'http://proxy.example',
  'ftp://x',
  'nonsense',
  'https://user:pw@proxy.example',
  'https://proxy.example/?a=1',
])('FIGMA_API_BASE %s would give the token away', (given) => {
  verifies('figma.token');
  expect(() => apiBase(given)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test.each([
  ['https://figma-alpha-api.s3.us-west-2.amazonaws.com/images/1', true],
  ['http://figma-alpha-api.s3.us-west-2.amazonaws.com/images/1', false],
  ['https://127.0.0.1/x', false],
  ['https://169.254.169.254/x', false],
  ['https://[::1]/x', false],
  ['https://localhost/x', false],
  ['https://intranet/x', false],
  ['file:///etc/passwd', false],
  ['https://user:pw@figma.com/x', false],
])('a picture at %s is fetched: %s', (address, may) => {
  verifies('figma.bounded');
  expect(mayFetchPicture(new URL(address), new URL('https://api.figma.com'))).toBe(may);
});

test.each([
  ['7', 7000],
  ['Sun, 22 Nov 2026 12:00:10 GMT', 10_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['soon', 60_000],
])('Retry-After %s', (value, ms) => {
  expect(retryAfterMs(new Headers({ 'retry-after': value }), Date.parse('2026-11-22T12:00:00Z'))).toBe(ms);
});
