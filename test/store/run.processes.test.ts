import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunningProcess, startProcess } from '../../src/core/run-command.js';
import { Run } from '../../src/store/run.js';
import { inspectRun } from '../../src/store/run-integrity.js';
import { whichRun } from '../../src/store/which-run.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { codeState, project } from './samples.js';

const some = sampled(test, 2);

const writer = join(import.meta.dirname, 'processes/run-writer.mjs');

/** A writer in a process of its own, with the lines it has printed. */
async function startWriter(where: ReturnType<typeof project>, runId: string, entries: number, index: number) {
  const lines: string[] = [];
  let rest = '';
  let listener = () => {
    // Replaced by whoever waits.
  };
  const child: RunningProcess = await startProcess(
    process.execPath,
    [writer, where.projectDir, where.stateDir, runId, String(entries), String(index)],
    {
      onOutput: (stream, chunk) => {
        const text = rest + chunk.toString();
        if (stream === 'stderr') throw new Error(text);
        const parts = text.split('\n');
        rest = parts.pop() ?? '';
        lines.push(...parts);
        listener();
      },
    },
  );
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      listener = () => {
        if (lines.length >= count) resolve();
      };
      listener();
    });
  return { child, lines, until };
}

test('four processes at once lose nothing and disturb nobody', async () => {
  verifies('store.many-processes');
  const where = project();
  const options = { tool: 'codeloop_verify', stateDir: where.stateDir };
  const run = await Run.create(where.projectDir, { ...options, codeState: codeState() });
  await run.end();
  const writers = await Promise.all([0, 1, 2, 3].map((index) => startWriter(where, run.id, 50, index)));
  expect(await Promise.all(writers.map(({ child }) => child.ended))).toEqual([0, 0, 0, 0]);
  const acknowledged = writers.flatMap(({ lines }) => lines.slice(1));
  expect(acknowledged).toHaveLength(200);
  const { entries, writers: left, tools } = run.manifest;
  expect(entries.map(({ path, sha256 }) => `${path} ${sha256}`).sort()).toEqual([...acknowledged].sort());
  expect(new Set(entries.map(({ path }) => path)).size).toBe(200);
  expect(left).toEqual([]);
  expect([...tools].sort()).toEqual(['codeloop_verify', 'writer-0', 'writer-1', 'writer-2', 'writer-3']);
  expect(await inspectRun(run)).toEqual({
    changed: [],
    ledger: { state: 'agrees', reason: '' },
    orphans: [],
    files_examined: 200,
  });
});

test.each(sampleOf([0, 1, 2, 5, 11, 23, 40], 3))(
  'a process killed after %i files leaves a run that is readable, intact and marked',
  async (after) => {
    verifies('store.killed');
    const where = project();
    const options = { tool: 'codeloop_verify', stateDir: where.stateDir };
    const created = await Run.create(where.projectDir, { ...options, codeState: codeState() });
    await created.end();
    const { child, lines, until } = await startWriter(where, created.id, 100_000, 1);
    await until(after + 1);
    process.kill(child.pid, 'SIGKILL');
    await child.ended;
    const acknowledged = lines.slice(1);
    // What a killed process may leave half done.
    writeFileSync(join(where.projectDir, created.dir, `.run.json.${child.pid}.0a1b2c3d.tmp`), '{"schema_ver');

    const run = await Run.open(where.projectDir, created.id, options);
    const reason = expect.stringMatching(
      new RegExp(`^writer-1 \\(process ${child.pid}, since .+\\) ended without finishing$`),
    );
    expect(run.manifest).toMatchObject({ state: 'incomplete', state_reason: reason, writers: [] });
    expect(run.state()).toEqual({ state: 'incomplete', reason });
    const listed = run.manifest.entries.map(({ path, sha256 }) => `${path} ${sha256}`);
    expect(listed.slice(0, acknowledged.length)).toEqual(acknowledged);
    const { changed, ledger, orphans } = await inspectRun(run);
    expect(changed).toEqual([]);
    expect(ledger).toEqual({ state: 'agrees', reason: '' });
    // A file may be on disk that nobody was told of; then it is named, and counts for nothing.
    const logs = join(where.projectDir, run.dir, 'logs');
    const files = existsSync(logs) ? readdirSync(logs) : [];
    expect(files.length - listed.length).toBe(orphans.length);
    expect(readdirSync(join(where.projectDir, run.dir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);

    // The same code state goes on in the same run, and the cut stays told.
    const question = { ...options, current: codeState() };
    expect((await whichRun(where.projectDir, { ...question, rule: 'present' })).id).toBe(run.id);
    const joined = await whichRun(where.projectDir, { ...question, rule: 'writable' });
    expect(joined.id).toBe(run.id);
    await joined.end();
    expect(joined.manifest.state).toBe('open');
    expect(joined.manifest.state_reason).toMatch(/^went on after: writer-1 /);
  },
);

some('a process that still works is not taken for a dead one', async () => {
  const where = project();
  const options = { tool: 'codeloop_verify', stateDir: where.stateDir };
  const run = await Run.create(where.projectDir, { ...options, codeState: codeState() });
  await run.end();
  const { child, until } = await startWriter(where, run.id, 100_000, 1);
  await until(3);
  const opened = await Run.open(where.projectDir, run.id, options);
  expect(opened.state()).toEqual({ state: 'writing' });
  expect(opened.manifest.state).toBe('open');
  await child.stop(0);
  expect(opened.state().state).toBe('incomplete');
});

some('a writer whose number now belongs to another process is dead', async () => {
  const where = project();
  const options = { tool: 'codeloop_verify', stateDir: where.stateDir };
  const run = await Run.create(where.projectDir, { ...options, codeState: codeState() });
  await run.update((draft) => {
    draft.writers = draft.writers.map((one) => ({ ...one, started: one.started.replace(/\d+$/, '1') }));
  });
  const expected = process.platform === 'linux' ? 'incomplete' : 'writing';
  expect((await Run.open(where.projectDir, run.id, options)).state().state).toBe(expected);
});
