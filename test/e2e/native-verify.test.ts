import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BaselinePlace } from '../../src/core/vocabulary/baseline.js';
import type { Problem } from '../../src/core/vocabulary/gate.js';
import { RunManifest } from '../../src/core/vocabulary/run.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { runWarm } from './warm-program.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'codeloop-native-verify-'));
  await mkdir(path.join(dir, 'project/.codeloop'), { recursive: true });
  await writeFile(path.join(dir, 'project/package.json'), '{ "name": "desk" }\n');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const inProject = (...names: string[]) => path.join(dir, 'project', ...names);

/** The project's one app is xcalc, as a plain or as a reverse Polish calculator. */
const configure = (command: string[], more: object = {}) =>
  writeFile(
    inProject('.codeloop/config.json'),
    JSON.stringify({ native: { apps: { calculator: { command, window: 'Calculator' } } }, ...more }),
  );

interface Reply {
  summary: string;
  run_id: string;
  skipped: { what: string }[];
  gate: {
    passing_gates: string[];
    failing_gates: { id: string; problems: Problem[] }[];
    not_applicable: { id: string }[];
  };
}

async function codeloop(...args: string[]) {
  const { code, stdout } = await runWarm([...args, '--json'], {
    cwd: inProject(),
    env: { XDG_STATE_HOME: path.join(dir, 'state') },
  });
  const reply: Reply = JSON.parse(stdout);
  return { code, reply };
}

async function manifestOf({ run_id: id }: Reply) {
  return RunManifest.parse(JSON.parse(await readFile(inProject('artifacts/runs', id, 'run.json'), 'utf8')));
}

some('the window of a desktop app is a screen: photographed, compared with its design, judged', async () => {
  verifies('native.verify');
  await configure(['xcalc']);
  const first = await codeloop('verify');
  expect({ code: first.code, failing: first.reply.gate.failing_gates }).toEqual({ code: 0, failing: [] });
  expect(first.reply.gate.passing_gates).toContain('screenshot_evidence');
  expect(first.reply.gate.not_applicable.map(({ id }) => id)).toContain('accessibility');
  const manifest = await manifestOf(first.reply);
  const shots = manifest.cells.map(({ screen, viewport, screenshot }) => ({ screen, viewport, url: screenshot?.url }));
  expect(shots).toEqual([{ screen: 'calculator', viewport: 'desktop', url: 'app:calculator' }]);
  // No browser was needed: what the picture depends on is the display.
  expect(manifest.environment?.browser).toBe('xvfb');

  // A window has one size: there is no picture of it at another viewport, and nothing that passes for one.
  const { code, stdout } = await runWarm(['capture', 'calculator', '--viewports', 'mobile', '--json'], {
    cwd: inProject(),
  });
  expect([code, JSON.parse(stdout)]).toEqual([
    2,
    expect.objectContaining({ code: 'VIEWPORT_NOT_FOUND', allowed: ['desktop'] }),
  ]);

  await mkdir(inProject('designs/desktop'), { recursive: true });
  const picture = inProject(manifest.cells[0]?.screenshot?.image.path ?? '');
  await copyFile(picture, inProject('designs/desktop/calculator.png'));
  const same = await codeloop('verify');
  expect(same.code).toBe(0);
  expect(same.reply.gate.passing_gates).toContain('design_compare_evidence');

  await configure(['xcalc', '-rpn']);
  const other = await codeloop('verify');
  expect(other.code).toBe(1);
  expect(other.reply.gate.failing_gates.map(({ id }) => id)).toContain('design_compare_evidence');
});

few('an app that ends at once, and one that is not configured, are told', async () => {
  verifies('native.verify');
  await configure(['false']);
  const ended = await codeloop('verify');
  expect(ended.code).toBe(1);
  const shots = ended.reply.gate.failing_gates.find(({ id }) => id === 'screenshot_evidence');
  expect(shots?.problems[0]).toMatchObject({ screen: 'calculator', title: expect.stringContaining('APP_EXITED') });

  await configure(['xcalc'], { screens: [{ name: 'sums', app: 'abacus' }] });
  const { code, stdout } = await runWarm(['verify', '--json'], { cwd: inProject() });
  expect([code, JSON.parse(stdout)]).toEqual([
    2,
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('abacus') }),
  ]);
});

test('pages and windows are verified in one run, or either alone; baselines know which is which', async () => {
  verifies('native.verify', 'native.platform');
  const screens = [
    { name: 'home', path: '/' },
    { name: 'sums', app: 'calculator' },
  ];
  await configure(['xcalc'], {
    server: { static: 'site' },
    screens,
    viewports: { laptop: { width: 800, height: 600 } },
  });
  await mkdir(inProject('site'));
  await writeFile(
    inProject('site/index.html'),
    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Desk</title><link rel="icon" href="data:,"><h1>Desk</h1></html>',
  );
  const windows = await codeloop('verify', '--platform', 'native');
  // Judged for its own cells, and no more is claimed.
  expect(windows.code).toBe(0);
  expect(windows.reply.summary).toMatch(/^PASS of the 1 cell\(s\) asked for, of 2\. The gate asks for all cells: /);
  expect(windows.reply.skipped.map(({ what }) => what)).toContain('photographing 1 cell(s)');
  const { cells: some } = await manifestOf(windows.reply);
  expect(some.map(({ screen }) => screen)).toEqual(['sums']);
  // The page that is still missing joins the same run.
  const pages = await codeloop('verify', '--platform', 'web');
  expect([pages.code, pages.reply.run_id]).toEqual([0, windows.reply.run_id]);
  const manifest = await manifestOf(pages.reply);
  expect(manifest.cells.map(({ screen }) => screen).sort()).toEqual(['home', 'sums']);
  expect([manifest.environment?.browser, manifest.native_environment?.browser]).toEqual([
    expect.stringContaining('chromium'),
    'xvfb',
  ]);
  const { stdout } = await runWarm(
    ['call', 'codeloop_update_baseline', '--json', JSON.stringify({ screens: ['home', 'sums'], reason: 'first look' })],
    { cwd: inProject(), env: { XDG_STATE_HOME: path.join(dir, 'state') } },
  );
  const proposed = BaselinePlace.array().parse(JSON.parse(stdout).proposed);
  expect(proposed.map(({ screen, environment }) => [screen, environment.includes('xvfb')])).toEqual([
    ['home', false],
    ['sums', true],
  ]);
});
