import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type CallContext, type Door, defineTool } from '../../src/call/define-tool.js';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { showAudit, verifyAudit } from '../../src/call/policy/audit-reading.js';
import { CodeloopError } from '../../src/core/errors.js';
import { Session } from '../../src/live/session.js';
import { Ledger } from '../../src/store/ledger.js';
import { verifies } from '../requirements.js';

let dir: string;
let stateDir: string;
let now: number;
let runs: string[];
let whileRunning: () => void;
let dispatcher: Dispatcher;
const NOON = Date.UTC(2026, 0, 2, 12);

const base = { toolset: 'core', doors: ['mcp', 'cli'], effect: 'read', pictures: false } as const;
/** Two tools of one shape: they say that they ran, and fail on request. */
const sample = (name: `codeloop_${string}`) =>
  defineTool({
    ...base,
    name,
    command: { name: name.replace('codeloop_', '') },
    title: name,
    description: name,
    input: z.strictObject({
      project_dir: z.string().optional(),
      url: z.string(),
      seconds: z.number().default(5),
      fails: z.boolean().optional(),
      figma_token: z.string().optional(),
    }),
    output: { note: z.string().optional() },
    run: async (input, context) => {
      runs.push(name);
      whileRunning();
      if (input.fails) throw new CodeloopError('APP_NOT_READY', { url: input.url, reason: 'asked to fail' });
      context.signal.throwIfAborted();
      return { result: { status: 'pass', summary: `saw ${input.url}` } };
    },
  });
const tools = [sample('codeloop_verify'), sample('codeloop_record'), sample('codeloop_init_project')];

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'codeloop-guard-')));
  stateDir = await mkdtemp(join(tmpdir(), 'codeloop-state-'));
  vi.stubEnv('XDG_STATE_HOME', stateDir);
  await mkdir(join(dir, '.codeloop'));
  await writeFile(join(dir, 'package.json'), '{}');
  now = NOON;
  runs = [];
  whileRunning = () => undefined;
  dispatcher = new Dispatcher(tools, new Session({ clock: { now: () => now } }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
  await rm(stateDir, { recursive: true, force: true });
});

const policy = (text: string) => writeFile(join(dir, '.codeloop/policy.yaml'), `version: "1"\n${text}\n`);

function contextOf(door: Door, more: Partial<CallContext> = {}): CallContext {
  return {
    door,
    client: { name: 'test', version: '1' },
    signal: new AbortController().signal,
    progress: () => undefined,
    roots: [dir],
    cwd: dir,
    ci: false,
    ...more,
  };
}

/** `pass`, or the code of the error; the whole error by `errorOf`. */
async function call(door: Door, given: Record<string, unknown> = {}, name = 'codeloop_verify') {
  const reply = await dispatcher.call(name, { url: 'http://app', ...given }, contextOf(door));
  return reply.kind === 'result' ? 'pass' : reply.error.code;
}

async function errorOf(door: Door, given: unknown = { url: 'http://app' }, name = 'codeloop_verify') {
  const reply = await dispatcher.call(name, given, contextOf(door));
  if (reply.kind !== 'error') throw new Error('the call worked');
  return reply.error;
}

const DOORS: Door[] = ['mcp', 'cli'];

test.each(DOORS)('%s: a limit says what is used and when to come again', async (door) => {
  verifies('policy.both-doors', 'policy.no-limit-exceeded');
  await policy('tools: {codeloop_verify: {rules: [{name: builds, rate_limit: 2/minute, on_deny: Fix first.}]}}');
  now = NOON + 15_000;
  expect([await call(door), await call(door)]).toEqual(['pass', 'pass']);
  expect(await errorOf(door)).toEqual({
    code: 'RATE_LIMITED',
    message:
      'The project\'s policy limits codeloop_verify (rule "builds"): 2 of 2 per minute used. Reason given: Fix first.',
    fix: 'Wait 45000 ms before calling it again; do something else meanwhile.',
    retry_after_ms: 45_000,
    details: { rule: 'builds', reason: 'Fix first.', limit: 2, window: 'minute', used: 2, asked: 1 },
  });
  expect(await call(door, {}, 'codeloop_record')).toBe('pass');
  now = NOON + 59_999;
  expect(await call(door)).toBe('RATE_LIMITED');
  now = NOON + 60_000;
  expect(await call(door)).toBe('pass');
  expect(runs).toHaveLength(4);
});

test.each(DOORS)('%s: allow with max 10 in 60 s and required arguments', async (door) => {
  verifies('policy.both-doors');
  await policy(
    'tools: {codeloop_verify: {rules: [{action: allow, rate_limit: {max: 10, window: 60}, validate: {required_args: true}}]}}',
  );
  expect(await errorOf(door, {})).toEqual({
    code: 'POLICY_DENIED',
    message: 'The project\'s policy refuses codeloop_verify (rule "tools.codeloop_verify.rules[0]"): missing: url.',
    fix: 'Call it again with url.',
    details: { rule: 'tools.codeloop_verify.rules[0]', missing: ['url'] },
  });
  const outcomes = [];
  for (let n = 0; n < 11; n += 1) outcomes.push(await call(door));
  // The incomplete call had not counted: ten are left, then none.
  expect(outcomes).toEqual([...Array(10).fill('pass'), 'RATE_LIMITED']);
  now += 60_000;
  expect(await call(door)).toBe('pass');
});

test.each(DOORS)('%s: deny with a reason', async (door) => {
  verifies('policy.both-doors');
  await policy('tools: {codeloop_verify: {rules: [{action: deny, reason: "Only CI verifies."}]}}');
  expect(await errorOf(door)).toEqual({
    code: 'POLICY_DENIED',
    message:
      'The project\'s policy refuses codeloop_verify (rule "tools.codeloop_verify.rules[0]"): the tool is denied. Reason given: Only CI verifies.',
    fix: 'Go on without it; only the user can change the policy. Do not repeat the call.',
    details: { rule: 'tools.codeloop_verify.rules[0]', reason: 'Only CI verifies.' },
  });
  expect(runs).toEqual([]);
});

test.each(DOORS)('%s: an allow-list, and what it hides', async (door) => {
  verifies('policy.both-doors');
  await policy(
    'default: deny\nhide: [codeloop_record]\ntools: {codeloop_verify: {rules: []}, codeloop_record: {rules: []}}',
  );
  expect([
    await call(door),
    await call(door, {}, 'codeloop_record'),
    await call(door, {}, 'codeloop_init_project'),
  ]).toEqual(['pass', 'POLICY_DENIED', 'POLICY_DENIED']);
  expect((await dispatcher.offered(contextOf(door))).map(({ name }) => name)).toEqual([
    'codeloop_verify',
    'codeloop_init_project',
  ]);
  expect((await errorOf(door, {}, 'codeloop_recor')).allowed).not.toContain('codeloop_record');
});

test('limits count by session, identity or project; a session’s end with it', async () => {
  verifies('policy.per');
  const rule = (per: string) =>
    policy(`grants: { "client:a": { tools: ["*"] }, default: { tools: ["*"] } }
tools: {codeloop_verify: {rules: [{name: ${per}, action: allow, rate_limit: {max: 1, window: 60, per: ${per}}}]}}`);
  const by = async (name: string, connection: string, door: Door = 'mcp') => {
    const context = contextOf(door, { client: { name, version: '1' }, connection });
    const reply = await dispatcher.call('codeloop_verify', { url: 'u' }, context);
    return reply.kind === 'result' ? 'pass' : reply.error.code;
  };
  await rule('session');
  expect([await by('a', '1'), await by('a', '1'), await by('b', '1'), await by('a', '2')]).toEqual([
    'pass',
    'RATE_LIMITED',
    'RATE_LIMITED',
    'pass',
  ]);
  dispatcher.endSession('1');
  expect([await by('a', '1'), await by('a', '2')]).toEqual(['pass', 'RATE_LIMITED']);
  // Each command of a terminal would be a session of its own.
  expect([await by('x', 'p', 'cli'), await by('x', 'q', 'cli')]).toEqual(['pass', 'RATE_LIMITED']);
  await rule('identity');
  // A new name, which nobody granted anything, does not begin anew.
  expect([await by('a', '3'), await by('a', '4'), await by('b', '5'), await by('c', '6')]).toEqual([
    'pass',
    'RATE_LIMITED',
    'pass',
    'RATE_LIMITED',
  ]);
  await rule('project');
  expect([await by('a', '7'), await by('b', '8'), await by('x', '9', 'cli')]).toEqual([
    'pass',
    'RATE_LIMITED',
    'RATE_LIMITED',
  ]);
});

test('who called, and how that is known, stands in the log; what is not granted is not in the list', async () => {
  verifies('policy.who', 'policy.grants');
  await policy('grants: { "client:a": { tools: [codeloop_verify] }, default: { tools: [codeloop_record] } }');
  const as = (name: string) => contextOf('mcp', { client: { name, version: '1' } });
  for (const name of ['a', 'A']) await dispatcher.call('codeloop_verify', { url: 'u' }, as(name));
  await dispatcher.call('codeloop_record', { url: 'u' }, contextOf('cli', { agent: 'CLAUDECODE' }));
  expect(showAudit(dir, { limit: 9 }).map((line) => ('who' in line ? [line.who, line.decision] : line))).toEqual([
    [{ id: 'client:a', known_by: 'said_by_itself' }, 'allowed'],
    [{ id: 'client:A', known_by: 'said_by_itself' }, 'denied'],
    [{ id: 'agent', known_by: 'environment' }, 'allowed'],
  ]);
  const names = async (name: string) => (await dispatcher.offered(as(name))).map((tool) => tool.name);
  expect([await names('a'), await names('b')]).toEqual([['codeloop_verify'], ['codeloop_record']]);
});

test.each(DOORS)('%s: 60 calls a minute of all tools together', async (door) => {
  verifies('policy.both-doors', 'policy.no-limit-exceeded');
  await policy('tools: {"*": {rules: [{name: all, rate_limit: 60/minute}]}}');
  const outcomes = [];
  for (let n = 0; n < 61; n += 1) outcomes.push(await call(door, {}, n % 2 ? 'codeloop_verify' : 'codeloop_record'));
  expect(outcomes).toEqual([...Array(60).fill('pass'), 'RATE_LIMITED']);
});

test.each(DOORS)('%s: a daily sum over an argument, its default included', async (door) => {
  verifies('policy.both-doors');
  await policy(`tools:
  codeloop_record:
    rules:
      - name: daily seconds
        conditions: [{path: state.codeloop_record.seconds, op: lte, value: 20}]
        state: {counter: seconds, window: day, increment_from: args.seconds}`);
  const record = (given: Record<string, unknown>) => call(door, given, 'codeloop_record');
  expect(await record({})).toBe('pass');
  expect(await record({ seconds: 16 })).toBe('RATE_LIMITED');
  expect(await record({ seconds: 15 })).toBe('pass');
  expect(await record({ seconds: 0.5 })).toBe('RATE_LIMITED');
  expect(await record({ seconds: -20 })).toBe('POLICY_DENIED');
  now = Date.UTC(2026, 0, 3);
  expect(await record({ seconds: 20 })).toBe('pass');
});

test.each(DOORS)('%s: conditions see the arguments with their defaults', async (door) => {
  await policy(
    'tools: {codeloop_verify: {rules: [{name: local, conditions: [{path: args.url, op: regex, value: "^http://localhost"}, {path: args.seconds, op: eq, value: 5}]}]}}',
  );
  expect(await call(door)).toBe('POLICY_DENIED');
  expect(await call(door, { url: 'http://localhost:3000' })).toBe('pass');
  expect(await errorOf(door, { url: 'http://localhost', seconds: 6 })).toMatchObject({
    fix: 'Call it again so that args.seconds eq 5 holds, or ask the user to change the policy.',
  });
});

test('a failed call gives back what it took; an invalid one takes nothing', async () => {
  verifies('policy.failed-calls-free');
  await policy('tools: {codeloop_verify: {rules: [{name: n, rate_limit: 1/hour}]}}');
  for (let n = 0; n < 3; n += 1) {
    expect(await call('mcp', { fails: true })).toBe('APP_NOT_READY');
    expect(await call('mcp', { seconds: 'no' })).toBe('ARGUMENTS_INVALID');
  }
  expect(await call('mcp')).toBe('pass');
  expect(await call('mcp', { fails: true })).toBe('RATE_LIMITED');
});

test('cancelling what had begun is no way round a limit; a call that never began is free', async () => {
  verifies('policy.no-limit-exceeded');
  await policy('tools: {codeloop_verify: {rules: [{name: n, rate_limit: 1/hour}]}}');
  const early = contextOf('mcp', { signal: AbortSignal.abort() });
  const cancelled = { error: { code: 'CANCELLED' } };
  expect(await dispatcher.call('codeloop_verify', { url: 'x' }, early)).toMatchObject(cancelled);
  expect(runs).toEqual([]);
  const abort = new AbortController();
  whileRunning = () => abort.abort();
  const late = contextOf('mcp', { signal: abort.signal });
  expect(await dispatcher.call('codeloop_verify', { url: 'x' }, late)).toMatchObject(cancelled);
  expect(runs).toHaveLength(1);
  expect(await call('mcp')).toBe('RATE_LIMITED');
});

test('the terminal and a server count together', async () => {
  verifies('policy.both-doors', 'policy.kept');
  await policy('tools: {codeloop_verify: {rules: [{name: n, rate_limit: 2/hour}]}}');
  expect(await call('mcp')).toBe('pass');
  dispatcher = new Dispatcher(tools, new Session({ clock: { now: () => now } }));
  expect(await call('cli')).toBe('pass');
  expect(await call('mcp')).toBe('RATE_LIMITED');
});

test('an edit holds from the next call on; a broken file stops all but the set-up', async () => {
  verifies('policy.file-changes');
  expect(await call('mcp')).toBe('pass');
  await policy('tools: {codeloop_verify: {rules: [{action: deny}]}}');
  expect(await call('mcp')).toBe('POLICY_DENIED');
  await policy('tools: {codeloop_verify: {rules: [{action: dny}]}}');
  expect(await errorOf('mcp')).toMatchObject({
    code: 'POLICY_INVALID',
    message: expect.stringContaining('.codeloop/policy.yaml, line 2, column 44:'),
  });
  expect(await call('cli', {}, 'codeloop_record')).toBe('POLICY_INVALID');
  expect(await call('cli', {}, 'codeloop_init_project')).toBe('pass');
  await rm(join(dir, '.codeloop/policy.yaml'));
  expect(await call('mcp')).toBe('pass');
});

test.each([
  ['a folder inside', 'sub'],
  ['a folder that is not there', 'nowhere'],
  ['a folder outside', '/'],
])('project_dir does not lead round the policy: %s', async (_name, projectDir) => {
  verifies('policy.semantics');
  await mkdir(join(dir, 'sub'));
  await writeFile(join(dir, 'sub/package.json'), '{}');
  await policy('tools: {codeloop_verify: {rules: [{action: deny}]}}');
  expect(await call('mcp', { project_dir: projectDir })).toBe('POLICY_DENIED');
});

test('every call is a line, whatever became of it', async () => {
  verifies('audit.every-call', 'audit.masked');
  await policy(
    'tools: {codeloop_verify: {rules: [{name: one, rate_limit: 1/hour}]}, codeloop_record: {rules: [{name: no, action: deny}]}}',
  );
  await call('mcp', { figma_token: 'figd-secret-value' });
  await call('cli');
  await call('mcp', {}, 'codeloop_record');
  await call('mcp', { fails: true }, 'codeloop_init_project');
  await dispatcher.call('codeloop_verify', { url: 5 }, contextOf('mcp'));
  await dispatcher.call('codeloop_nothing', 'no object', contextOf('mcp'));
  await writeFile(join(dir, '.codeloop/policy.yaml'), '');
  await call('mcp');
  const lines = showAudit(dir).map((entry) =>
    entry.kind === 'call'
      ? [entry.door, entry.tool, entry.decision, entry.rule, entry.status, entry.code ?? '']
      : [entry.kind],
  );
  expect(lines).toEqual([
    ['mcp', 'codeloop_verify', 'allowed', null, 'pass', ''],
    ['cli', 'codeloop_verify', 'limited', 'one', 'error', 'RATE_LIMITED'],
    ['mcp', 'codeloop_record', 'denied', 'no', 'error', 'POLICY_DENIED'],
    ['mcp', 'codeloop_init_project', 'allowed', null, 'error', 'APP_NOT_READY'],
    ['mcp', 'codeloop_verify', 'rejected', null, 'error', 'ARGUMENTS_INVALID'],
    ['mcp', 'codeloop_nothing', 'rejected', null, 'error', 'TOOL_NOT_FOUND'],
    ['mcp', 'codeloop_verify', 'policy_invalid', null, 'error', 'POLICY_INVALID'],
  ]);
  const text = await readFile(join(dir, '.codeloop/audit.jsonl'), 'utf8');
  expect(text).not.toContain('figd-secret-value');
  expect(await verifyAudit({ projectDir: dir, anchor: new Ledger(dir) })).toMatchObject({
    intact: true,
    anchored: true,
  });
});

test('a folder that is no project of codeloop is left as it was', async () => {
  await rm(join(dir, '.codeloop'), { recursive: true });
  expect(await call('cli')).toBe('pass');
  await expect(readFile(join(dir, '.codeloop/audit.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a call that cannot be logged does not run and gives no result', async () => {
  verifies('audit.every-call');
  // A folder stands where the log belongs: not even root can write there.
  await mkdir(join(dir, '.codeloop/audit.jsonl'));
  await chmod(join(dir, '.codeloop'), 0o755);
  expect(await errorOf('mcp')).toMatchObject({
    code: 'AUDIT_UNWRITABLE',
    message:
      'The call of codeloop_verify could not be written into .codeloop/audit.jsonl (EISDIR), so its result is withheld.',
  });
  expect(runs).toEqual([]);
});

test('a policy in a subfolder adds to the one above it, and the log stays above', async () => {
  verifies('policy.semantics', 'audit.every-call');
  await mkdir(join(dir, 'sub/.codeloop'), { recursive: true });
  await policy('hide: [codeloop_record]\ntools: {codeloop_verify: {rules: [{name: outer, rate_limit: 2/hour}]}}');
  const inner = (text: string) => writeFile(join(dir, 'sub/codeloop.yaml'), `version: "1"\n${text}\n`);
  const sub = { project_dir: 'sub' };
  await inner('default: allow');
  expect([await call('mcp', sub), await call('mcp', sub, 'codeloop_record')]).toEqual(['pass', 'POLICY_DENIED']);
  await inner('tools: {codeloop_verify: {rules: [{action: deny, reason: Not here.}]}}');
  expect(await call('mcp', sub)).toBe('POLICY_DENIED');
  // What the inner policy limits costs nothing of the outer limit.
  await inner('tools: {codeloop_verify: {rules: [{name: inner, conditions: [{path: args.url, op: eq, value: x}]}]}}');
  expect(await call('mcp', sub)).toBe('POLICY_DENIED');
  expect([await call('mcp', { ...sub, url: 'x' }), await call('mcp')]).toEqual(['pass', 'RATE_LIMITED']);
  await inner('tools: [');
  expect(await call('mcp', sub)).toBe('POLICY_INVALID');
  expect(showAudit(dir)).toHaveLength(7);
});

test('a policy holds where no project may be, and HOME does not end the search for it', async () => {
  verifies('policy.semantics');
  await mkdir(join(dir, 'sub'));
  await policy('tools: {codeloop_verify: {rules: [{action: deny}]}}');
  vi.stubEnv('HOME', dir);
  expect(await call('cli')).toBe('POLICY_DENIED');
  expect(await call('cli', { project_dir: 'sub' })).toBe('POLICY_DENIED');
  vi.stubEnv('HOME', join(dir, 'sub'));
  expect(await call('cli')).toBe('POLICY_DENIED');
});

test('what an argument calls a run id is not taken at its word', async () => {
  verifies('audit.masked', 'audit.chain');
  const given = { url: 5, run_id: `token=C4n4ry ${'x'.repeat(100_000)}` };
  await dispatcher.call('codeloop_verify', given, contextOf('mcp'));
  await dispatcher.call('codeloop_verify', { url: 5, run_id: 'run-1' }, contextOf('mcp'));
  const text = await readFile(join(dir, '.codeloop/audit.jsonl'), 'utf8');
  expect(text).not.toContain('C4n4ry');
  expect(showAudit(dir).map((entry) => (entry.kind === 'call' ? entry.run_id : entry.kind))).toEqual([
    undefined,
    'run-1',
  ]);
  expect((await verifyAudit({ projectDir: dir, anchor: new Ledger(dir) })).intact).toBe(true);
});

test('a call that is under way when the process gives up is a line, and only one', async () => {
  verifies('audit.every-call');
  const given: Promise<void>[] = [];
  whileRunning = () => given.push(dispatcher.giveUp());
  expect(await call('mcp')).toBe('pass');
  await Promise.all(given);
  expect(showAudit(dir)).toMatchObject([{ decision: 'allowed', status: 'error', code: 'CANCELLED' }]);
});
