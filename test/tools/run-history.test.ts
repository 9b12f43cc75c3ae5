import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { Session } from '../../src/live/session.js';
import { Run } from '../../src/store/run.js';
import runHistory from '../../src/tools/run-history.js';
import { codeState, handClock, project } from '../store/samples.js';

const dispatcher = new Dispatcher([runHistory], new Session());

/** Calls the tool as a client of MCP does, with a project as its root. */
function call(root: string, given: Record<string, unknown>) {
  return dispatcher.call(runHistory.name, given, {
    door: 'mcp',
    client: { name: 'test', version: '1' },
    signal: new AbortController().signal,
    progress: () => undefined,
    roots: [root],
    cwd: root,
    ci: false,
  });
}

/** A project with one run of each tool, the last one the newest. */
async function projectWith(...tools: string[]) {
  const { projectDir, stateDir } = project();
  mkdirSync(join(projectDir, '.codeloop'));
  writeFileSync(join(projectDir, '.codeloop/config.json'), '{}');
  const clock = handClock();
  const ids: string[] = [];
  for (const tool of tools) {
    clock.tick(2000);
    const run = await Run.create(projectDir, { tool, clock, stateDir, codeState: codeState() });
    await run.end();
    ids.unshift(run.id);
  }
  return { projectDir, ids };
}

test('lists runs, newest first, as many as asked for, and of one tool', async () => {
  const { projectDir, ids } = await projectWith('codeloop_verify', 'codeloop_design_compare', 'codeloop_verify');
  const listed = async (given: Record<string, unknown>) => {
    const reply = await call(projectDir, given);
    if (reply.kind !== 'result') throw reply.cause;
    return reply.result;
  };
  const [newest, , oldest] = ids;
  expect(await listed({ limit: 1 })).toEqual({
    schema_version: 1,
    status: 'pass',
    summary: '1 run(s).',
    artifacts: [],
    next: [],
    runs: [
      {
        run_id: newest,
        started_at: '2026-11-21T23:40:06.000Z',
        tools: ['codeloop_verify'],
        status: 'not_judged',
        state: 'open',
        artifact_paths: [],
      },
    ],
  });
  expect((await listed({})).runs).toMatchObject(ids.map((run_id) => ({ run_id })));
  expect((await listed({ tool: 'codeloop_verify' })).runs).toMatchObject([{ run_id: newest }, { run_id: oldest }]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a limit that is none', { limit: 0 }, 'ARGUMENTS_INVALID'],
  ['an argument that it has not', { runs: 3 }, 'ARGUMENTS_INVALID'],
  ['a folder outside the roots', { project_dir: '/' }, 'PATH_OUTSIDE_ROOTS'],
])('refuses %s', async (_what, given, code) => {
  const { projectDir } = await projectWith();
  expect(await call(projectDir, given)).toMatchObject({ kind: 'error', error: { code } });
});
