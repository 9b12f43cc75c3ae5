import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Run } from '../../src/store/run.js';
import { listRunIds, runsNewestFirst } from '../../src/store/run-list.js';
import { verifies } from '../requirements.js';
import { codeState, handClock, project, temporaryFolder } from './samples.js';

async function someRuns(count: number, gapMs: number) {
  const where = project();
  const clock = handClock();
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    clock.tick(gapMs);
    const run = await Run.create(where.projectDir, {
      tool: 't',
      clock,
      stateDir: where.stateDir,
      codeState: codeState(),
    });
    await run.end();
    ids.unshift(run.id);
  }
  return { ...where, ids, folder: join(where.projectDir, 'artifacts/runs') };
}

test('a project without runs has none', () => {
  expect(listRunIds(project().projectDir)).toEqual([]);
  expect([...runsNewestFirst(project().projectDir)]).toEqual([]);
});

test.each([2000, 20])('runs come newest first, %i ms apart', async (gap) => {
  const { projectDir, ids } = await someRuns(8, gap);
  expect([...runsNewestFirst(projectDir)].map(({ runId }) => runId)).toEqual(ids);
});

test('a broken run is listed as broken, and hides no other', async () => {
  verifies('store.broken-run-listed');
  const { projectDir, ids, folder } = await someRuns(5, 2000);
  const [a = '', b = '', c = '', d = '', e = ''] = ids;
  writeFileSync(join(folder, a, 'run.json'), '{"schema_version":1,');
  writeFileSync(join(folder, b, 'run.json'), '{"schema_version":9}');
  cpSync(join(folder, d, 'run.json'), join(folder, c, 'run.json'));
  mkdirSync(join(folder, 'run-20991231-000000-ffffff'));
  writeFileSync(join(folder, 'run-20991231-000000-eeeeee'), 'a file');
  mkdirSync(join(folder, 'Not A Run'));
  symlinkSync(temporaryFolder(), join(folder, 'run-20991231-000000-dddddd'));
  expect(
    [...runsNewestFirst(projectDir)].map((run) => ('broken' in run ? [run.runId, run.broken] : run.runId)),
  ).toEqual([
    [a, 'run.json is not whole JSON'],
    [b, 'its run.json has schema_version 9, and this codeloop reads 1'],
    [c, `run.json is the manifest of ${d}`],
    d,
    e,
  ]);
});

test('only what is asked for is read', async () => {
  const { projectDir, ids } = await someRuns(6, 2000);
  const walk = runsNewestFirst(projectDir);
  expect(walk.next().value).toMatchObject({ runId: ids[0] });
  // Broken after the first was given: the rest had not been read yet.
  writeFileSync(join(projectDir, 'artifacts/runs', ids[1] ?? '', 'run.json'), 'rubbish');
  expect(walk.next().value).toEqual({ runId: ids[1], broken: 'run.json is not whole JSON' });
});
