import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../src/core/run-command.js';
import { Ledger } from '../../src/store/ledger.js';
import { Run } from '../../src/store/run.js';
import { assertIntact, inspectRun } from '../../src/store/run-integrity.js';
import { verifies } from '../requirements.js';
import { cell, codeState, handClock, project, temporaryFolder, verdict } from './samples.js';

/** A finished run with two pictures, a summary and two verdicts. */
async function finishedRun(where = project(), clock = handClock()) {
  const options = { tool: 'codeloop_verify', clock, stateDir: where.stateDir };
  const run = await Run.create(where.projectDir, { ...options, codeState: codeState() });
  const home = await run.put({ kind: 'screenshot', name: 'home.mobile.png', data: 'home' });
  const about = await run.put({ kind: 'screenshot', name: 'about.mobile.png', data: 'about' });
  await run.appendCell(cell('home'));
  await run.appendCell(cell('about'));
  await run.writeJson('summary', { score: 1 });
  await run.end();
  for (const passed of [false, true]) await run.appendVerdict(verdict(passed), run.read().sha256, codeState());
  const file = (path: string) => join(where.projectDir, path);
  return {
    ...where,
    run,
    home: file(home.path),
    about: file(about.path),
    manifest: file(`${run.dir}/run.json`),
    file: (name: string) => file(`${run.dir}/${name}`),
    inspect: async () => inspectRun(await Run.open(where.projectDir, run.id, options)),
  };
}

type Finished = Awaited<ReturnType<typeof finishedRun>>;

test('a run that nobody touched agrees', async () => {
  const { inspect } = await finishedRun();
  expect(await inspect()).toEqual({
    changed: [],
    ledger: { state: 'agrees', reason: '' },
    orphans: [],
    files_examined: 3,
  });
});

const screenshot = (run: Finished, name: string) => `${run.run.dir}/screenshots/${name}`;

test.each<[string, (run: Finished) => void, (run: Finished) => { path: string; problem: string }[]]>([
  [
    'a picture is replaced',
    (run) => writeFileSync(run.home, 'HOME'),
    (run) => [{ path: screenshot(run, 'home.mobile.png'), problem: 'was changed' }],
  ],
  [
    'a picture is deleted',
    (run) => rmSync(run.about),
    (run) => [{ path: screenshot(run, 'about.mobile.png'), problem: 'is gone' }],
  ],
  [
    'a picture is cut',
    (run) => truncateSync(run.home, 2),
    (run) => [{ path: screenshot(run, 'home.mobile.png'), problem: 'was changed' }],
  ],
  [
    'a picture becomes a link to the same content',
    (run) => {
      renameSync(run.home, run.file('elsewhere.png'));
      symlinkSync(run.file('elsewhere.png'), run.home);
    },
    (run) => [{ path: screenshot(run, 'home.mobile.png'), problem: 'is a link' }],
  ],
  [
    'a folder becomes a link to the same content',
    (run) => {
      renameSync(dirname(run.home), run.file('elsewhere'));
      symlinkSync(run.file('elsewhere'), dirname(run.home));
    },
    (run) =>
      ['home', 'about'].map((name) => ({
        path: screenshot(run, `${name}.mobile.png`),
        problem: 'is gone, or does not lie in the run',
      })),
  ],
  [
    'the summary that people read is edited',
    (run) => writeFileSync(run.file('design_compare_summary.json'), '{"score":0.5}'),
    (run) => [{ path: `${run.run.dir}/design_compare_summary.json`, problem: 'was changed' }],
  ],
  [
    'the summary that gates read is edited',
    (run) => writeFileSync(run.file('design_compare_summary.v1.json'), '{"score":0.5}'),
    (run) => [{ path: `${run.run.dir}/design_compare_summary.v1.json`, problem: 'was changed' }],
  ],
])('it is noticed when %s', async (_, act, expected) => {
  verifies('store.changed-files');
  const run = await finishedRun();
  act(run);
  const found = await run.inspect();
  expect(found.changed).toEqual(expected(run));
  expect(found.ledger).toEqual({ state: 'agrees', reason: '' });
});

const edited = 'run.json was changed by something else than codeloop';

test.each<[string, (run: Finished) => void, string]>([
  [
    'run.json is edited',
    (run) => writeFileSync(run.manifest, readFileSync(run.manifest, 'utf8').replace('"about"', '"abouT"')),
    edited,
  ],
  [
    'entries are cut off',
    (run) => {
      const manifest = JSON.parse(readFileSync(run.manifest, 'utf8'));
      writeFileSync(run.manifest, JSON.stringify({ ...manifest, cells: manifest.cells.slice(0, 1) }, null, 1));
    },
    edited,
  ],
  ['only white space is added', (run) => appendFileSync(run.manifest, '\n'), edited],
  [
    'run.json hides who keeps its ledger',
    (run) => {
      const { ledger: _, ...manifest } = JSON.parse(readFileSync(run.manifest, 'utf8'));
      writeFileSync(run.manifest, JSON.stringify(manifest));
    },
    'run.json was edited: it hides the ledger that has a record of it',
  ],
  ['the last verdict is deleted', (run) => rmSync(run.file('verdicts/2.json')), 'verdict 2 was deleted'],
  ['the first verdict is deleted', (run) => rmSync(run.file('verdicts/1.json')), 'verdict 1 was deleted'],
  ['all verdicts are deleted', (run) => rmSync(run.file('verdicts'), { recursive: true }), 'verdict 1 was deleted'],
  [
    'a verdict is edited',
    (run) => {
      const path = run.file('verdicts/1.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"passed": false', '"passed": true'));
    },
    'verdict 1 was changed',
  ],
  [
    'a verdict is invented',
    (run) => {
      const path = run.file('verdicts/2.json');
      writeFileSync(run.file('verdicts/3.json'), readFileSync(path, 'utf8').replace('"n": 2', '"n": 3'));
    },
    'verdict 3 was not written by codeloop here',
  ],
  ['a verdict is rubbish', (run) => writeFileSync(run.file('verdicts/2.json'), '{'), 'verdict 2 was changed'],
])('the ledger differs when %s', async (_, act, reason) => {
  verifies('store.ledger');
  const run = await finishedRun();
  act(run);
  expect((await run.inspect()).ledger).toEqual({ state: 'differs', reason });
});

test('yesterday’s manifest put back in place of today’s is noticed', async () => {
  verifies('store.ledger');
  const run = await finishedRun();
  const before = readFileSync(run.manifest);
  await run.run.begin();
  await run.run.appendCell(cell('home', 'mobile', { failure: { code: 'APP_NOT_READY', message: 'x' } }));
  await run.run.end();
  expect((await run.inspect()).ledger.state).toBe('agrees');
  writeFileSync(run.manifest, before);
  expect((await run.inspect()).ledger).toEqual({ state: 'differs', reason: edited });
});

test('what was tampered with cannot be built upon, and stays told', async () => {
  verifies('store.no-laundering');
  const run = await finishedRun();
  const text = readFileSync(run.manifest, 'utf8').replace('"about"', '"abouT"');
  writeFileSync(run.manifest, text);
  const tampered = { code: 'EVIDENCE_TAMPERED' };
  await expect(run.run.appendCell(cell('x'))).rejects.toMatchObject(tampered);
  await expect(run.run.begin()).rejects.toMatchObject(tampered);
  await expect(run.run.put({ kind: 'log', name: 'a.log', data: 'x' })).rejects.toMatchObject(tampered);
  expect(readFileSync(run.manifest, 'utf8')).toBe(text);
  expect((await run.inspect()).ledger).toEqual({ state: 'differs', reason: edited });
});

test('a run copied from another project is noticed', async () => {
  verifies('store.ledger');
  const from = await finishedRun();
  const to = project();
  mkdirSync(join(to.projectDir, 'artifacts/runs'), { recursive: true });
  cpSync(from.file('.'), join(to.projectDir, from.run.dir), { recursive: true });
  const look = async (stateDir: string) =>
    (await inspectRun(await Run.open(to.projectDir, from.run.id, { tool: 't', stateDir }))).ledger;
  expect(await look(from.stateDir)).toEqual({
    state: 'differs',
    reason: 'the ledger has no record of this run for this folder: it was copied here, or the folder was moved',
  });
  // Another user or machine cannot tell, and says so.
  expect(await look(to.stateDir)).toEqual({
    state: 'unknown',
    reason: 'it was made by another user or on another machine',
  });
});

test('a record that was edited or cut attests nothing', async () => {
  const run = await finishedRun();
  const folder = join(run.stateDir, 'ledger');
  const projectFolder = join(folder, readdirSync(folder).find((name) => name !== 'key') ?? '');
  const record = join(projectFolder, `run-${run.run.id}.json`);
  const text = readFileSync(record, 'utf8');
  writeFileSync(record, text.replace('"sealed":true', '"sealed":false'));
  expect((await run.inspect()).ledger).toEqual({
    state: 'unknown',
    reason: `the ledger's record run-${run.run.id} was changed by something else than codeloop`,
  });
  writeFileSync(record, text.slice(0, 40));
  expect((await run.inspect()).ledger).toEqual({
    state: 'unknown',
    reason: `the ledger's record run-${run.run.id} cannot be read (not whole)`,
  });
  // A record of another run under this one's name.
  const other = await finishedRun(run);
  cpSync(join(projectFolder, `run-${other.run.id}.json`), record);
  expect((await run.inspect()).ledger.state).toBe('unknown');
  rmSync(record);
  expect((await run.inspect()).ledger.state).toBe('differs');
});

test('the ledger is for its user only', async () => {
  verifies('store.ledger-private');
  const { stateDir } = await finishedRun();
  const folder = join(stateDir, 'ledger');
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(mode(folder)).toBe('700');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    expect([entry.name, mode(join(entry.parentPath, entry.name))]).toEqual([
      entry.name,
      entry.isDirectory() ? '700' : '600',
    ]);
  chmodSync(join(folder, 'key'), 0o644);
  expect(new Ledger('/some/project', stateDir).writable).toBe(true);
  expect(mode(join(folder, 'key'))).toBe('600');
});

test('without a usable state folder the work goes on, and the run is unknown with the reason', async () => {
  verifies('store.ledger-optional');
  const where = project();
  const stateDir = join(where.stateDir, 'file');
  writeFileSync(stateDir, 'a file where a folder is needed');
  const run = await finishedRun({ ...where, stateDir });
  expect(run.run.manifest.ledger).toBeUndefined();
  const { ledger, changed } = await run.inspect();
  expect(changed).toEqual([]);
  expect(ledger).toEqual({
    state: 'unknown',
    reason: `the ledger folder ${join(stateDir, 'ledger')} cannot be used (ENOTDIR)`,
  });
  // The folder is fixed later: what was made meanwhile stays unknown.
  rmSync(stateDir);
  expect((await run.inspect()).ledger).toEqual({
    state: 'unknown',
    reason: 'it was made while no ledger could be written',
  });
});

test('who may only read the ledger can check a run, writes none that it attests, and makes one of their own', async () => {
  verifies('store.ledger-optional');
  const { run, projectDir, stateDir, inspect } = await finishedRun();
  const folder = join(stateDir, 'ledger');
  const own = join(folder, readdirSync(folder).find((name) => name !== 'key') ?? '');
  if (process.getuid?.() === 0) await runCommand('chown', ['-R', '65534', projectDir, stateDir]);
  for (const path of [folder, own]) chmodSync(path, 0o500);
  onTestFinished(() => {
    for (const path of [folder, own]) chmodSync(path, 0o700);
  });
  const script = join(import.meta.dirname, 'processes/ledger-read-only.mjs');
  const { stdout, stderr } = await runCommand(process.execPath, [script, projectDir, stateDir, run.id]);
  expect([JSON.parse(stdout.toString() || 'null'), stderr.toString()]).toEqual([
    {
      looked: { state: 'agrees', reason: '' },
      refused: 'LEDGER_UNWRITABLE',
      joined: false,
      ownLedger: { state: 'unknown', reason: 'it was made while no ledger could be written' },
    },
    '',
  ]);
  expect(await inspect()).toMatchObject({ ledger: { state: 'agrees', reason: '' }, changed: [] });
});

test('a damaged key is said, not replaced', async () => {
  const stateDir = temporaryFolder();
  mkdirSync(join(stateDir, 'ledger'));
  writeFileSync(join(stateDir, 'ledger/key'), 'short');
  const ledger = new Ledger('/some/project', stateDir);
  expect(ledger.name).toBeUndefined();
  expect(ledger.problem).toBe(`${join(stateDir, 'ledger/key')} is damaged`);
});

test('the last green verdict of each branch is kept with its bars', async () => {
  const clock = handClock();
  const { run, projectDir, stateDir } = await finishedRun(project(), clock);
  const ledger = new Ledger(projectDir, stateDir);
  const green = { run_id: run.id, n: 2, at: '2026-11-21T23:40:00.000Z', threshold: 94, code_state: codeState() };
  expect(ledger.greens()).toEqual({ '': green });
  const state = codeState('b'.repeat(64), { branch: 'feature/x', bars: { ...codeState().bars, config: 'lower' } });
  await run.appendVerdict(verdict(false), run.read().sha256, state);
  await run.appendVerdict(verdict(true), run.read().sha256, state);
  expect(ledger.greens()).toEqual({ '': green, 'feature/x': { ...green, n: 4, code_state: state } });
});

test('count and head of the audit log are kept apart for each project', () => {
  const stateDir = temporaryFolder();
  const [one, two] = [new Ledger('/p/one', stateDir), new Ledger('/p/two', stateDir)];
  expect(one.readAudit()).toEqual({ absent: true });
  expect(one.recordAudit(7, 'abc')).toBe(true);
  expect(new Ledger('/p/one', stateDir).readAudit()).toEqual({ value: { count: 7, head: 'abc' } });
  expect(two.readAudit()).toEqual({ absent: true });
});

test('a manifest cannot make anybody read files outside its run', async () => {
  verifies('store.no-way-out');
  const { run, projectDir, inspect } = await finishedRun();
  writeFileSync(join(projectDir, 'secret.txt'), 'secret');
  symlinkSync(projectDir, join(projectDir, run.dir, 'way-out'));
  const sha256 = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';
  for (const path of [
    'secret.txt',
    `${run.dir}/../../../secret.txt`,
    `${run.dir}/way-out/secret.txt`,
    join(projectDir, 'secret.txt'),
  ])
    await expect(run.readEntry({ path, sha256 })).rejects.toMatchObject({ code: 'EVIDENCE_TAMPERED' });
  expect((await inspect()).orphans).toEqual([`${run.dir}/way-out`]);
  expect(existsSync(join(projectDir, 'secret.txt'))).toBe(true);
});

test('whoever shows a run asks first whether it is as it was written', async () => {
  verifies('evidence.stranger');
  const good = await finishedRun();
  const open = async () => Run.open(good.projectDir, good.run.id, { tool: 'codeloop_report', stateDir: good.stateDir });
  await expect(assertIntact(await open())).resolves.toBeUndefined();
  writeFileSync(good.home, 'HOME');
  await expect(assertIntact(await open())).rejects.toThrow(/home\.mobile\.png was changed/);
  const entry = { path: screenshot(good, 'home.mobile.png'), sha256: '0'.repeat(64) };
  await expect(good.run.readEntry(entry)).rejects.toThrow(/home\.mobile\.png was changed/);
  rmSync(good.about);
  await expect(assertIntact(await open())).rejects.toThrow(/and 1 more/);
});
