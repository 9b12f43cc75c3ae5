import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { FULL, SEED, sampled } from '../sample.js';
import { type OpenDoor, type Outcome, openCli, openMcp, SERVER } from './policy-doors.js';
import { BIN, run, start } from './programs.js';
import { runWarm } from './warm-program.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

let dir: string;
let env: Record<string, string>;
let doors: OpenDoor[];

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'codeloop-e2e-policy-')));
  env = { XDG_STATE_HOME: join(dir, '.state') };
  doors = [];
  await mkdir(join(dir, '.codeloop'));
  await writeFile(join(dir, 'package.json'), '{"name":"app"}');
  await writeFile(join(dir, '.codeloop/config.json'), '{}');
});
afterEach(async () => {
  for (const door of doors) await door.close();
  await rm(dir, { recursive: true, force: true });
});

const policy = (text: string) => writeFile(join(dir, '.codeloop/policy.yaml'), `version: "1"\n${text}\n`);
const say = (outcome: Outcome) => outcome.code ?? outcome.status ?? outcome;

async function opened(kind: 'mcp' | 'cli', era: 'first' | 'modern' = 'first'): Promise<OpenDoor> {
  const door = kind === 'mcp' ? await openMcp(dir, env, era) : await openCli(dir, env, { warm: true });
  doors.push(door);
  return door;
}

/** Does it again when the clock's minute (day) turned meanwhile: the counters had rightly begun anew. */
async function withinOne(ms: number, work: () => Promise<void>): Promise<void> {
  for (let turned = true; turned; ) {
    const start = Math.floor(Date.now() / ms);
    let failure: unknown;
    await work().catch((error: unknown) => {
      failure = error;
    });
    turned = Math.floor(Date.now() / ms) !== start;
    if (!turned && failure !== undefined) throw failure;
  }
}

const RUNS = 'codeloop_run_history';
const DAY = 86_400_000;

describe.each(['mcp', 'cli'] as const)('the examples of the field, by the door %s', (kind) => {
  some('allow with a limit and required arguments', async () => {
    verifies('policy.both-doors');
    const max = kind === 'mcp' ? 10 : 2;
    await policy(
      `tools: {${RUNS}: {rules: [{action: allow, rate_limit: {max: ${max}, window: 600}}]}, codeloop_capture_screenshot: {rules: [{action: allow, rate_limit: {max: 10, window: 60}, validate: {required_args: true}}]}}`,
    );
    const door = await opened(kind);
    expect(await door.call('codeloop_capture_screenshot')).toMatchObject({
      code: 'POLICY_DENIED',
      details: { missing: ['screen_name'] },
    });
    for (let n = 0; n < max; n += 1) expect(say(await door.call(RUNS))).toBe('pass');
    const refused = await door.call(RUNS);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', details: { limit: max, used: max, window: '600 s' } });
    expect(refused.retry_after_ms).toBeLessThanOrEqual(600_000);
  });

  some('deny with a reason', async () => {
    verifies('policy.both-doors');
    await policy(`tools: {${RUNS}: {rules: [{action: deny, reason: "Not \${HOME} now."}]}}`);
    const door = await opened(kind);
    expect(await door.call(RUNS)).toMatchObject({
      code: 'POLICY_DENIED',
      message: expect.stringMatching(/Reason given: Not \$\{HOME\} now\.$/),
    });
  });

  some('an allow-list, and a hidden tool', async () => {
    verifies('policy.both-doors');
    await policy(
      `default: deny\nhide: [codeloop_verify]\ntools:\n  ${RUNS}: {rules: []}\n  "*": {rules: [{action: allow}]}`,
    );
    const door = await opened(kind);
    expect(say(await door.call(RUNS))).toBe('pass');
    expect(await door.call('codeloop_init_project')).toMatchObject({ details: { rule: 'default: deny' } });
    expect(await door.call('codeloop_verify')).toMatchObject({ code: 'POLICY_DENIED', details: { rule: 'hide' } });
    const shown = await door.list();
    if (shown) {
      expect(shown).not.toContain('codeloop_verify');
      expect(shown).toContain('codeloop_init_project');
    }
  });

  some('so many calls a minute of all tools together', async () => {
    verifies('policy.both-doors');
    const max = kind === 'mcp' ? 60 : 2;
    const door = await opened(kind);
    await withinOne(60_000, async () => {
      // A name of its own each time: what an earlier attempt had counted stays where it was.
      await rm(join(dir, '.codeloop/cache'), { recursive: true, force: true });
      await policy(`tools: {"*": {rules: [{name: all, rate_limit: ${max}/minute}]}}`);
      for (let n = 0; n < max; n += 1) expect(say(await door.call(RUNS))).toBe('pass');
      const refused = await door.call(RUNS);
      expect(refused).toMatchObject({ code: 'RATE_LIMITED', details: { limit: max, used: max, window: 'minute' } });
      expect(refused.retry_after_ms).toBeLessThanOrEqual(60_000);
    });
  });

  some('a daily sum over an argument', async () => {
    verifies('policy.both-doors');
    const door = await opened(kind);
    await withinOne(DAY, async () => {
      await rm(join(dir, '.codeloop/cache'), { recursive: true, force: true });
      await policy(
        `tools: {${RUNS}: {rules: [{name: rows, conditions: [{path: state.${RUNS}.rows, op: lte, value: 50}], state: {counter: rows, window: day, increment_from: args.limit}}]}}`,
      );
      expect(say(await door.call(RUNS, { limit: 30 }))).toBe('pass');
      expect(say(await door.call(RUNS, { limit: 21 }))).toBe('RATE_LIMITED');
      expect(say(await door.call(RUNS, { limit: 20 }))).toBe('pass');
      expect(say(await door.call(RUNS, { limit: 1 }))).toBe('RATE_LIMITED');
    });
  });
});

/** Both generations of clients in the full run; as a sample one for each test, the other with the next seed. */
const eras = (which: number) => (['first', 'modern'] as const).filter((_, at) => FULL || at === (SEED + which) % 2);

test.each(eras(0))('a running server goes by an edit at the next call (%s client)', async (era) => {
  verifies('policy.file-changes', 'policy.kept');
  const door = await opened('mcp', era);
  const all = await door.list();
  expect(say(await door.call(RUNS))).toBe('pass');
  await policy(`hide: [${RUNS}]`);
  expect(say(await door.call(RUNS))).toBe('POLICY_DENIED');
  expect(await door.list()).toEqual(all?.filter((name) => name !== RUNS));
  await writeFile(join(dir, '.codeloop/policy.yaml'), 'version: "1"\ntools: [');
  expect(await door.call(RUNS)).toMatchObject({
    code: 'POLICY_INVALID',
    message: expect.stringMatching(/^\.codeloop\/policy\.yaml, line 2, column \d+: /),
  });
  const check = await run(BIN, ['policy', 'check', '--json'], { cwd: dir, env });
  expect(check.code).toBe(1);
  expect(JSON.parse(check.stdout)).toMatchObject({ status: 'fail', file: '.codeloop/policy.yaml' });
  await rm(join(dir, '.codeloop/policy.yaml'));
  expect(say(await door.call(RUNS))).toBe('pass');
});

test('a client that has seen the list is told when an edit changes it', async () => {
  verifies('policy.file-changes');
  const { child, printed, ended } = start(BIN, ['serve'], { cwd: dir, env });
  const ask = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '0' } };
  ask({ id: 1, method: 'initialize', params });
  expect(await printed('stdout', '"id":1')).toContain('"listChanged":true');
  ask({ method: 'notifications/initialized' });
  ask({ id: 2, method: 'tools/list' });
  await printed('stdout', '"id":2');
  await policy('hide: [codeloop_verify]');
  ask({ id: 3, method: 'tools/call', params: { name: RUNS, arguments: {} } });
  await printed('stdout', '"method":"notifications/tools/list_changed"');
  await printed('stdout', '"id":3');
  child.stdin.end();
  expect((await ended).stdout.match(/list_changed/g)).toHaveLength(1);
});

few('two servers and the terminal on one project never exceed a limit together', async () => {
  verifies('policy.no-limit-exceeded', 'policy.both-doors');
  await withinOne(DAY, async () => {
    await rm(join(dir, '.codeloop/cache'), { recursive: true, force: true });
    await policy(`tools: {${RUNS}: {rules: [{name: n, rate_limit: 12/day}]}}`);
    const [one, two, cli] = [await opened('mcp'), await opened('mcp', 'modern'), await openCli(dir, env)];
    const outcomes = await Promise.all([
      ...Array.from({ length: 10 }, () => one.call(RUNS)),
      ...Array.from({ length: 10 }, () => two.call(RUNS)),
      ...Array.from({ length: 2 }, () => cli.call(RUNS)),
    ]);
    expect(outcomes.map(say).filter((outcome) => outcome === 'pass')).toHaveLength(12);
    expect(outcomes.map(say).filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(10);
  });
});

few('the commands: a starter that is valid, every mistake at once, and what would happen', async () => {
  const codeloop = async (...argv: string[]) => {
    const { code, stdout } = await runWarm([...argv, '--project-dir', dir], { cwd: dir, env });
    return { code, stdout };
  };
  expect((await codeloop('policy', 'init')).code).toBe(0);
  const starter = await readFile(join(dir, '.codeloop/policy.yaml'), 'utf8');
  const shown = await (await opened('mcp')).list();
  for (const name of shown ?? []) expect(starter).toContain(`  ${name}:\n`);
  expect((await codeloop('policy', 'check')).code).toBe(0);
  expect((await codeloop('policy', 'init')).code).toBe(0);
  expect(await readFile(join(dir, '.codeloop/policy.yaml'), 'utf8')).toBe(starter);

  await policy(
    `hide: [codeloop_verfy, design-compare]\ntools:\n  ${RUNS}:\n    rules:\n      - {name: few, conditions: [{path: args.limit, op: lt, value: 10}], on_deny: Ask for less.}\n      - {name: hourly, rate_limit: 1/hour}`,
  );
  const explain = async (given: string) => {
    const { code, stdout } = await run(BIN, ['policy', 'explain', 'run-history', '--json', given], { cwd: dir, env });
    expect(code).toBe(0);
    return stdout;
  };
  // Explained as often as one likes: nothing is counted.
  for (let n = 0; n < 2; n += 1)
    expect(await explain('{"limit":5}')).toContain('codeloop_run_history, called by script, would be allowed.');
  const denied = await explain('{"limit":20}');
  expect(denied).toContain(
    'codeloop_run_history, called by script, would be denied, rule "few": "args.limit lt 10" does not hold.',
  );
  expect(denied).toMatch(/few .* denies .*Ask for less[\s\S]*hourly .* passes/);
  const checked = await codeloop('policy', 'check', '--json');
  expect(JSON.parse(checked.stdout).warnings).toEqual([
    'There is no tool codeloop_verfy; did you mean codeloop_verify?',
    'There is no tool design-compare; did you mean codeloop_design_compare?',
  ]);
  await policy('tools:\n  a: {rules: [{action: dny}, {rate_limit: 5/week}]}\nhide: x');
  const wrong = JSON.parse((await codeloop('policy', 'check', '--json')).stdout);
  expect(wrong.problems.map(({ line }: { line: number }) => line)).toEqual([3, 3, 4]);
});

test('editing, cutting and reordering the audit log by hand is reported with the first bad line', async () => {
  verifies('audit.chain');
  const file = join(dir, '.codeloop/audit.jsonl');
  const door = await opened('mcp');
  for (let n = 1; n <= 5; n += 1) await door.call(RUNS, { limit: n });
  const whole = await readFile(file, 'utf8');
  const lines = whole.split('\n').slice(0, -1);
  const verify = async (text: string) => {
    await writeFile(file, text);
    const { code, stdout } = await runWarm(['audit', 'verify', '--json'], { cwd: dir, env });
    // The check itself is a call and leaves its line; the next case begins from a fresh file and ledger.
    return { code, first: JSON.parse(stdout).problems[0] };
  };
  expect(await verify(whole.replace('"limit":3', '"limit":9'))).toMatchObject({ code: 1, first: { line: 3 } });
  expect(await verify(`${lines.toSpliced(1, 1).join('\n')}\n`)).toMatchObject({ code: 1, first: { line: 2 } });
  const [a = '', b = '', c = '', d = '', e = ''] = lines;
  expect(await verify(`${[a, b, d, c, e].join('\n')}\n`)).toMatchObject({ code: 1, first: { line: 3 } });
  expect(await verify(`${lines.slice(0, 3).join('\n')}\n`)).toMatchObject({ code: 1, first: { line: 4 } });
});

test.each(eras(1))('behind a proxy that filters and denies by itself (%s client)', async (era) => {
  verifies('policy.behind-proxy');
  const plain = await opened('mcp', era);
  const all = (await plain.list()) ?? [];
  const log = join(dir, 'server.log');
  const proxy = join(import.meta.dirname, 'filtering-proxy.mjs');
  const args = [proxy, 'codeloop_verify', 'codeloop_init_project', log, '--', SERVER.command, ...SERVER.args];
  const proxied = await openMcp(dir, env, era, { command: process.execPath, args });
  doors.push(proxied);
  expect(await proxied.list()).toEqual(all.filter((name) => name !== 'codeloop_verify'));
  // The proxy's own answers do not disturb what comes after, on either side.
  expect(await proxied.call('codeloop_init_project')).toEqual({
    text: '[POLICY DENIED] codeloop_init_project is not permitted',
  });
  expect(await proxied.call('codeloop_verify')).toEqual({ text: '[POLICY DENIED] codeloop_verify is not permitted' });
  expect(say(await proxied.call(RUNS))).toBe('pass');
  expect(await proxied.call(RUNS, { limit: 'many' })).toMatchObject({ code: 'ARGUMENTS_INVALID' });
  await policy(`tools: {${RUNS}: {rules: [{name: mine, action: deny, reason: Ours.}]}}`);
  expect(await proxied.call(RUNS)).toMatchObject({ code: 'POLICY_DENIED', details: { rule: 'mine', reason: 'Ours.' } });
  // Every line that the server wrote was one message of the protocol.
  for (const line of (await readFile(log, 'utf8')).split('\n').slice(0, -1))
    expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
});
