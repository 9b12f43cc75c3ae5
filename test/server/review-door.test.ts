import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openReviewDoor } from '../../src/server/review-door.js';
import { Run } from '../../src/store/run.js';
import { runsNewestFirst } from '../../src/store/run-list.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from '../verify/baseline-project.js';
import { typist } from '../verify/call-tools.js';

let project: BaselineProject;
let origin = '';
/** The folder of all addresses of the page. */
let place = '/';
let cookie = '';
const stop = new AbortController();
const end = { ended: Promise.resolve() };

const door = (as: { ci?: boolean; agent?: string; person?: ReturnType<typeof typist>['person'] }) =>
  openReviewDoor({
    dispatcher: { call: (tool, given, context) => project.call(tool, given as Record<string, unknown>, context) },
    caller: { client: { name: 'test', version: '1' }, roots: [project.dir], cwd: project.dir, ci: false, ...as },
    projectDir: undefined,
    signal: stop.signal,
    port: 0,
  });

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  bytes: Buffer;
}

/** One request as a browser, or somebody else, makes it. */
function ask(at: string, headers: Record<string, string> = {}, form?: [string, string][] | string): Promise<Answer> {
  return send(`${place.slice(0, -1)}${at}`, headers, form);
}

/** The same at any address of the host; `method`: another than fits. */
function send(
  at: string,
  headers: Record<string, string> = {},
  form?: [string, string][] | string,
  method?: string,
): Promise<Answer> {
  const body = form === undefined || typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}${at}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...type, ...headers },
    });
    sent.once('error', reject).once('response', async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString('utf8'), bytes });
    });
    sent.end(body);
  });
}

/** As the page itself: with its cookie and its origin; answers the page that comes after. */
async function decide(at: string, form: [string, string][]): Promise<string> {
  const sent = await ask(at, { cookie, origin }, form);
  expect([sent.status, sent.headers.location]).toEqual([303, place]);
  return (await ask('/', { cookie })).text;
}

const said = (html: string) => /<p class="notice[^"]*" role="status"><bdi>([^<]*)/.exec(html)?.[1];
const pictures = async () =>
  existsSync(path.join(project.dir, '.codeloop/baselines'))
    ? (await readdir(path.join(project.dir, '.codeloop/baselines'), { recursive: true }))
        .filter((name) => name.endsWith('.png'))
        .map((name) => name.startsWith('.proposals'))
    : [];
const item = (html: string) => (/name="item" value="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"');

beforeAll(async () => {
  project = await openBaselineProject();
  await project.paint('#0645ad');
  await project.result('codeloop_verify', {});
  await project.result('codeloop_update_baseline', { screens: ['home'], reason: '<b>first</b> look' });
  const opened = await door({ person: typist('').person });
  if (!('address' in opened)) throw new Error(JSON.stringify(opened));
  end.ended = opened.ended;
  const address = new URL(opened.address);
  origin = address.origin;
  place = address.pathname;
  const entered = await ask(`/${address.search}`);
  cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
  expect([entered.status, entered.headers.location]).toEqual([303, place]);
  // To no other server of this host: a cookie knows no port.
  expect(place).toMatch(/^\/[0-9a-f]{24}\/$/);
  expect(String(entered.headers['set-cookie'])).toMatch(new RegExp(`HttpOnly; SameSite=Strict; Path=${place}$`));
});
afterAll(async () => {
  stop.abort();
  await end.ended;
  await project?.close();
});

test('opens for a person alone', async () => {
  verifies('review.person');
  for (const as of [{}, { person: typist('').person, ci: true }, { person: typist('').person, agent: 'CLAUDECODE' }]) {
    const refused = await door(as);
    expect('kind' in refused && refused.error.code).toBe('PERSON_NEEDED');
  }
  for (const tool of [
    'codeloop_review_show',
    'codeloop_review_decide',
    'codeloop_review_undo',
    'codeloop_review_watch',
  ])
    for (const by of ['mcp', 'cli'] as const) {
      const reply = await project.call(tool, {}, { door: by, ...typist('accept 1') });
      expect(reply.kind === 'error' && reply.error.code).toBe('TOOL_NOT_FOUND');
    }
  // Through the page's own door, but in an agent's environment.
  const given = { about: 'bars', verdict: 'accept', items: ['x'], reason: 'y' };
  const agent = await project.call('codeloop_review_decide', given, {
    door: 'review',
    agent: 'CLAUDECODE',
    ...typist('accept 1'),
  });
  expect(agent.kind === 'error' && agent.error.code).toBe('PERSON_NEEDED');
});

test('answers nobody but the browser that opened the address', async () => {
  verifies('review.walls');
  const form: [string, string][] = [
    ['about', 'baselines'],
    ['verdict', 'accept'],
    ['reason', 'x'],
    ['item', item((await ask('/', { cookie })).text)],
  ];
  const statuses = [
    await ask('/'),
    await ask('/?token=guess'),
    await ask('/', { cookie: 'codeloop_review=guess' }),
    await ask('/', { cookie, host: 'evil.example' }),
    await ask('/', { cookie, host: `localhost:${new URL(origin).port}` }),
    await ask('/', { cookie, host: `[::1]:${new URL(origin).port}` }),
    await ask('/', { cookie, host: `127.0.0.1.nip.io:${new URL(origin).port}` }),
    await ask('/decide', { cookie, origin, host: `evil.example:${new URL(origin).port}` }, form),
    await ask('/decide', { cookie, origin: 'http://127.0.0.1:1' }, form),
    await ask('/decide', { cookie, origin: origin.replace('http:', 'https:') }, form),
    await ask('/decide', { cookie: 'codeloop_review=guess', origin }, form),
    await ask('/decide?token=guess', { origin }, form),
    await ask('/decide', { cookie }, form),
    await ask('/decide', { cookie, origin: 'http://evil.example' }, form),
    await ask('/decide', { cookie, origin: 'null' }, form),
    await ask('/decide', { origin }, form),
    await ask('/decide', { cookie, origin }, 'x'.repeat(1_000_001)),
    await ask('/etc/passwd', { cookie }),
    await ask('/report?run=../../x', { cookie }),
    await ask(`/?${'x'.repeat(5000)}`, { cookie }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([
    403, 403, 403, 421, 421, 421, 421, 421, 403, 403, 403, 403, 403, 403, 403, 403, 413, 404, 404, 414,
  ]);
  expect(await pictures()).toEqual([true]);

  // Not where it is not, not by another method, not as anything but a form, not as a stream or a socket that another page opens.
  const good = { cookie, origin };
  const of = (at: string) => `${place.slice(0, -1)}${at}`;
  const socket = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-version': '13',
  };
  const others = [
    await send('/', good),
    await send('/decide', good, form),
    await send(`${place}../decide`, good, form),
    await send('/live', good),
    await ask(`/decide?${new URLSearchParams(form)}`, good),
    await send(of('/decide'), good, form, 'PUT'),
    await send(of('/undo?id=000001'), good, undefined, 'DELETE'),
    await send(of('/decide'), { ...good, 'access-control-request-method': 'POST' }, undefined, 'OPTIONS'),
    await send(of('/'), good, undefined, 'HEAD'),
    await ask('/decide', { ...good, 'content-type': 'application/json' }, JSON.stringify(Object.fromEntries(form))),
    await ask('/decide', { ...good, 'content-type': 'text/plain' }, form),
    await ask('/decide', { ...good, 'content-type': 'multipart/form-data; boundary=x' }, form),
    await ask('/decide', { ...good, 'content-type': '' }, form),
    await ask('/live', { accept: 'text/event-stream', origin: 'http://127.0.0.1:1' }),
    await ask('/live', { ...socket, origin: 'http://evil.example' }),
  ];
  expect(others.map(({ status }) => status)).toEqual([
    404, 404, 404, 404, 404, 404, 404, 404, 404, 415, 415, 415, 415, 403, 403,
  ]);
  // Nothing is answered for the scripts and frames of others.
  for (const { headers } of others) {
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  }
  expect(await pictures()).toEqual([true]);
  // On the one address of IPv4 alone.
  const { port } = new URL(origin);
  for (const host of ['::1', '127.0.0.2'])
    expect(
      await new Promise((resolve) =>
        connect({ host, port: Number(port) })
          .once('connect', () => resolve('open'))
          .once('error', () => resolve('shut')),
      ),
    ).toBe('shut');
});

test('shows what waits, harmlessly, with a policy that runs no script', async () => {
  verifies('review.page');
  const page = await ask('/', { cookie });
  expect(page.text).toContain('home@phone');
  expect(page.text).toContain('&lt;b>first&lt;/b> look');
  expect(page.text).not.toContain('<script');
  expect(page.text).toMatch(/<img src="data:image\/webp;base64,[^"]+" alt="Now: home@phone"/);
  expect(page.headers['content-security-policy']).toMatch(
    /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
  );
  const run = /href="report\?run=([^"]+)"/.exec(page.text)?.[1] ?? '';
  const moved = await ask(`/report?run=${run}`, { cookie });
  expect([moved.status, moved.headers.location]).toEqual([
    303,
    `${place}runs/${run}/artifacts/runs/${run}/report.html`,
  ]);
  const report = await send(String(moved.headers.location), { cookie });
  expect(report.text).toContain('<h1>');
  // A run may be from anybody: no script but the report's own, wherever in the file its own policy stands.
  const own = /script-src ('sha256-[^']+')/.exec(report.text.replaceAll('&#39;', "'"))?.[1];
  expect(report.headers['content-security-policy']).toBe(
    `default-src 'none'; img-src data: 'self'; media-src data: 'self'; style-src 'unsafe-inline'; script-src ${own}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
});

test('accepts, refuses and undoes until it is committed, each a line of the log', async () => {
  verifies('review.decide');
  let page = (await ask('/', { cookie })).text;
  const one = (verdict: string, reason: string): [string, string][] => [
    ['about', 'baselines'],
    ['verdict', verdict],
    ['reason', reason],
    ['item', item(page)],
  ];
  expect(
    said(
      await decide('/decide', [
        ['about', 'baselines'],
        ['verdict', 'accept'],
        ['reason', 'nothing ticked'],
      ]),
    ),
  ).toMatch(/items/);
  expect(said(await decide('/decide', one('accept', ' ')))).toMatch(/reason/);
  expect(await pictures()).toEqual([true]);

  expect(said(await decide('/decide', one('refuse', 'not like this')))).toBe('Refused 1.');
  expect(await pictures()).toEqual([]);
  expect(said(await decide('/undo', [['id', '000001']]))).toBe('Undone: 1 as before.');
  expect(await pictures()).toEqual([true]);

  page = (await ask('/', { cookie })).text;
  expect(said(await decide('/decide', one('accept', 'as drawn')))).toBe(
    'Accepted 1. Commit .codeloop: it counts from then on.',
  );
  expect(await pictures()).toEqual([false]);
  const listed = await project.result('codeloop_baseline_list', {});
  expect(JSON.stringify(listed)).toContain('as drawn');
  expect(said(await decide('/undo', [['id', '000001']]))).toBe('Undone: 1 as before.');
  expect(await pictures()).toEqual([true]);

  const every = item((await ask('/', { cookie })).text);
  const all = await decide('/decide', [
    ['about', 'baselines'],
    ['verdict', 'accept-all'],
    ['reason', 'as drawn'],
    ['every', every],
  ]);
  expect(said(all)).toBe('Accepted 1. Commit .codeloop: it counts from then on.');
  await project.git('add', '-A');
  await project.git('commit', '-qm', 'look');
  page = (await ask('/', { cookie })).text;
  expect(page).toMatch(/is committed<\/bdi>/);
  expect(said(await decide('/undo', [['id', '000001']]))).toMatch(/can no longer be undone: .* is committed/);
  // A decision that somebody wrote by hand leads a person's undo nowhere else.
  const forged = {
    schema_version: 1,
    id: '000009',
    at: 'x',
    by: 'x',
    about: 'bars',
    verdict: 'accept',
    items: ['x'],
    reason: 'x',
    files: [{ path: '.codeloop/baselines/../../../x', before: 'eA==', after: null }],
  };
  await mkdir(path.join(project.dir, '.codeloop/review'), { recursive: true });
  await writeFile(path.join(project.dir, '.codeloop/review/000009.json'), JSON.stringify(forged));
  expect(said(await decide('/undo', [['id', '000009']]))).toMatch(/no decision 000009/);

  const log = (await readFile(path.join(project.dir, '.codeloop/audit.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const calls = log.filter(
    ({ door: by, tool, status }) => by === 'review' && tool === 'codeloop_review_decide' && status === 'pass',
  );
  expect(calls.map(({ arguments: { verdict, reason } }) => [verdict, reason])).toEqual([
    ['refuse', 'not like this'],
    ['accept', 'as drawn'],
    ['accept', 'as drawn'],
  ]);
  expect(await project.git('status', '--porcelain', '.codeloop/review')).toBe('');
});

test('refuses a finding, which waits no longer and fails as before; takes back what was accepted; undoes both', async () => {
  verifies('review.decide');
  const pale =
    '<!doctype html><html lang="en"><title>x</title><meta name="viewport" content="width=device-width"><h1>x</h1><img src="data:,">';
  await writeFile(path.join(project.dir, 'site/index.html'), pale);
  await project.result('codeloop_verify', {});
  const findings = async () =>
    [...(await ask('/', { cookie })).text.matchAll(/name="item" value="([^"]*accessibility[^"]*)"/g)].map(
      ([, key = '']) => key.replaceAll('&quot;', '"'),
    );
  const [key = ''] = await findings();
  expect(key).toContain('image-alt');
  expect((await ask('/', { cookie })).text).toMatch(/on home: Images must have alternative text/);
  const one = (about: string, verdict: string, of: string): [string, string][] => [
    ['about', about],
    ['verdict', verdict],
    ['reason', 'it must be mended'],
    ['item', of],
  ];
  const idOf = (html: string) => /name="id" value="(\d+)"/.exec(html)?.[1] ?? '';

  const refused = await decide('/decide', one('findings', 'refuse', key));
  expect(said(refused)).toBe('Refused 1.');
  expect(refused).toMatch(/<b>Refused<\/b> <bdi>image-alt: [^<]*<\/bdi>: <bdi>it must be mended/);
  expect(await findings()).toEqual([]);
  expect((await project.result('codeloop_gate_check', {})).passed).toBe(false);
  expect(said(await decide('/decide', one('findings', 'refuse', 'no such key')))).toMatch(/no decision no such key/);
  expect(said(await decide('/undo', [['id', idOf(refused)]]))).toBe('Undone: 1 as before.');
  expect(await findings()).toEqual([key]);

  expect(said(await decide('/decide', one('findings', 'accept', key)))).toMatch(/^Accepted 1\./);
  const file = path.join(project.dir, '.codeloop/accessibility.json');
  const accepted = await readFile(file, 'utf8');
  const [known = ''] = await findings();
  expect(JSON.parse(known)[1]).toMatchObject({ rule: 'image-alt', reason: 'it must be mended' });
  const taken = await decide('/decide', one('known', 'refuse', known));
  expect(said(taken)).toBe('Refused 1.');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ accepted: [] });
  expect(said(await decide('/decide', one('known', 'refuse', known)))).toMatch(/no decision/);
  expect(said(await decide('/decide', one('known', 'accept', known)))).toMatch(/can only be taken back/);
  expect(said(await decide('/undo', [['id', idOf(taken)]]))).toBe('Undone: 1 as before.');
  expect(await readFile(file, 'utf8')).toBe(accepted);
});

test('shows a verification cell by cell as they come, and that it has ended', async () => {
  verifies('review.live');
  expect((await ask('/live')).status).toBe(403);
  expect((await ask('/live', { cookie })).text).toContain('Nothing is being verified now.');
  const [newest] = [...runsNewestFirst(project.dir)];
  if (!newest || 'broken' in newest) throw new Error('there is no run');
  const { manifest } = newest.read;
  const [{ version: _version, ...cell }] = manifest.cells as [(typeof manifest.cells)[number]];
  const run = await Run.create(project.dir, { tool: 'codeloop_verify', codeState: manifest.code_state });
  expect((await ask('/', { cookie })).text).toContain(
    `<iframe class="under-way" src="live" title="Verification ${run.id}`,
  );

  const parts: string[] = [];
  const open = await new Promise<IncomingMessage>((resolve) =>
    request(`${origin}${place}live`, { headers: { cookie } }, resolve).end(),
  );
  expect(open.headers['x-frame-options']).toBe('SAMEORIGIN');
  open.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  const shows = (text: string) => vi.waitFor(() => expect(parts.join('')).toContain(text), { timeout: 60_000 });
  await shows('0 of 1 cells photographed');
  const failure = { code: 'NAVIGATION_FAILED', message: '<script>bad</script>' };
  const { screenshot: _shot, ...bare } = cell;
  await run.appendCell({ ...bare, captured_at: new Date().toISOString(), failure });
  await shows('1 of 1 cells photographed');
  await run.end();
  await shows('It has ended.');
  const page = parts.join('');
  expect(page).toContain('No picture could be taken: &lt;script>bad&lt;/script>');
  expect(page).not.toContain('<script');
  expect(page).toMatch(/<\/html>\n$/);
  // One line of the log, however long it went on.
  const log = (await readFile(path.join(project.dir, '.codeloop/audit.jsonl'), 'utf8')).split('\n');
  expect(log.filter((line) => /codeloop_review_watch.*"status":"pass"/.test(line))).toHaveLength(2);
});

test('sends the pictures and recordings that a run names, in ranges too, and no other file', async () => {
  verifies('review.files');
  const verified = [...runsNewestFirst(project.dir)]
    .flatMap((found) => ('broken' in found ? [] : [found.read.manifest]))
    .find(({ cells }) => cells.some(({ screenshot }) => screenshot));
  if (!verified) throw new Error('there is no run');
  const manifest = verified;
  const run = await Run.create(project.dir, { tool: 'codeloop_verify', codeState: manifest.code_state });
  const film = Buffer.from('0123456789');
  const put = async (kind: 'video' | 'screenshot' | 'log' | 'report', name: string, data = film) =>
    (await run.put({ kind, name, data })).path;
  const video = await put('video', 'rec-1.mp4');
  const shot = await put('screenshot', 'über uns.phone.png'.replace(' ', '_'), Buffer.from([1, 2]));
  const edited = await put('screenshot', 'edited.phone.png');
  const linked = await put('screenshot', 'linked.phone.png');
  const gone = await put('screenshot', 'gone.phone.png');
  const log = await put('log', 'page.log');
  const html = await put('report', 'report.html', Buffer.from('<h1>x</h1>'));
  await run.end();
  const full = (file: string) => path.join(project.dir, file);
  await writeFile(full(edited), '0123456780');
  await rename(full(linked), full('elsewhere.png'));
  await symlink(full('elsewhere.png'), full(linked));
  await rm(full(gone));
  await writeFile(full(`${run.dir}/screenshots/unlisted.png`), film);

  const at = (file: string, of = run.id) => `/runs/${of}/${file.split('/').map(encodeURIComponent).join('/')}`;
  const get = (file: string, headers: Record<string, string> = {}) => ask(at(file), { cookie, ...headers });
  const whole = await get(video);
  expect([whole.status, whole.text]).toEqual([200, '0123456789']);
  expect(whole.headers).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': '10',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
  });
  const picture = await get(shot);
  expect([picture.status, picture.headers['content-type'], [...picture.bytes]]).toEqual([200, 'image/png', [1, 2]]);
  const head = await send(`${place.slice(0, -1)}${at(video)}`, { cookie, range: 'bytes=0-3' }, undefined, 'HEAD');
  expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '10', '']);

  const ranges: [asked: string, status: number, part: string, said: string | undefined][] = [
    ['bytes=0-', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=3-5', 206, '345', 'bytes 3-5/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=5-3', 200, '0123456789', undefined],
    ['bytes=-', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['lines=0-1', 200, '0123456789', undefined],
  ];
  for (const [range, ...expected] of ranges) {
    const { status, text, headers } = await get(video, { range });
    expect([range, status, text, headers['content-range']]).toEqual([range, ...expected]);
  }
  expect((await get(video, { range: 'bytes=0-1', 'if-range': '"x"' })).status).toBe(200);

  const of = (file: string) => `${place.slice(0, -1)}${file}`;
  const other = manifest.cells[0]?.screenshot?.image.path ?? '';
  expect((await ask(at(other, manifest.run_id), { cookie })).status).toBe(200);
  // What the pictures were held against, as long as it is what they were held against.
  const [name = ''] = (await readdir(full('.codeloop/baselines'), { recursive: true })).filter((one) =>
    /\.png$/.test(one),
  );
  const accepted = `.codeloop/baselines/${name}`;
  expect((await ask(at(accepted, manifest.run_id), { cookie })).status).toBe(200);
  await writeFile(full(accepted), 'x');
  const refused = [
    // Changed, a link, gone; not listed; listed, but nothing that a report shows; the report as a file; of another run; of no run.
    ...(await Promise.all(
      [edited, linked, gone, `${run.dir}/screenshots/unlisted.png`, log, html, `${run.dir}/run.json`, other].map(
        (file) => get(file),
      ),
    )),
    await get('package.json'),
    await get(accepted),
    await ask(at(accepted, manifest.run_id), { cookie }),
    await get('elsewhere.png'),
    await ask(at(video, 'run-none'), { cookie }),
    await ask(at(video, '..'), { cookie }),
    // Ways that lead there by another name.
    await ask(at(video).replace('/videos/', '/screenshots/../videos/').replace('/runs/', '/x/runs/'), { cookie }),
    await ask(`/runs/${run.id}/..%2f${video}`, { cookie }),
    await ask(`/runs/${run.id}/%2e%2e%2f%2e%2e%2fetc%2fpasswd.png`, { cookie }),
    await ask(`/runs/${run.id}/./${video}%00.png`, { cookie }),
    await ask(`/runs/${run.id}/%ff.png`, { cookie }),
    await ask(`/runs/${run.id}//${video}`, { cookie }),
    await send(`${place}${video}`, { cookie }),
    // By another method.
    await send(of(at(video)), { cookie, origin }, 'x=1'),
    await send(of(at(video)), { cookie, origin }, undefined, 'PUT'),
    await send(of(at(video)), { cookie, origin }, undefined, 'OPTIONS'),
  ];
  expect(refused.map(({ status, text }) => [status, text])).toEqual(refused.map(() => [404, 'There is no such page.']));
  // Not without the cookie, nor under another name.
  const strangers = [{}, { cookie: 'codeloop_review=guess' }, { cookie, host: 'evil.example' }];
  expect(await Promise.all(strangers.map(async (headers) => (await ask(at(video), headers)).status))).toEqual([
    403, 403, 421,
  ]);

  // A manifest that somebody wrote by hand names nothing, once its report is asked for again.
  const listing = await readFile(full(`${run.dir}/run.json`), 'utf8');
  await writeFile(full(`${run.dir}/run.json`), `${listing} `);
  await ask(at(`artifacts/runs/${run.id}/report.html`), { cookie });
  expect((await get(video)).status).toBe(404);
});
