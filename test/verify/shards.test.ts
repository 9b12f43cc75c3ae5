import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeState, RunManifest } from '../../src/core/vocabulary/run.js';
import { Run } from '../../src/store/run.js';
import { whyUnfit } from '../../src/verify/merge-shards.js';
import { parseShard, splitScreens } from '../../src/verify/shards.js';
import { verifies } from '../requirements.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

describe('a part is named', () => {
  test.each([
    ['2/4', {}, { index: 2, of: 4 }],
    ['auto/4', { JOB_COMPLETION_INDEX: '0' }, { index: 1, of: 4 }],
    ['auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' }, { index: 2, of: 3 }],
    ['auto', { CIRCLE_NODE_INDEX: '2', CIRCLE_NODE_TOTAL: '3' }, { index: 3, of: 3 }],
  ])('%s with %j', (text, env, shard) => {
    verifies('shards.named');
    expect(parseShard(text, env)).toEqual(shard);
  });

  test.each([
    ['5/4', {}],
    ['0/4', {}],
    ['2', {}],
    ['auto/4', {}],
    ['auto', { JOB_COMPLETION_INDEX: '0' }],
    ['auto/2', { JOB_COMPLETION_INDEX: '2' }],
  ])('%s with %j is refused', (text, env) => {
    expect(() => parseShard(text, env)).toThrow(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }));
  });
});

describe('screens are split', () => {
  const screens = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, viewports: 2 }));

  test('by how long they take, the same way every time', () => {
    verifies('shards.split');
    const durations = { a: 9000, b: 1000, c: 1000, d: 1000, e: 6000 };
    expect(splitScreens(screens, durations, 2)).toEqual([['a'], ['b', 'c', 'd', 'e']]);
    expect(splitScreens(screens.toReversed(), durations, 2)).toEqual([['a'], ['e', 'd', 'c', 'b']]);
  });

  test('and by their number where nothing is measured, one as the middle one of the others', () => {
    expect(splitScreens(screens, {}, 3)).toEqual([['a', 'd'], ['b', 'e'], ['c']]);
    expect(splitScreens(screens, { a: 100, b: 4000, c: 4000 }, 2)).toEqual([['b', 'd', 'a'].sort(), ['c', 'e']]);
    expect(splitScreens(screens.slice(0, 1), {}, 3)).toEqual([['a'], [], []]);
  });
});

describe('what is no shard of the same whole is told', () => {
  const state: CodeState = {
    ...{ tree: 't', method: 'git', dirty: false },
    bars: { config: 'c', policy: 'p', designs: 'd', baselines: 'b', acceptance: 'a' },
  };
  const shard = (index: number, more: { manifest?: Partial<RunManifest>; of?: number; split?: string } = {}) => ({
    record: { schema_version: 1 as const, index, of: more.of ?? 2, split: more.split ?? 's', screens: [] },
    manifest: {
      ...{ schema_version: 1 as const, run_id: `run-${index}`, codeloop_version: '1', started_at: '', updated_at: '' },
      ...{ state: 'open' as const, writers: [], code_state: state, tools: [], cells: [], entries: [] },
      environment: { id: 'linux', os: 'linux', arch: 'x64', browser: 'chromium', browser_version: '1', fonts: 'f' },
      ...more.manifest,
    },
  });
  const other = (of: Partial<CodeState>) => ({ manifest: { code_state: { ...state, ...of } } });
  const mac = { id: 'mac', os: 'darwin', arch: 'arm64', browser: 'chromium', browser_version: '1', fonts: 'f' };

  test.each([
    ['two of two', [shard(1), shard(2)], undefined],
    ['one is lost', [shard(1)], 'shard 2 of 2 is missing'],
    ['one is doubled', [shard(1), shard(2), shard(2)], 'shard 2 of 2 is there twice'],
    ['of other wholes', [shard(1), shard(2, { of: 3 })], 'shard 2/3 and shard 1/2 are parts of different wholes'],
    [
      'of other code',
      [shard(1), shard(2, other({ tree: 'u' }))],
      'shard 2/2 is of other code than is checked out here',
    ],
    [
      'under other bars',
      [shard(1), shard(2, other({ bars: { ...state.bars, policy: 'q' } }))],
      'shard 2/2 was judged by other bars (settings, policy, designs, baselines or criteria) than there are here',
    ],
    [
      'of another build',
      [shard(1), shard(2, other({ build_output: 'x' }))],
      'shard 2/2 and shard 1/2 looked at different builds',
    ],
    [
      'by another browser',
      [shard(1), shard(2, { manifest: { environment: mac } })],
      'shard 2/2 comes from mac, shard 1/2 from linux',
    ],
    [
      'split otherwise',
      [shard(1), shard(2, { split: 'z' })],
      'shard 2/2 and shard 1/2 were split differently: they read different .codeloop/durations.json or lists of screens',
    ],
    [
      'cut off',
      [shard(1), shard(2, { manifest: { state: 'incomplete', state_reason: 'CANCELLED' } })],
      'shard 2/2 was cut off (CANCELLED)',
    ],
    ['none', [], 'no shards were given'],
  ])('%s', (_what, shards, reason) => {
    verifies('shards.refused');
    expect(whyUnfit(shards, state)).toBe(reason);
  });
});

describe('merged shards', () => {
  let project: BaselineProject;
  const NAMES = ['home', 'cart', 'pay'];
  const folder = (name: string) => path.join(project.dir, '..', `${path.basename(project.dir)}-${name}`);
  /** The records that a verdict is made of, as the run of that id keeps them. */
  const records = (id: string) =>
    ['design_compare_summary.json', 'visual_regression.json', 'layout.json', 'checks.json'].map((file) =>
      readFileSync(path.join(project.dir, 'artifacts/runs', id, file), 'utf8').replaceAll(id, 'RUN'),
    );
  /** Verifies and hands the run over: no later one joins it. */
  async function run(shard?: string) {
    const result = await project.result('codeloop_verify', shard === undefined ? {} : { shard }, { door: 'cli' });
    const id = String(result.run_id);
    if (shard)
      cpSync(path.join(project.dir, 'artifacts/runs', id), path.join(folder(shard[0] ?? ''), id), { recursive: true });
    await (await Run.open(project.dir, id, { tool: 'test' })).close('handed over');
    return { id, result };
  }

  beforeAll(async () => {
    project = await openBaselineProject();
    for (const name of NAMES)
      writeFileSync(
        path.join(project.dir, `site/${name}.html`),
        `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><main><h1>${name}</h1>${name === 'pay' ? '<script>missing()</script>' : ''}</main></html>`,
      );
    await project.configure({
      screens: NAMES.map((name) => ({ name, path: `/${name}.html` })),
    });
    mkdirSync(path.join(project.dir, '.codeloop/flows'), { recursive: true });
    const steps = [{ action: 'assert_text', value: 'cart' }];
    writeFileSync(
      path.join(project.dir, '.codeloop/flows/look.json'),
      JSON.stringify({ name: 'look', start: '/cart.html', once: true, steps }),
    );
  });
  afterAll(async () => {
    for (const name of ['1', '2']) rmSync(folder(name), { recursive: true, force: true });
    await project?.close();
  });

  test('say byte for byte what one verification says, and the next split knows how long each took', async () => {
    verifies('shards.merged');
    const alone = await run();
    const [first, second] = [await run('1/2'), await run('2/2')];
    expect([first, second].map(({ result }) => result.part)).toMatchObject([{ of: 3 }, { of: 3 }]);
    const merged = await project.result('codeloop_merge', { dirs: [folder('2'), folder('1')] }, { door: 'cli' });
    const id = String(merged.run_id);
    expect(records(id)).toEqual(records(alone.id));
    for (const field of ['status', 'summary', 'gate', 'checks', 'remaining'])
      expect(JSON.stringify(merged[field]).replaceAll(id, 'RUN')).toBe(
        JSON.stringify(alone.result[field]).replaceAll(alone.id, 'RUN'),
      );
    expect(merged.checks).toContainEqual(expect.objectContaining({ id: 'page-errors', status: 'fail' }));
    const durations = JSON.parse(readFileSync(path.join(project.dir, '.codeloop/durations.json'), 'utf8'));
    expect(Object.keys(durations)).toEqual(NAMES.toSorted());
    // What came out stands by itself: the gate judges it again from its own files.
    const gate = await project.result('codeloop_gate_check', { run_id: id });
    expect(JSON.stringify(gate.failing_gates).replaceAll(id, 'RUN')).toBe(
      JSON.stringify(Reflect.get(Object(merged.gate), 'failing_gates')).replaceAll(id, 'RUN'),
    );
    const shard = folder('2');
    const picture = path.join(shard, second.id, 'screenshots');
    rmSync(picture, { recursive: true });
    const refused = await project.call('codeloop_merge', { dirs: [folder('1'), shard] }, { door: 'cli' });
    expect(JSON.stringify(refused)).toContain('SHARDS_UNFIT');
  });
});
