import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Environment } from '../../src/core/vocabulary/environment.js';
import { findRun, openOrCreateRun, requireIntact, sameCodeState } from '../../src/store/current-run.js';
import { Run } from '../../src/store/run.js';
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
      openOrCreateRun(where.projectDir, {
        ...options,
        codeState: state,
        ...(id ? { environment: environment(id) } : {}),
      }),
    find: (state = A) => findRun(where.projectDir, state, options),
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
  expect(requireIntact(await find(A)).id).toBe(first.id);
  clock.tick(2000);
  const third = await join(A);
  expect(third.id).not.toBe(first.id);
  expect(requireIntact(await find(A)).id).toBe(third.id);
  expect(requireIntact(await find(B)).id).toBe(second.id);
});

test('runs of one second are told apart by when they started', async () => {
  const { projectDir, options, clock, find } = setting();
  const ids: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    clock.tick(10);
    ids.push((await Run.create(projectDir, { ...options, codeState: A })).id);
  }
  expect(requireIntact(await find()).id).toBe(ids.at(-1));
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
  const found = await find();
  expect(found?.runId).toBe(newest.id);
  expect(() => requireIntact(found)).toThrow('run.json was changed by something else than codeloop');

  writeFileSync(file, 'rubbish');
  const broken = await find();
  expect(broken).toEqual({ runId: newest.id, broken: 'run.json is not whole JSON' });
  expect(() => requireIntact(broken)).toThrow(expect.objectContaining({ code: 'EVIDENCE_TAMPERED' }));

  rmSync(join(projectDir, newest.dir), { recursive: true });
  const gone = await find();
  expect(gone).toEqual({ runId: newest.id, broken: 'its files are gone, and codeloop did not remove them' });

  clock.tick(2000);
  const fresh = await openRun(A);
  expect(fresh.id).not.toBe(newest.id);
  expect(requireIntact(await find()).id).toBe(fresh.id);
});

test('a broken run of another code state stands in nobody’s way', async () => {
  const { projectDir, join: openRun, find, clock } = setting();
  const mine = await openRun(A);
  await mine.end();
  clock.tick(2000);
  const other = await openRun(B);
  writeFileSync(join(projectDir, other.dir, 'run.json'), 'rubbish');
  expect(requireIntact(await find(A)).id).toBe(mine.id);
});

test('no run is RUN_NOT_FOUND; an empty folder left by a start that was cut off is no run', async () => {
  const { projectDir, find } = setting();
  mkdirSync(join(projectDir, 'artifacts/runs/run-20991231-235959-ffffff'), { recursive: true });
  expect(await find()).toBeUndefined();
  expect(() => requireIntact(undefined)).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }));
});

test('a run of another ledger is left alone', async () => {
  const { projectDir, options, join: openRun, clock } = setting();
  const theirs = await Run.create(projectDir, { ...options, codeState: A, stateDir: project().stateDir });
  await theirs.end();
  clock.tick(1000);
  expect((await openRun(A)).id).not.toBe(theirs.id);
});
