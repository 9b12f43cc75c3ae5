import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyRetention } from '../../src/store/retention.js';
import { Run } from '../../src/store/run.js';
import { listRunIds } from '../../src/store/run-list.js';
import { whichRun } from '../../src/store/which-run.js';
import { verifies } from '../requirements.js';
import { codeState, handClock, project, verdict } from './samples.js';

/** A project with finished runs, oldest first, each of about `bytes` bytes; `keepWriting` are left signed on, `green` passed. */
async function runs(count: number, options: { bytes?: number; keepWriting?: number[]; green?: number[] } = {}) {
  const where = project();
  const clock = handClock();
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    clock.tick(60_000);
    const run = await Run.create(where.projectDir, {
      tool: 'codeloop_verify',
      clock,
      stateDir: where.stateDir,
      codeState: codeState(String(at).padStart(64, '0')),
    });
    await run.put({ kind: 'screenshot', name: 'a.png', data: Buffer.alloc(options.bytes ?? 10) });
    if (!options.keepWriting?.includes(at)) await run.close('done');
    if (options.green?.includes(at)) await run.appendVerdict(verdict(true), run.read().sha256, run.manifest.code_state);
    ids.push(run.id);
  }
  const apply = (limits: { runs?: number; megabytes?: number }) =>
    applyRetention(where.projectDir, { runs: 20, megabytes: 2000, ...limits }, { clock, stateDir: where.stateDir });
  const left = () =>
    listRunIds(where.projectDir)
      .map((id) => ids.indexOf(id))
      .reverse();
  return { ...where, clock, ids, apply, left };
}

test('within the limits nothing is removed', async () => {
  const { apply, left } = await runs(3);
  expect(await apply({ runs: 3 })).toMatchObject({ removed: [], runs_left: 3 });
  expect(left()).toEqual([0, 1, 2]);
});

test('the oldest runs go first, and it says which and why', async () => {
  verifies('store.retention');
  const { apply, left, ids, projectDir } = await runs(6);
  const report = await apply({ runs: 3 });
  expect(report.removed.map(({ run_id, reason }) => [run_id, reason])).toEqual(
    [0, 1, 2].map((at) => [ids[at], 'more than 3 runs']),
  );
  expect(report).toMatchObject({ runs_left: 3 });
  expect(report.over).toBeUndefined();
  expect(left()).toEqual([3, 4, 5]);
  expect(readdirSync(join(projectDir, 'artifacts/runs')).filter((name) => !name.startsWith('run-'))).toEqual([]);
});

test('megabytes count what is really on disk', async () => {
  verifies('store.retention');
  const { apply, left, projectDir, ids } = await runs(5, { bytes: 400_000 });
  writeFileSync(join(projectDir, 'artifacts/runs', ids[4] ?? '', 'screenshots', 'unlisted.png'), Buffer.alloc(300_000));
  const report = await apply({ megabytes: 1 });
  expect(report.removed.map(({ reason }) => reason)).toEqual(new Array(4).fill('more than 1 megabytes of runs'));
  expect(left()).toEqual([4]);
  expect(report.bytes_left).toBeGreaterThan(700_000);
  expect(report.bytes_left).toBeLessThan(710_000);
});

test('the newest, the one being written and the last green ones stay, and an unkept limit is said', async () => {
  verifies('store.retention');
  const { apply, left } = await runs(6, { keepWriting: [1], green: [0, 2] });
  // Both green verdicts are of the same (no) branch: only the newer one is its last.
  const report = await apply({ runs: 1 });
  expect(left()).toEqual([1, 2, 5]);
  expect(report).toMatchObject({ runs_left: 3, over: 'more than 1 runs' });
});

test('what retention removed is not missed', async () => {
  const { apply, projectDir, stateDir, clock } = await runs(3);
  await apply({ runs: 1 });
  const state = codeState('0'.padStart(64, '0'));
  const question = { rule: 'present', current: state, tool: 't', clock, stateDir } as const;
  await expect(whichRun(projectDir, question)).rejects.toMatchObject({ code: 'EVIDENCE_STALE' });
});

test('a removal that was cut off is finished, and a broken old run ages out like any other', async () => {
  const { apply, projectDir, ids, left } = await runs(3);
  const folder = join(projectDir, 'artifacts/runs');
  mkdirSync(join(folder, '.removing-run-20200101-000000-aaaaaa/screenshots'), { recursive: true });
  writeFileSync(join(folder, ids[0] ?? '', 'run.json'), 'rubbish');
  expect((await apply({ runs: 2 })).removed.map(({ run_id }) => run_id)).toEqual([ids[0]]);
  expect(left()).toEqual([1, 2]);
  expect(existsSync(join(folder, '.removing-run-20200101-000000-aaaaaa'))).toBe(false);
});
