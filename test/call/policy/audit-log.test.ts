import { execFile, spawn } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditCall } from '../../../src/call/policy/audit-files.js';
import { AuditLog } from '../../../src/call/policy/audit-log.js';
import { showAudit, verifyAudit } from '../../../src/call/policy/audit-reading.js';
import { sha256 } from '../../../src/core/digest.js';
import { Ledger } from '../../../src/store/ledger.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';

const few = sampled(test, 2);

let dir: string;
let stateDir: string;
const clock = { now: () => Date.UTC(2026, 0, 2, 12) };
const FILE = '.codeloop/audit.jsonl';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'codeloop-audit-')));
  stateDir = await mkdtemp(join(tmpdir(), 'codeloop-state-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
  await rm(stateDir, { recursive: true, force: true });
});

const ledger = () => new Ledger(dir, stateDir);
const open = (maxFileBytes?: number) =>
  new AuditLog({ projectDir: dir, clock, anchor: ledger, ...(maxFileBytes ? { maxFileBytes } : {}) });
const check = () => verifyAudit({ projectDir: dir, anchor: ledger() });

const call = (more: Partial<AuditCall> = {}): AuditCall => ({
  door: 'mcp',
  client: { name: 'test', version: '1.2' },
  tool: 'codeloop_verify',
  arguments: {},
  decision: 'allowed',
  rule: null,
  duration_ms: 3,
  status: 'pass',
  ...more,
});

async function fill(count: number, log = open()): Promise<void> {
  for (let n = 0; n < count; n += 1) await log.append(call({ arguments: { n } }));
}

const readLines = async (file = FILE) => (await readFile(join(dir, file), 'utf8')).split('\n').slice(0, -1);
const writeLines = (lines: readonly string[], file = FILE) =>
  writeFile(join(dir, file), lines.map((line) => `${line}\n`).join(''));

test('a call is one line with its decision, rule, duration, status and the hash of the line before', async () => {
  verifies('audit.every-call');
  const log = open();
  const first = await log.append(call({ arguments: { scope: 'full' }, run_id: 'run-1' }));
  const second = await log.append(
    call({ door: 'cli', decision: 'limited', rule: 'hourly', status: 'error', code: 'RATE_LIMITED', duration_ms: 0.4 }),
  );
  const lines = await readLines();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      seq: 1,
      time: '2026-01-02T12:00:00.000Z',
      kind: 'call',
      door: 'mcp',
      client: { name: 'test', version: '1.2' },
      tool: 'codeloop_verify',
      arguments: { scope: 'full' },
      decision: 'allowed',
      rule: null,
      duration_ms: 3,
      status: 'pass',
      run_id: 'run-1',
      prev: '0'.repeat(64),
      hash: first.head,
    },
    {
      seq: 2,
      time: '2026-01-02T12:00:00.000Z',
      kind: 'call',
      door: 'cli',
      client: { name: 'test', version: '1.2' },
      tool: 'codeloop_verify',
      arguments: {},
      decision: 'limited',
      rule: 'hourly',
      duration_ms: 0.4,
      status: 'error',
      code: 'RATE_LIMITED',
      prev: first.head,
      hash: second.head,
    },
  ]);
  // The documented rule, by hand: SHA-256 of the line without its last field.
  expect(sha256(`${lines[0]?.slice(0, lines[0].lastIndexOf(',"hash"'))}}`)).toBe(first.head);
  expect(await check()).toEqual({
    intact: true,
    entries: 2,
    files: [FILE],
    head: { count: 2, head: second.head },
    problems: [],
    notes: [],
    anchored: true,
  });
});

test('secrets are masked before they are written, and long arguments are cut', async () => {
  verifies('audit.masked');
  const canary = 'C4n4ry-Value';
  await open().append(
    call({
      tool: `codeloop_interact ${canary}`,
      arguments: {
        figma_token: 'anything at all',
        figmaToken: 'anything at all',
        headers: { Authorization: 'abc', 'X-Api-Key': 'abc', Cookie: 'a=b' },
        password: 12_345,
        url: 'https://user:hunter2@app.test/?q=1&access_token=abcdef&x=2',
        text: `figd_${'a'.repeat(24)} and Bearer abcdefghij.klmnop and ${canary}`,
        steps: [{ action: 'type', value: { secret: 'NAME' } }],
        keyboard: 'Tab',
        author: 'me',
        long: 'x'.repeat(2_001),
      },
    }),
    (text) =>
      text
        .replaceAll(canary, '[redacted]')
        .replace(/figd_\w+/, '[redacted]')
        .replace(/Bearer \S+/, 'Bearer [redacted]')
        .replace(/\/\/\S+@/, '//[redacted]@')
        .replace(/access_token=[^&]+/, 'access_token=[redacted]'),
  );
  const [entry] = showAudit(dir);
  expect(entry).toMatchObject({
    arguments: {
      figma_token: '[redacted]',
      figmaToken: '[redacted]',
      headers: { Authorization: '[redacted]', 'X-Api-Key': '[redacted]', Cookie: '[redacted]' },
      password: '[redacted]',
      url: 'https://[redacted]@app.test/?q=1&access_token=[redacted]&x=2',
      text: '[redacted] and Bearer [redacted] and [redacted]',
      steps: [{ action: 'type', value: { secret: '[redacted]' } }],
      keyboard: 'Tab',
      author: 'me',
      long: `${'x'.repeat(2_000)}… (1 more characters)`,
    },
  });
});

test('known shapes of secrets are masked without any settings', async () => {
  verifies('audit.masked');
  const secrets = [
    `figd_${'a'.repeat(24)}`,
    `ghp_${'b'.repeat(36)}`,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    'AKIAIOSFODNN7EXAMPLE',
  ];
  await open().append(call({ arguments: { text: secrets.join(' '), list: secrets } }));
  const text = await readFile(join(dir, FILE), 'utf8');
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('secrets are masked wherever a name gives them away', async () => {
  verifies('audit.masked');
  const canary = 'C4n4ry';
  const given: Record<string, unknown> = {
    APIToken: canary,
    clientsecret: canary,
    refreshtoken: canary,
    PGPASSWORD: canary,
    jwt: canary,
    headers: [{ name: 'Authorization', value: canary }, ['Cookie', canary]],
    argv: ['login', '--token', canary, `--api-key=${canary}`],
    env: `DB_PASSWORD=${canary}`,
    arguments: JSON.stringify({ token: canary, nested: [{ session_token: canary }] }),
    step: { action: 'fill', target: { label: 'Your password' }, value: canary },
    card: { action: 'type', target: { label: 'Card number' }, value: canary },
    form: { action: 'fill_form', value: { Password: canary, Name: 'Ann' } },
    redis: `redis://:${canary}@cache`,
    bare: `https://${canary}${canary}@app.test/`,
    fragment: `https://app.test/#access_token=${canary}`,
    signed: `https://app.test/?X-Amz-Signature=${canary}`,
    pem: `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`,
  };
  for (const [field, value] of Object.entries(given)) {
    await open().append(call({ arguments: { [field]: value } }));
    expect((await readLines()).at(-1), field).not.toContain(canary);
  }
  await open().append(call({ arguments: { step: { action: 'fill', target: { label: 'Name' }, value: 'Ann' } } }));
  expect((await readLines()).at(-1)).toContain('"value":"Ann"');
});

test('no arguments make a line that breaks the log', async () => {
  const deep: Record<string, unknown> = {};
  let inner = deep;
  for (let n = 0; n < 50; n += 1) {
    const next: Record<string, unknown> = {};
    inner.inner = next;
    inner = next;
  }
  const log = open();
  const hostile = [
    undefined,
    null,
    7n,
    '\u2028\n\r\0"\\',
    '\ud800',
    deep,
    'ä'.repeat(9_000),
    Array(1_000).fill('x'.repeat(100)),
  ];
  for (const value of hostile) await log.append(call({ arguments: { value } }));
  await log.append(call({ client: { name: 'n'.repeat(100_000), version: 'v\n' }, tool: 't'.repeat(100_000) }));
  expect(await check()).toMatchObject({ intact: true, entries: hostile.length + 1 });
  for (const line of await readLines()) expect(line.length).toBeLessThan(16_000);
});

test.each<[string, (lines: string[]) => string[], number, string]>([
  [
    'a changed line',
    (lines) => lines.with(2, (lines[2] ?? '').replace('"n":2', '"n":9')),
    3,
    'it was changed: its hash does not fit its content',
  ],
  [
    'a changed line with a new hash',
    (lines) => lines.with(2, resealed((lines[2] ?? '').replace('"n":2', '"n":9'))),
    4,
    'it does not follow the line before it',
  ],
  [
    'a removed line',
    (lines) => lines.toSpliced(2, 1),
    3,
    '1 lines before it are missing (it is number 4, the one before is 2)',
  ],
  [
    'the first line removed',
    (lines) => lines.slice(1),
    1,
    '1 lines before it are missing (it is number 2, the one before is 0)',
  ],
  [
    'two lines in the other order',
    (lines) => [...lines.slice(0, 2), lines[3] ?? '', lines[2] ?? '', ...lines.slice(4)],
    3,
    '1 lines before it are missing (it is number 4, the one before is 2)',
  ],
  [
    'a line twice',
    (lines) => lines.toSpliced(2, 0, lines[1] ?? ''),
    3,
    'it is number 2 and stands after number 2: lines were moved or repeated',
  ],
  ['an added line', (lines) => lines.toSpliced(2, 0, '{"seq":3}'), 3, 'it is not a line of this log'],
  ['a line that is no JSON', (lines) => lines.with(2, 'hello'), 3, 'it is not a line of this log'],
  ['an empty line', (lines) => lines.toSpliced(2, 0, ''), 3, 'it is not a line of this log'],
  ['a cut tail', (lines) => lines.slice(0, 4), 5, 'the last 2 of 6 lines that the ledger counts are missing'],
  ['an emptied file', () => [], 1, 'the last 6 of 6 lines that the ledger counts are missing'],
  [
    'a rewritten last line',
    (lines) => lines.with(5, resealed((lines[5] ?? '').replace('"n":5', '"n":9'))),
    6,
    'it is not the line that the ledger knows by this number',
  ],
])('%s is found', async (_name, change, line, problem) => {
  verifies('audit.chain');
  await fill(6);
  await writeLines(change(await readLines()));
  const { intact, problems } = await check();
  expect([intact, problems[0]]).toMatchObject([false, { file: FILE, line, problem }]);
});

function resealed(line: string): string {
  const body = `${line.slice(0, line.lastIndexOf(',"hash"'))}}`;
  return `${body.slice(0, -1)},"hash":"${sha256(body)}"}`;
}

test('a file that is gone is found', async () => {
  verifies('audit.chain');
  await fill(3);
  await rm(join(dir, FILE));
  expect(await check()).toMatchObject({
    intact: false,
    problems: [{ file: FILE, line: 1, problem: 'the last 3 of 3 lines that the ledger counts are missing' }],
  });
});

test('any change of any byte of the log is found', async () => {
  verifies('audit.chain');
  await fill(4);
  const whole = await readFile(join(dir, FILE));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 2), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ flip;
      await writeFile(join(dir, FILE), changed);
      const { intact, problems } = await check();
      expect(intact).toBe(false);
      const line = whole.subarray(0, at).toString().split('\n').length;
      expect(problems[0]?.line).toBe(line);
    }),
    { numRuns: 200 },
  );
});

test('a tail that was cut stays known after further calls', async () => {
  verifies('audit.chain');
  await fill(6);
  await writeLines((await readLines()).slice(0, 4));
  await fill(2);
  const { intact, problems, head } = await check();
  expect(intact).toBe(false);
  expect(problems).toEqual([
    {
      file: FILE,
      line: 5,
      seq: 7,
      problem:
        'codeloop noticed here: 2 of the last lines are missing, or could not be written: the ledger counts 6, the file ends at 4',
    },
  ]);
  expect(head.count).toBe(9);
});

test.each<[string, (lines: string[]) => string[], RegExp]>([
  ['deleted', () => [], /6 of the last lines are missing/],
  [
    'rewritten at its end',
    (lines) => lines.with(5, resealed((lines[5] ?? '').replace('"n":5', '"n":9'))),
    /line 6 is not the one that the ledger knows/,
  ],
  ['ended by something foreign', (lines) => [...lines, '{"a":1}'], /the last line: it is not a line of this log/],
])('a log that was %s is noticed by the next call', async (_name, change, reason) => {
  verifies('audit.chain');
  await fill(6);
  await writeLines(change(await readLines()));
  await fill(1);
  const gaps = showAudit(dir).filter(({ kind }) => kind === 'gap');
  expect(gaps).toHaveLength(1);
  expect(gaps[0]).toMatchObject({ reason: expect.stringMatching(reason), expected: { count: 6 } });
  await fill(1);
  expect(showAudit(dir).filter(({ kind }) => kind === 'gap')).toHaveLength(1);
  expect((await check()).intact).toBe(false);
});

test('lines that the ledger has not heard of leave a note for good', async () => {
  verifies('audit.chain');
  await fill(2);
  const [, second = ''] = await readLines();
  const forged = {
    ...JSON.parse(second),
    seq: 3,
    prev: JSON.parse(second).hash,
    client: { name: 'nobody', version: '0' },
  };
  await writeLines([...(await readLines()), resealed(`${JSON.stringify({ ...forged, hash: '0'.repeat(64) })}`)]);
  const newer = 'a call was killed at its end, another user made them, or they were added by hand';
  expect((await check()).notes).toEqual([`1 of the last lines are newer than the ledger: ${newer}`]);
  await fill(1);
  expect(showAudit(dir)).toMatchObject([{}, {}, {}, { kind: 'repair', what: 'ledger_behind', lines: 1 }, { seq: 5 }]);
  expect((await check()).notes).toEqual([
    `${FILE}:4: the ledger did not know the 1 line(s) before (${newer}), noted at 2026-01-02T12:00:00.000Z`,
  ]);
});

test('making the log unwritable for a while hides no call', async () => {
  verifies('audit.every-call', 'audit.chain');
  await fill(2);
  await rename(join(dir, FILE), join(dir, 'aside'));
  await mkdir(join(dir, FILE));
  expect(() => open().check()).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  await expect(open().append(call())).rejects.toMatchObject({ code: 'EISDIR' });
  await rm(join(dir, FILE), { recursive: true });
  await rename(join(dir, 'aside'), join(dir, FILE));
  expect(await check()).toMatchObject({ intact: false, problems: [{ line: 3, seq: 3 }] });
  await fill(1);
  expect((await check()).problems).toMatchObject([
    { line: 3, problem: expect.stringContaining('could not be written') },
  ]);
});

test.skipIf(process.platform === 'win32')('a pipe in the place of the log takes no line', async () => {
  verifies('audit.every-call');
  await mkdir(join(dir, '.codeloop'));
  await promisify(execFile)('mkfifo', [join(dir, FILE)]);
  expect(() => open().check()).toThrow(expect.objectContaining({ code: 'ENOTSUP' }));
  await expect(open().append(call())).rejects.toMatchObject({ code: 'ENOTSUP' });
  expect((await check()).problems).toContainEqual({ file: FILE, line: 1, problem: 'it cannot be read (ENOTSUP)' });
});

test('a folder or a link that looks like a part of the log is a finding, not the end of the check', async () => {
  verifies('audit.chain');
  await mkdir(join(dir, '.codeloop/audit.000003.jsonl'), { recursive: true });
  await symlink('/dev/null', join(dir, '.codeloop/audit.000004.jsonl'));
  await fill(2);
  expect((await check()).problems).toEqual([
    { file: '.codeloop/audit.000003.jsonl', line: 1, problem: 'it cannot be read (EISDIR)' },
    { file: '.codeloop/audit.000004.jsonl', line: 1, problem: 'it cannot be read (ELOOP)' },
  ]);
});

test('a line that a crash cut off is removed with a record of it', async () => {
  verifies('audit.crash');
  await fill(2);
  // As a process leaves it that is killed while it writes: the ledger has not heard of the line.
  await writeFile(join(dir, FILE), '{"seq":3,"time":"2026-01-02T12:0', { flag: 'a' });
  expect(await check()).toMatchObject({
    intact: true,
    notes: [`${FILE}:3: the line was cut off by a crash; the next call fixes it`],
  });
  await fill(1);
  expect(showAudit(dir)).toMatchObject([
    { seq: 1 },
    { seq: 2 },
    {
      seq: 3,
      kind: 'repair',
      what: 'torn_line_removed',
      removed_bytes: 32,
      removed_start: '{"seq":3,"time":"2026-01-02T12:0',
    },
    { seq: 4, kind: 'call' },
  ]);
  expect(await check()).toMatchObject({
    intact: true,
    entries: 4,
    notes: [`${FILE}:3: torn line removed at 2026-01-02T12:00:00.000Z`],
  });
});

test('a line that lacks only its end is kept', async () => {
  verifies('audit.crash');
  await fill(2);
  const { size } = { size: (await readFile(join(dir, FILE))).length };
  await truncate(join(dir, FILE), size - 1);
  await fill(1);
  expect(showAudit(dir).map((entry) => (entry.kind === 'repair' ? entry.what : entry.kind))).toEqual([
    'call',
    'call',
    'line_end_added',
    'call',
  ]);
  expect(await check()).toMatchObject({ intact: true });
});

test('a tail cut in the middle of a line is no crash: the ledger knows better', async () => {
  verifies('audit.chain');
  await fill(4);
  const bytes = await readFile(join(dir, FILE));
  await truncate(join(dir, FILE), bytes.length - 10);
  expect(await check()).toMatchObject({ intact: false, problems: [{ line: 4 }] });
  await fill(1);
  const kinds = showAudit(dir).map(({ kind, seq }) => [kind, seq]);
  expect(kinds).toEqual([
    ['call', 1],
    ['call', 2],
    ['call', 3],
    ['gap', 5],
    ['repair', 6],
    ['call', 7],
  ]);
  expect((await check()).intact).toBe(false);
});

test('rotation keeps the chain', async () => {
  verifies('audit.chain', 'audit.processes');
  await fill(40, open(2_000));
  const files = (await readdir(join(dir, '.codeloop'))).filter((name) => name.startsWith('audit')).sort();
  expect(files.length).toBeGreaterThan(4);
  expect(files.slice(0, 2)).toEqual(['audit.000001.jsonl', 'audit.000002.jsonl']);
  expect(await check()).toMatchObject({ intact: true, entries: 40, notes: [] });
  expect(showAudit(dir, { limit: 3 }).map(({ seq }) => seq)).toEqual([38, 39, 40]);
  await rm(join(dir, '.codeloop/audit.000002.jsonl'));
  const { problems } = await check();
  expect(problems[0]).toMatchObject({
    file: '.codeloop/audit.000003.jsonl',
    line: 1,
    problem: expect.stringContaining('missing'),
  });
});

test('the current file alone gone after a rotation is found', async () => {
  verifies('audit.chain');
  await fill(12, open(2_000));
  await rm(join(dir, FILE));
  expect((await check()).intact).toBe(false);
  await fill(1, open(2_000));
  expect(showAudit(dir).some(({ kind }) => kind === 'gap')).toBe(true);
});

test('entries are shown by tool, decision and time', async () => {
  let now = Date.UTC(2026, 0, 2, 12);
  const log = new AuditLog({ projectDir: dir, clock: { now: () => now } });
  await log.append(call({ tool: 'a' }));
  now += 1_000;
  await log.append(call({ tool: 'b', decision: 'denied' }));
  now += 1_000;
  await log.append(call({ tool: 'a', decision: 'denied' }));
  const seqs = (filter: Parameters<typeof showAudit>[1]) => showAudit(dir, filter).map(({ seq }) => seq);
  expect(seqs({})).toEqual([1, 2, 3]);
  expect(seqs({ tool: 'a' })).toEqual([1, 3]);
  expect(seqs({ decision: 'denied' })).toEqual([2, 3]);
  expect(seqs({ tool: 'a', decision: 'denied' })).toEqual([3]);
  expect(seqs({ since: '2026-01-02T12:00:01.000Z' })).toEqual([2, 3]);
  expect(seqs({ limit: 1 })).toEqual([3]);
});

test('without a ledger a check says what it cannot see', async () => {
  await new AuditLog({ projectDir: dir, clock }).append(call());
  expect(await verifyAudit({ projectDir: dir })).toMatchObject({
    intact: true,
    anchored: false,
    notes: ['a cut tail cannot be seen: the ledger does not know this log'],
  });
});

test('a log that the ledger has not known is taken up with a record of it', async () => {
  await new AuditLog({ projectDir: dir, clock }).append(call());
  await fill(1);
  expect(showAudit(dir).map((entry) => (entry.kind === 'repair' ? entry.what : entry.kind))).toEqual([
    'call',
    'ledger_started',
    'call',
  ]);
  expect(await check()).toMatchObject({ intact: true, anchored: true });
});

test('an empty project has an empty log', async () => {
  expect(showAudit(dir)).toEqual([]);
  expect(await check()).toMatchObject({ intact: true, entries: 0, files: [] });
});

test('the log is never written through a link', async () => {
  const outside = join(stateDir, 'outside.txt');
  await mkdir(join(dir, '.codeloop'));
  await writeFile(outside, '');
  await symlink(outside, join(dir, FILE));
  await expect(open().append(call())).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await readFile(outside, 'utf8')).toBe('');
});

const script = join(import.meta.dirname, 'processes/append-audit.mjs');

few('four processes append to one log, across rotations, without breaking it', async () => {
  verifies('audit.processes');
  const run = promisify(execFile);
  await Promise.all(
    Array.from({ length: 4 }, (_unused, index) => run(process.execPath, [script, dir, stateDir, '50', String(index)])),
  );
  const report = await check();
  expect(report).toMatchObject({ intact: true, entries: 200, notes: [], head: { count: 200 }, anchored: true });
  expect(report.files.length).toBeGreaterThan(2);
  const seen = new Set(
    showAudit(dir, { limit: 500 }).map((entry) =>
      entry.kind === 'call' ? `${entry.client.name}: ${JSON.stringify(entry.arguments)}` : entry.kind,
    ),
  );
  expect(seen.size).toBe(200);
});

few('a process that is killed while it appends loses nothing that it had reported', async () => {
  verifies('audit.crash', 'audit.processes');
  let done = 0;
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [script, dir, stateDir, '100000', 'killed'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let reported = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        reported += chunk.toString();
        if (reported.split('\n').length > 20 + round) child.kill('SIGKILL');
      });
      child.on('close', () => resolve());
    });
    const before = (await check()).entries;
    await fill(1);
    const report = await check();
    expect(report.intact).toBe(true);
    expect(report.entries).toBeGreaterThan(before);
    done += reported.split('\n').length - 1;
    const logged = showAudit(dir, { limit: 100_000 }).filter(
      (entry) => entry.kind === 'call' && entry.client.name === 'process killed',
    );
    expect(logged.length).toBeGreaterThanOrEqual(done);
  }
});
