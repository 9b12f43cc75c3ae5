import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../../src/core/digest.js';
import { countedWork } from '../../src/core/lanes.js';
import { RunManifest } from '../../src/core/vocabulary/run.js';
import { Run } from '../../src/store/run.js';
import { inspectRun } from '../../src/store/run-integrity.js';
import { verifies } from '../requirements.js';
import { cell, codeState, handClock, project, temporaryFolder, verdict } from './samples.js';

const png = Buffer.from('89504e47', 'hex');

async function newRun(extra: { clock?: { now(): number } } = {}) {
  const where = project();
  const run = await Run.create(where.projectDir, {
    tool: 'codeloop_verify',
    codeState: codeState(),
    stateDir: where.stateDir,
    ...extra,
  });
  return { ...where, run };
}

test('a new run has a whole manifest from its first moment', async () => {
  const clock = handClock();
  const { run, projectDir } = await newRun({ clock });
  expect(run.id).toMatch(/^run-20261121-234000-[0-9a-f]{6}$/);
  expect(run.dir).toBe(`artifacts/runs/${run.id}`);
  const onDisk = RunManifest.parse(JSON.parse(readFileSync(join(projectDir, run.dir, 'run.json'), 'utf8')));
  expect(onDisk).toEqual(run.manifest);
  expect(onDisk).toMatchObject({
    schema_version: 1,
    run_id: run.id,
    started_at: '2026-11-21T23:40:00.000Z',
    updated_at: '2026-11-21T23:40:00.000Z',
    state: 'open',
    tools: ['codeloop_verify'],
    cells: [],
    entries: [],
    writers: [{ pid: process.pid, tool: 'codeloop_verify' }],
  });
  expect(run.state()).toEqual({ state: 'writing' });
  await run.end();
  expect(run.state()).toEqual({ state: 'open' });
  expect(run.manifest.writers).toEqual([]);
});

test('put keeps a file whole, hashed and listed, each kind in its folder', async () => {
  verifies('store.put');
  const { run, projectDir } = await newRun();
  const cases = [
    ['screenshot', 'home.mobile.png', 'screenshots/home.mobile.png'],
    ['dom', 'home.mobile.dom.json', 'screenshots/home.mobile.dom.json'],
    ['diff', 'home.mobile.png', 'diffs/home.mobile.png'],
    ['tile', 'home.mobile.1.png', 'diffs/home.mobile.1.png'],
    ['log', 'server.log', 'logs/server.log'],
    ['flow', 'login.json', 'logs/login.json'],
    ['video', 'rec-1.mp4', 'videos/rec-1.mp4'],
    ['recording', 'rec-1.json', 'videos/rec-1.json'],
    ['report', 'report.html', 'report.v1.html'],
    ['screenshot', 'プロフィール.desktop.png', 'screenshots/プロフィール.desktop.png'],
  ] as const;
  for (const [kind, name, path] of cases) {
    const stored = await run.put({ kind, name, data: png, size: { width: 3, height: 2 } });
    expect(stored).toEqual({ path: `${run.dir}/${path}`, sha256: sha256(png), bytes: 4, width: 3, height: 2 });
    expect(readFileSync(join(projectDir, stored.path))).toEqual(png);
  }
  const frame = await run.recordingSink('rec-1').put({ kind: 'frame', name: '000001.png', data: 'x' });
  expect(frame.path).toBe(`${run.dir}/frames/rec-1/000001.png`);
  expect(run.manifest.entries.map((entry) => [entry.kind, entry.path])).toEqual([
    ...cases.map(([kind, , path]) => [kind, `${run.dir}/${path}`]),
    ['frame', frame.path],
  ]);
  await expect(run.put({ kind: 'frame', name: '1.png', data: 'x' })).rejects.toMatchObject({
    code: 'ARTIFACT_NAME_INVALID',
  });
});

test('a name that exists gets the next version; nothing is overwritten', async () => {
  verifies('store.versions');
  const { run, projectDir } = await newRun();
  const paths: string[] = [];
  for (const data of ['one', 'two', 'three'])
    for (const name of ['home.mobile.png', 'home.mobile.dom.json', 'plain'])
      paths.push((await run.put({ kind: 'screenshot', name, data })).path.split('/').pop() ?? '');
  expect(paths).toEqual([
    'home.mobile.png',
    'home.mobile.dom.json',
    'plain',
    'home.mobile.v2.png',
    'home.mobile.v2.dom.json',
    'plain.v2',
    'home.mobile.v3.png',
    'home.mobile.v3.dom.json',
    'plain.v3',
  ]);
  expect(readFileSync(join(projectDir, run.dir, 'screenshots/home.mobile.png'), 'utf8')).toBe('one');
  const same = await Promise.all(
    Array.from({ length: 20 }, (_, at) => run.put({ kind: 'log', name: 'a.log', data: `${at}` })),
  );
  expect(new Set(same.map(({ path }) => path)).size).toBe(20);
  expect(same.map(({ path }) => readFileSync(join(projectDir, path), 'utf8'))).toEqual(same.map((_, at) => `${at}`));
});

test.each([
  '',
  '.',
  '..',
  '../x.png',
  'a/b.png',
  'a\\b.png',
  '/etc/passwd',
  'a\0.png',
  '.hidden',
  '-rf',
  'a..png',
  'a.',
  'a b.png',
  'a\n.png',
  'CON',
  'nul.png',
  'x'.repeat(201),
  'ü'.repeat(101),
])('the file name %j is refused', async (name) => {
  const { run, projectDir } = await newRun();
  await expect(run.put({ kind: 'log', name, data: 'x' })).rejects.toMatchObject({ code: 'ARTIFACT_NAME_INVALID' });
  expect(readdirSync(join(projectDir, run.dir))).toEqual(['run.json']);
});

test.each(['artifacts', 'artifacts/runs', 'screenshots'])('a link planted at %s is not followed', async (where) => {
  verifies('store.no-links');
  const outside = temporaryFolder();
  if (where === 'screenshots') {
    const { run, projectDir } = await newRun();
    symlinkSync(outside, join(projectDir, run.dir, where));
    await expect(run.put({ kind: 'screenshot', name: 'a.png', data: png })).rejects.toMatchObject({
      code: 'PATH_OUTSIDE_ROOTS',
    });
  } else {
    const { projectDir, stateDir } = project();
    if (where !== 'artifacts') mkdirSync(join(projectDir, 'artifacts'));
    symlinkSync(outside, join(projectDir, where));
    await expect(Run.create(projectDir, { tool: 't', codeState: codeState(), stateDir })).rejects.toMatchObject({
      code: 'PATH_OUTSIDE_ROOTS',
    });
  }
  expect(readdirSync(outside)).toEqual([]);
});

test('a link planted under a file name is neither followed nor replaced', async () => {
  const { run, projectDir } = await newRun();
  const target = join(temporaryFolder(), 'target');
  mkdirSync(join(projectDir, run.dir, 'screenshots'));
  symlinkSync(target, join(projectDir, run.dir, 'screenshots/a.png'));
  expect((await run.put({ kind: 'screenshot', name: 'a.png', data: png })).path).toMatch(/a\.v2\.png$/);
  expect(existsSync(target)).toBe(false);
});

test('cells are versioned by screen and viewport, also when they come at once', async () => {
  const { run } = await newRun();
  const names = ['home', 'home', 'about', 'home'];
  const stored = await Promise.all(names.map((name) => run.appendCell(cell(name))));
  expect(stored.map(({ screen, version }) => [screen, version])).toEqual([
    ['home', 1],
    ['home', 2],
    ['about', 1],
    ['home', 3],
  ]);
  expect((await run.appendCell(cell('home', 'desktop'))).version).toBe(1);
  expect(run.manifest.cells.slice(0, 4)).toEqual(stored);
});

test('held files are on disk at once, count for nothing until they are listed, and are listed by one manifest', async () => {
  verifies('speed.counted');
  const { run } = await newRun();
  const ofCell = run.holdFiles();
  const tiles = run.holdFiles();
  const written: unknown[] = [];
  const count = (message: unknown) => void written.push(message);
  countedWork.manifest.subscribe(count);
  try {
    const picture = await ofCell.put({ kind: 'screenshot', name: 'home.png', data: png });
    await ofCell.put({ kind: 'dom', name: 'home.dom.json', data: '{}' });
    const tile = await tiles.put({ kind: 'tile', name: 'layout.home.1.png', data: png });
    expect([written.length, run.manifest.entries]).toEqual([0, []]);
    expect((await inspectRun(run)).orphans).toEqual([tile.path, `${run.dir}/screenshots/home.dom.json`, picture.path]);
    await run.appendCell(cell('home'), ofCell);
    await run.list(tiles);
    await run.list(run.holdFiles());
    expect(written.length).toBe(2);
    expect(run.manifest.entries.map(({ kind, path }) => [kind, path.slice(run.dir.length)])).toEqual([
      ['screenshot', '/screenshots/home.png'],
      ['dom', '/screenshots/home.dom.json'],
      ['tile', '/diffs/layout.home.1.png'],
    ]);
    const { changed, orphans } = await inspectRun(run);
    expect([changed, orphans]).toEqual([[], []]);
  } finally {
    countedWork.manifest.unsubscribe(count);
  }
});

test('the newest checks and summary stand under their plain names, earlier ones stay', async () => {
  const { run, projectDir } = await newRun();
  const schema = z.object({ n: z.number() });
  expect(await run.readJson('summary', schema)).toBeUndefined();
  await run.writeJson('summary', { n: 1 });
  await run.writeJson('checks', { n: 7 });
  await run.writeJson('summary', { n: 2 });
  const read = (name: string): unknown => JSON.parse(readFileSync(join(projectDir, run.dir, name), 'utf8'));
  expect(read('design_compare_summary.json')).toEqual({ n: 2 });
  expect(read('design_compare_summary.v1.json')).toEqual({ n: 1 });
  expect(read('checks.json')).toEqual({ n: 7 });
  expect(await run.readJson('summary', schema)).toEqual({ n: 2 });
  expect(run.latest('summary', 'design_compare_summary.json')?.path).toBe(`${run.dir}/design_compare_summary.v2.json`);
  writeFileSync(join(projectDir, run.dir, 'design_compare_summary.v2.json'), '{"n":3}');
  await expect(run.readJson('summary', schema)).rejects.toMatchObject({ code: 'EVIDENCE_TAMPERED' });
});

test('verdicts are numbered, name what they judged, and stay', async () => {
  const clock = handClock();
  const { run, projectDir } = await newRun({ clock });
  const judged = run.read().sha256;
  expect(judged).toBe(sha256(readFileSync(join(projectDir, run.dir, 'run.json'))));
  const first = await run.appendVerdict(verdict(false), judged, codeState());
  clock.tick(1000);
  const second = await run.appendVerdict(verdict(true), judged, codeState());
  expect([first.n, second.n]).toEqual([1, 2]);
  expect(second).toMatchObject({ run_id: run.id, manifest_sha256: judged, at: '2026-11-21T23:40:01.000Z' });
  expect(run.verdicts()).toEqual([first, second]);
  expect(readdirSync(join(projectDir, run.dir, 'verdicts'))).toEqual(['1.json', '2.json']);
});

test('what a reader holds does not change under its feet', async () => {
  const { run } = await newRun();
  const before = run.manifest;
  await run.appendCell(cell('home'));
  expect(before.cells).toEqual([]);
  expect(run.manifest.cells).toHaveLength(1);
});

test('a change that throws leaves the others of its batch alone', async () => {
  const { run } = await newRun();
  const results = await Promise.allSettled([
    run.appendCell(cell('a')),
    run.update(() => {
      throw new RangeError('no');
    }),
    run.appendCell(cell('b')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(run.manifest.cells.map(({ screen }) => screen)).toEqual(['a', 'b']);
});

test.each([
  ['../x', 'RUN_NOT_FOUND'],
  ['run-20990101-000000-abcdef', 'RUN_NOT_FOUND'],
  ['', 'RUN_NOT_FOUND'],
])('opening %j throws %s', async (id, code) => {
  const { projectDir, stateDir } = project();
  await expect(Run.open(projectDir, id, { tool: 't', stateDir })).rejects.toMatchObject({ code });
});

test.each([
  ['', 'EVIDENCE_TAMPERED'],
  ['{"schema_version":1', 'EVIDENCE_TAMPERED'],
  ['[]', 'EVIDENCE_TAMPERED'],
  ['{"schema_version":1}', 'EVIDENCE_TAMPERED'],
  ['{"schema_version":2}', 'RUN_NOT_FOUND'],
])('a run.json that says %j throws %s', async (text, code) => {
  const { run, projectDir, stateDir } = await newRun();
  writeFileSync(join(projectDir, run.dir, 'run.json'), text);
  await expect(Run.open(projectDir, run.id, { tool: 't', stateDir })).rejects.toMatchObject({ code });
});

test('a project folder that is not there is named', async () => {
  await expect(Run.create('/nowhere/at/all', { tool: 't', codeState: codeState() })).rejects.toMatchObject({
    code: 'PROJECT_NOT_FOUND',
  });
});
