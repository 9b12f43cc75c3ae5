import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import type { Environment } from '../../src/core/vocabulary/screenshot.js';
import { Run } from '../../src/store/run.js';
import { RUN_RULES, sameCodeState, whichRun } from '../../src/store/which-run.js';
import { verifies } from '../requirements.js';
import { cell, codeState, handClock, project } from './samples.js';

const A = codeState('a'.repeat(64));
const B = codeState('b'.repeat(64));
const environment = (id: string): Environment => ({
  id,
  os: 'linux',
  arch: 'x64',
  browser: 'chromium',
  browser_version: '140',
  fonts: 'f',
});

function setting() {
  const clock = handClock();
  const where = project();
  const options = { tool: 'codeloop_verify', clock, stateDir: where.stateDir };
  return {
    ...where,
    clock,
    options,
    join: (state = A, id?: string) =>
      whichRun(where.projectDir, {
        ...options,
        rule: 'writable',
        current: state,
        environment: id === undefined ? undefined : environment(id),
      }),
    find: (state = A) => whichRun(where.projectDir, { ...options, rule: 'present', current: state }),
  };
}

test.each([
  ['the same', A, true],
  ['another commit and branch', { ...A, commit: 'c', branch: 'x', dirty: true }, true],
  ['other baselines', { ...A, bars: { ...A.bars, baselines: 'other' } }, true],
  ['another tree', B, false],
  ['another method', { ...A, method: 'git' as const }, false],
  ['another build', { ...A, build_output: 'x' }, false],
])('%s is or is not the same code state', (_, other, same) => {
  expect(sameCodeState(A, other)).toBe(same);
});

test('those that ask at once get one run, and none is closed for another', async () => {
  verifies('store.one-run-per-state');
  const { join } = setting();
  const runs = await Promise.all(Array.from({ length: 6 }, () => join()));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
  for (const run of runs) await run.end();
  expect(runs[0]?.state().state).toBe('open');
});

test('while the code state holds, everything joins its run', async () => {
  verifies('store.one-run-per-state');
  const { join, clock } = setting();
  const first = await join();
  await first.end();
  clock.tick(5000);
  const second = await join({ ...A, commit: 'now committed' });
  expect(second.id).toBe(first.id);
  expect(second.manifest.writers).toHaveLength(1);
});

test('two writers at once share the run, and it is being written until both have signed off', async () => {
  const { join } = setting();
  const [one, two] = [await join(), await join()];
  expect(two.id).toBe(one.id);
  await one.end();
  expect(one.state()).toEqual({ state: 'writing' });
  await two.end();
  expect(one.state()).toEqual({ state: 'open' });
});

test('a run closes when the code changes, and its state coming back makes a new run', async () => {
  verifies('store.one-run-per-state');
  const { join, find, clock } = setting();
  const first = await join(A);
  await first.end();
  clock.tick(2000);
  const second = await join(B);
  await second.end();
  expect(first.manifest).toMatchObject({ state: 'closed', state_reason: 'the code changed' });
  expect((await find(A)).id).toBe(first.id);
  clock.tick(2000);
  const third = await join(A);
  expect(third.id).not.toBe(first.id);
  expect((await find(A)).id).toBe(third.id);
  expect((await find(B)).id).toBe(second.id);
});

test('runs of one second are told apart by when they started', async () => {
  const { projectDir, options, clock, find } = setting();
  const ids: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    clock.tick(10);
    ids.push((await Run.create(projectDir, { ...options, codeState: A })).id);
  }
  expect((await find()).id).toBe(ids.at(-1));
});

test('another environment has a run of its own', async () => {
  const { join, clock } = setting();
  const first = await join(A, 'linux-chromium-140');
  clock.tick(1000);
  expect((await join(A, 'linux-chromium-140')).id).toBe(first.id);
  expect((await join(A)).id).toBe(first.id);
  clock.tick(1000);
  const other = await join(A, 'linux-chromium-141');
  expect(other.id).not.toBe(first.id);
  expect(other.manifest.environment?.id).toBe('linux-chromium-141');
  expect(first.manifest.state).toBe('closed');
});

test('a run that is not as it was written is found as such, and no older one instead', async () => {
  verifies('store.tampered-newest');
  const { projectDir, join: openRun, find, clock } = setting();
  const older = await openRun(A);
  await older.close('to make room');
  clock.tick(2000);
  const newest = await openRun(A);
  await newest.appendCell(cell('home'));
  await newest.end();
  const file = join(projectDir, newest.dir, 'run.json');
  writeFileSync(file, JSON.stringify({ ...newest.manifest, cells: [] }));
  const tampered = (reason: string) => ({ code: 'EVIDENCE_TAMPERED', values: { run_id: newest.id, reason } });
  await expect(find()).rejects.toMatchObject(tampered('run.json was changed by something else than codeloop'));

  writeFileSync(file, 'rubbish');
  await expect(find()).rejects.toMatchObject(tampered('run.json is not whole JSON'));

  rmSync(join(projectDir, newest.dir), { recursive: true });
  await expect(find()).rejects.toMatchObject(tampered('its files are gone, and codeloop did not remove them'));

  clock.tick(2000);
  const fresh = await openRun(A);
  expect(fresh.id).not.toBe(newest.id);
  expect((await find()).id).toBe(fresh.id);
});

test('a broken run of another code state stands in nobody’s way', async () => {
  const { projectDir, join: openRun, find, clock } = setting();
  const mine = await openRun(A);
  await mine.end();
  clock.tick(2000);
  const other = await openRun(B);
  writeFileSync(join(projectDir, other.dir, 'run.json'), 'rubbish');
  expect((await find(A)).id).toBe(mine.id);
});

test('no run is RUN_NOT_FOUND; an empty folder left by a start that was cut off is no run', async () => {
  const { projectDir, find } = setting();
  mkdirSync(join(projectDir, 'artifacts/runs/run-20991231-235959-ffffff'), { recursive: true });
  await expect(find()).rejects.toMatchObject({ code: 'RUN_NOT_FOUND', values: { run: 'of the present code state' } });
});

test('a run of another ledger is left alone', async () => {
  const { projectDir, options, join: openRun, clock } = setting();
  const theirs = await Run.create(projectDir, { ...options, codeState: A, stateDir: project().stateDir });
  await theirs.end();
  clock.tick(1000);
  expect((await openRun(A)).id).not.toBe(theirs.id);
});

describe('which run a call means', () => {
  /** Three runs, oldest first: of A, of A again, of B; the newest of A is what `present` means. */
  async function three() {
    const set = setting();
    const make = async (state: typeof A) => {
      set.clock.tick(2000);
      const run = await Run.create(set.projectDir, { ...set.options, codeState: state });
      await run.end();
      return run;
    };
    const runs = { first: await make(A), second: await make(A), other: await make(B) };
    const ask = (rule: 'present' | 'present_or_newest' | 'proven' | 'newest', current = A, runId?: string) =>
      whichRun(set.projectDir, { ...set.options, rule, current, runId }).then(
        ({ id }) => Object.entries(runs).find(([, run]) => run.id === id)?.[0],
        (error: unknown) => (error instanceof CodeloopError ? error.code : error),
      );
    return { ...set, ...runs, ask };
  }
  const C = codeState('c'.repeat(64));

  test('is told in docs/runs.md, rule by rule', () => {
    verifies('store.which-run');
    const page = readFileSync(join(import.meta.dirname, '../../docs/runs.md'), 'utf8');
    const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, rule]) => rule);
    expect(told).toEqual([...RUN_RULES]);
  });

  test('without a name', async () => {
    verifies('store.which-run');
    const { ask } = await three();
    expect(
      await Promise.all((['present', 'present_or_newest', 'proven', 'newest'] as const).map((rule) => ask(rule))),
    ).toEqual(['second', 'second', 'second', 'other']);
    expect(
      await Promise.all((['present', 'present_or_newest', 'proven', 'newest'] as const).map((rule) => ask(rule, C))),
    ).toEqual(['EVIDENCE_STALE', 'other', 'EVIDENCE_STALE', 'other']);
  });

  test('by name, which every rule follows; only what is to be proven has to be of this code', async () => {
    verifies('store.which-run');
    const { ask, other } = await three();
    const named = (rule: Parameters<typeof ask>[0], id = other.id) => ask(rule, A, id);
    expect([await named('present'), await named('present_or_newest'), await named('newest')]).toEqual([
      'other',
      'other',
      'other',
    ]);
    expect(await named('proven')).toBe('EVIDENCE_STALE');
    for (const rule of ['present', 'present_or_newest', 'proven', 'newest'] as const)
      expect(await named(rule, 'run-20991231-235959-ffffff')).toBe('RUN_NOT_FOUND');
  });

  test('a file that was changed keeps a run from being proven, a manifest that was changed from being judged', async () => {
    verifies('store.which-run');
    const { ask, second, projectDir } = await three();
    await second.begin();
    const stored = await second.put({ kind: 'log', name: 'a.log', data: 'as it was' });
    await second.end();
    expect(await ask('proven')).toBe('second');
    writeFileSync(join(projectDir, stored.path), 'as it was not');
    expect([await ask('present'), await ask('proven')]).toEqual(['second', 'EVIDENCE_TAMPERED']);
    writeFileSync(join(projectDir, second.dir, 'run.json'), JSON.stringify({ ...second.manifest, cells: [] }));
    expect([await ask('present'), await ask('present_or_newest')]).toEqual(['EVIDENCE_TAMPERED', 'EVIDENCE_TAMPERED']);
    // A report tells what is there, whoever wrote it.
    expect(await ask('newest', A, second.id)).toBe('second');
  });

  test('to write into: the open run of this code, the one named, else a new one', async () => {
    verifies('store.which-run');
    const { second, other, projectDir, options } = await three();
    const write = (current: typeof A, runId?: string) =>
      whichRun(projectDir, { ...options, rule: 'writable', current, runId });
    const joined = await write(A);
    expect([joined.id, joined.manifest.writers.length]).toEqual([second.id, 1]);
    const named = await write(A, other.id);
    expect([named.id, named.manifest.writers.length]).toEqual([other.id, 1]);
    expect([second.id, other.id]).not.toContain((await write(C)).id);
  });
});
