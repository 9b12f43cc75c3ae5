import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { alive, descendants, type FixtureProject, makeFixtureProject } from './fixture-project.js';
import { BIN, run, start } from './programs.js';
import { runWarm } from './warm-program.js';

let project: FixtureProject;
let state: string;
let env: Record<string, string>;
let configured: string;
const configFile = () => path.join(project.dir, '.codeloop/config.json');
beforeAll(async () => {
  state = mkdtempSync(path.join(tmpdir(), 'codeloop-state-'));
  env = { XDG_STATE_HOME: state };
  project = await makeFixtureProject();
  configured = readFileSync(configFile(), 'utf8');
});
afterAll(async () => {
  await project?.remove();
  rmSync(state, { recursive: true, force: true });
});

const verify = (...args: string[]) => run(BIN, ['verify', ...args], { cwd: project.dir, env });
/** In this process: where the work is refused before anything is started, the exit code is the same. */
const verifyHere = (...args: string[]) => runWarm(['verify', ...args], { cwd: project.dir, env });

/** Gives the project other settings for one piece of work. */
async function configuredAs<T>(change: (config: Record<string, object>) => object, work: () => Promise<T>): Promise<T> {
  writeFileSync(configFile(), JSON.stringify(change(JSON.parse(configured))));
  try {
    return await work();
  } finally {
    writeFileSync(configFile(), configured);
  }
}

/** The same page as many screens, so that there is time to stop in the middle. */
const screens = (count: number) => (config: object) => ({
  ...config,
  screens: Array.from({ length: count }, (_, at) => ({ name: `s${at}`, path: '/' })),
  capture: { concurrency: 1 },
});

/** Newest first. */
const runs = async () => JSON.parse((await runWarm(['runs', '--json'], { cwd: project.dir, env })).stdout).runs;

describe('the exit code of verify', () => {
  test.each([
    ['a screen that is not there', ['--screens', 'hme'], (config: object) => config, 'SCREEN_NOT_FOUND'],
    ['a setting that is not there', [], (config: object) => ({ ...config, screns: [] }), 'CONFIG_INVALID'],
    ['a shell in the command', [], () => ({ server: { command: 'node a.mjs && true' } }), 'CONFIG_INVALID'],
  ])('is 2 for %s', async (_what, args, change, says) => {
    verifies('doors.exit-codes');
    const { code, stdout, stderr } = await configuredAs(change, () => verifyHere(...args));
    expect(stdout + stderr).toContain(says);
    expect(code).toBe(2);
  });

  test('is 2 for a flag that is not there', async () => {
    verifies('doors.exit-codes');
    const { code, stderr } = await verify('--scren', 'home');
    expect(stderr).toContain('--scren');
    expect(code).toBe(2);
  });

  test('is 3 without a browser, with the command that installs one', async () => {
    verifies('doors.exit-codes');
    const { code, stderr } = await run(BIN, ['verify'], {
      cwd: project.dir,
      env: { ...env, CODELOOP_BROWSER: '/nonexistent/chromium' },
    });
    expect(stderr).toMatch(/BROWSER_NOT_FOUND[\s\S]*install/);
    expect(code).toBe(3);
  });

  test('is 3 for an app that does not start, with the last it printed', async () => {
    verifies('doors.exit-codes', 'app.not-ready');
    const failing = ['node', '-e', 'console.error("Cannot find module ./app"); process.exit(1)'];
    const { code, stderr } = await configuredAs(
      (config) => ({ ...config, server: { ...config.server, command: failing } }),
      () => verifyHere(),
    );
    expect(stderr).toContain('APP_NOT_READY');
    expect(stderr).toContain('Cannot find module ./app');
    expect(code).toBe(3);
  });
});

const SIGNALS = [
  ['SIGINT', 130, 'CANCELLED'],
  ['SIGKILL', null, 'ended without finishing'],
  // It goes the way of SIGINT: a command that gets either is tested without a browser, too.
  ['SIGTERM', 130, 'CANCELLED'],
] as const;

describe('a verification that is stopped in the middle', () => {
  test.each(SIGNALS.filter((_, at) => FULL || at === SEED % 2))(
    'by %s leaves a readable run that says so, and no process',
    async (signal, exit, note) => {
      verifies(
        'processes.killed',
        'app.started-and-stopped',
        ...(exit === null ? [] : (['doors.exit-codes'] as const)),
      );
      await configuredAs(screens(20), async () => {
        const command = start(BIN, ['verify'], { cwd: project.dir, env });
        // The first of twenty is done.
        await command.printed('stderr', '@phone ');
        const family = await descendants(command.child.pid ?? -1);
        const names = family.map((pid) => commandLine(pid));
        expect(names.some((name) => name.includes('server.mjs'))).toBe(true);
        expect(names.some((name) => name.includes('chrom'))).toBe(true);
        command.child.kill(signal);
        expect(await command.ended).toMatchObject({ code: exit });
        while ((await alive(family)).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));

        const [stopped] = (await runs()).filter((one: { state: string }) => one.state === 'incomplete');
        expect(stopped).toMatchObject({ note: expect.stringContaining(note) });
        const manifest = JSON.parse(
          readFileSync(path.join(project.dir, 'artifacts/runs', stopped.run_id, 'run.json'), 'utf8'),
        );
        expect(manifest.cells.length).toBeGreaterThanOrEqual(1);
        expect(await runWarm(['gate'], { cwd: project.dir, env })).not.toMatchObject({ code: 0 });
      });
      // The run is gone on with, or another one begun: either way the work can be done now.
      expect(await runWarm(['verify'], { cwd: project.dir, env })).toMatchObject({ code: 0 });
    },
  );
});

/** Command line of a process; empty for one that has ended meanwhile, as browsers' helpers do. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // gone: it has no name to look for
  }
}

test('several verifications at once share the app and one run, and all pass', async () => {
  verifies('processes.together', 'app.shared');
  // One that has its reference stays: a screen that is gone would need a person.
  const more = (config: { screens?: object }) => ({
    ...screens(2)(config),
    screens: [config.screens ?? [], screens(2)(config).screens].flat(),
  });
  await configuredAs(more, async () => {
    const before = new Set(readdirSync(path.join(project.dir, 'artifacts/runs')));
    const results = await Promise.all((FULL ? [1, 2, 3] : [1, 2]).map(() => verify('--json')));
    const bodies = results.map(({ stdout }) => JSON.parse(stdout));
    expect(bodies.filter(({ run_id }) => run_id === undefined)).toEqual([]);
    const fresh = readdirSync(path.join(project.dir, 'artifacts/runs')).filter((id) => !before.has(id));
    expect([...new Set(bodies.map(({ run_id }) => run_id))].sort()).toEqual(fresh.sort());
    for (const id of fresh) {
      const manifest = JSON.parse(readFileSync(path.join(project.dir, 'artifacts/runs', id, 'run.json'), 'utf8'));
      expect(manifest).toMatchObject({ state: 'open', writers: [] });
      expect(manifest.cells.filter((cell: { screenshot?: object }) => !cell.screenshot)).toEqual([]);
    }
    // The two screens that were added have no reference, and that is said.
    const passed =
      /^PASS 100 of 100: ready for review, \d+ gate\(s\) hold\. Not covered: 2 of 3 cells have neither a design nor a baseline; /;
    expect(bodies.map(({ summary }, at) => [results[at]?.code, summary])).toEqual(
      bodies.map(() => [0, expect.stringMatching(passed)]),
    );
    expect(await runWarm(['gate'], { cwd: project.dir, env })).toMatchObject({ code: 0 });
  });
});
