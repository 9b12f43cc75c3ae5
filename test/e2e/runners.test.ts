import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { staying } from './fixture-project.js';
import { makeRunnerProject, type RunnerProject, type VerifyReply } from './runner-project.js';

const some = sampled(test, 2);

let project: RunnerProject;
beforeAll(async () => {
  project = await makeRunnerProject();
});
afterAll(() => project.remove());
beforeEach(async () => {
  await project.config({});
  await project.write('sum.test.js', passing);
  await project.write('sum.node.js', nodePassing);
});

const passing = `import { expect, it } from 'vitest';\nit('adds', () => { expect(1 + 1).toBe(2); });\n`;
// Where it does not matter by what the tests are run: Node's own runner starts in a tenth of the time.
const NODE = 'node --test sum.node.js';
const nodePassing = `import assert from 'node:assert';\nimport { test } from 'node:test';\ntest('adds', () => assert.equal(1 + 1, 2));\n`;
const gate = (reply: VerifyReply, id: string) => reply.gate.failing_gates.find((one) => one.id === id);
const notRun = (reply: VerifyReply) => reply.skipped.map(({ what }) => what);

some('a project that has none of it says so, and passes', async () => {
  verifies('runners.gates');
  await project.scripts({ start: 'node server.js', test: 'echo "Error: no test specified" && exit 1' });
  const reply = await project.verify();
  expect(reply.code).toBe(0);
  expect(reply.gate.not_applicable.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['build_passes', 'static_checks_pass', 'required_tests_pass']),
  );
  expect(notRun(reply)).toEqual(expect.arrayContaining(['build', 'lint and type check', 'tests']));
});

test('build, type check and tests that hold are gates that pass', async () => {
  verifies('runners.gates', 'runners.detected', 'runners.no-edit', 'runners.logs');
  await project.write(
    'tsconfig.json',
    '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [], "lib": ["es2015"] }, "include": ["*.ts"] }',
  );
  await project.write('lamp.ts', 'export const lamps: number = 1;\n');
  await project.scripts({
    build: `node -e "console.log('built with ?token=hunter2hunter2')"`,
    typecheck: 'tsc',
    test: 'vitest',
  });
  const before = await project.read('package.json');
  const reply = await project.verify();
  expect(reply.gate.failing_gates).toEqual([]);
  expect(reply.gate.passing_gates).toEqual(
    expect.arrayContaining(['build_passes', 'static_checks_pass', 'required_tests_pass']),
  );
  const { results } = await project.record(reply.run_id);
  expect(results.map(({ name, status, report, counts }) => ({ name, status, report, counts }))).toEqual([
    { name: 'build', status: 'passed', report: 'exit_code', counts: undefined },
    { name: 'typecheck', status: 'passed', report: 'exit_code', counts: undefined },
    { name: 'test', status: 'passed', report: 'vitest', counts: { passed: 1, failed: 0, skipped: 0 } },
  ]);
  const log = await project.read(results[0]?.log ?? '');
  expect(log).toContain('built with ?token=[redacted]');
  expect(log).not.toContain('hunter2');
  expect(await project.read('package.json')).toBe(before);
  const again = await project.verify('--skip-tests');
  expect(again.run_id).toBe(reply.run_id);
  expect(again.skipped).toContainEqual({ what: 'test', reason: 'skip_tests was asked for' });
  // They ran on this very code a moment ago.
  expect(again.gate.passing_gates).toContain('required_tests_pass');
});

some('what fails is named with its place, all of it in one verification', async () => {
  verifies('runners.gates', 'runners.outcomes');
  await project.write('lamp.ts', 'export const lamps: number = "one";\n');
  await project.write(
    'sum.test.js',
    `${passing}it('adds wrongly', () => {\n  expect(1 + 1).toBe(3);\n});\nit.skip('later', () => {});\n`,
  );
  await project.scripts({
    build: `node -e "console.error('cannot find the lamp'); process.exit(1)"`,
    typecheck: 'tsc',
    test: 'vitest run',
  });
  const reply = await project.verify();
  expect(reply.code).toBe(1);
  expect(gate(reply, 'build_passes')).toMatchObject({
    status: 'fail',
    problems: [
      { title: 'The build (build) failed: exit code 1.', text: expect.stringContaining('cannot find the lamp') },
    ],
  });
  expect(gate(reply, 'static_checks_pass')).toMatchObject({
    problems: [{ file: 'lamp.ts', line: 1, text: expect.stringContaining("TS2322: Type 'string' is not assignable") }],
  });
  const tests = gate(reply, 'required_tests_pass');
  expect(tests?.reason).toBe('Tests fail (1); Tests were skipped (1)');
  expect(tests?.problems).toMatchObject([
    {
      title: 'A test failed (test: 1 failed, exit code 1).',
      file: 'sum.test.js',
      line: 4,
      text: expect.stringContaining('adds wrongly'),
    },
    { title: '1 test(s) were skipped (test).', text: 'later' },
  ]);
});

/** What a test command did, how the gate of tests then stands, and its first problem's title. */
const TOLD: [what: string, project: () => Promise<void>, gate: object, title?: string][] = [
  [
    'only skipped tests',
    async () => {
      await project.write('sum.node.js', `import { test } from 'node:test';\ntest.skip('later', () => {});\n`);
      await project.scripts({ test: NODE });
    },
    { reason: 'No test was executed (1); Tests were skipped (1)' },
    'Zero tests ran (test): all 1 were skipped.',
  ],
  [
    'zero tests',
    () => project.scripts({ test: 'vitest run --passWithNoTests nothing-of-this-name' }),
    { status: 'fail', reason: 'No test was executed (1)' },
    'Zero tests ran (test): none was found.',
  ],
  [
    'failures with exit code 0',
    async () => {
      await project.write('sum.test.js', passing.replace('toBe(2)', 'toBe(3)'));
      await project.scripts({ test: 'vitest run --reporter=default || true' });
    },
    { status: 'fail' },
    'The test command (test) failed: 1 failed, although it ended with exit code 0.',
  ],
  [
    'an unknown number',
    () => project.scripts({ test: 'echo all is well' }),
    {
      status: 'could_not_run',
      reason:
        'Not known: tests were executed (test ended with exit code 0, but how many tests it ran cannot be told from what it printed)',
    },
  ],
];
test.each(sampleOf(TOLD, 4))(
  'tests that were not simply passed are told apart: %s',
  async (_what, make, stands, title) => {
    verifies('runners.outcomes');
    await make();
    const found = gate(await project.verify(), 'required_tests_pass');
    expect(found).toMatchObject(stands);
    if (title !== undefined) expect(found?.problems[0]?.title).toBe(title);
  },
);

some('skipped tests pass with a reason, which is shown', async () => {
  verifies('runners.outcomes');
  await project.write('sum.node.js', `${nodePassing}test.skip('later', () => {});\n`);
  await project.scripts({ test: NODE });
  await project.config({ tests: { waive_gate: { reason: 'needs the printer' } } });
  const reply = await project.verify();
  expect(reply.gate.passing_gates).toContain('required_tests_pass');
  expect(reply.checks).toContainEqual(expect.objectContaining({ id: 'tests-waiver', status: 'fail' }));
});

some('a build that hangs is ended with all it started, and the rest goes on', async () => {
  verifies('runners.ended');
  await project.write(
    'hang.js',
    `import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
console.log('pids', process.pid, child.pid);
setInterval(() => {}, 1000);
`,
  );
  await project.scripts({ build: 'node hang.js', test: NODE });
  await project.config({ runners: { build: { timeout_ms: 3000 } } });
  const reply = await project.verify();
  expect(gate(reply, 'build_passes')?.problems[0]?.title).toMatch(
    /^The build \(build\) did not end: it was still running after 3 s/,
  );
  expect(reply.gate.passing_gates).toContain('required_tests_pass');
  const { results } = await project.record(reply.run_id);
  expect(results.map(({ status }) => status)).toEqual(['timed_out', 'passed']);
  const [, ...pids] = /pids (\d+) (\d+)/.exec(await project.read(results[0]?.log ?? '')) ?? [];
  expect(pids).toHaveLength(2);
  expect(await staying(pids.map(Number))).toEqual([]);
});

test('a plugin runs where its file is, and counts', async () => {
  verifies('runners.plugins');
  await project.scripts({ test: NODE });
  const plugins = (file: string) =>
    project.write(
      '.codeloop/plugins.json',
      JSON.stringify({
        plugins: [
          { name: 'tap', command: 'node', args: ['tap.js'], detect_file: 'tap.js', parse_output: 'tap' },
          { name: 'absent', command: 'no-such-program', detect_file: file },
        ],
      }),
    );
  await project.write('tap.js', `console.log('TAP version 13\\n1..2\\nok 1 - lights\\nnot ok 2 - dims');\n`);
  await plugins('nowhere.txt');
  const reply = await project.verify();
  expect(gate(reply, 'required_tests_pass')?.problems).toMatchObject([
    { title: 'A test failed (plugin-tap: 1 failed, although it ended with exit code 0).', text: 'dims: It failed.' },
  ]);
  expect(reply.skipped).toContainEqual({ what: 'plugin absent', reason: 'there is no nowhere.txt' });
  await project.write('.codeloop/plugins.json', '{ "plugins": [{ "name": "a", "comand": "x" }] }');
  await expect(project.verify()).rejects.toThrow(/unknown key .*comand.* did you mean .*command/);
  await project.write('.codeloop/plugins.json', '{ "plugins": [] }');
});

test('a build into an ignored, served folder leaves the evidence fresh; one that writes code is named', async () => {
  verifies('runners.build-state');
  await project.write('.gitignore', 'artifacts/\nnode_modules\nsite/\n');
  await project.write(
    'build.js',
    `import { cpSync } from 'node:fs';\ncpSync('public', 'site', { recursive: true });\n`,
  );
  await project.scripts({ build: 'node build.js' });
  await project.config({ server: { static: 'site' } });
  // The very first build makes the folder that is served.
  for (const time of ['first', 'second']) {
    const reply = await project.verify();
    expect([time, reply.gate.failing_gates]).toEqual([time, []]);
  }
  await project.write(
    'build.js',
    `import { cpSync, writeFileSync } from 'node:fs';\ncpSync('public', 'site', { recursive: true });\nwriteFileSync('version.txt', String(Date.now()));\n`,
  );
  const reply = await project.verify();
  expect(gate(reply, 'build_passes')?.problems[0]?.title).toBe(
    'The build (build) ran while files of the code changed: version.txt.',
  );
});

test('a command that a commit had and that is gone or reads differently needs a person', async () => {
  verifies('runners.gone');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false', ...args], {
      cwd: project.dir,
    });
  await project.write('.gitignore', 'artifacts/\nnode_modules\n.git\n');
  await project.scripts({ build: 'node -e 1', test: NODE });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
  await project.scripts({ test: `${NODE} --test-only` });
  const reply = await project.verify();
  expect(gate(reply, 'build_passes')).toMatchObject({ status: 'needs_human', problems: [{ text: 'node -e 1' }] });
  expect(gate(reply, 'build_passes')?.problems[0]?.title).toMatch(
    /^The build \(build\) that commit [0-9a-f]{10} had is gone\.$/,
  );
  expect(gate(reply, 'evidence_integrity')?.problems[0]?.title).toMatch(
    /^runners\.test was changed, against commit [0-9a-f]{10}\.$/,
  );
});
