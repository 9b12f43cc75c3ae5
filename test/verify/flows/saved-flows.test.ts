import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Flow } from '../../../src/core/vocabulary/recording.js';
import { forViewports, saveFlow } from '../../../src/verify/flows/saved-flows.js';
import { verifies } from '../../requirements.js';
import { recordingProject } from '../recording-project.js';

let folder: Awaited<ReturnType<typeof recordingProject>>;
beforeAll(async () => {
  folder = await recordingProject();
});
afterAll(() => folder?.remove());

const flow = (name: string): Flow => ({ schema_version: 1, name, start: '/', steps: [{ action: 'reload' }] });
const save = (name: string) => saveFlow(folder.project, flow(name), 'codeloop_run_flow');

test.each([
  ['a/b', '; "a-b" would do'],
  ['a\nb', '; "a-b" would do'],
  ['../../x', '; "x" would do'],
  ['a  -  b', '; "a-b" would do'],
  ['.hidden', '; "hidden" would do'],
  ['sec:flow', '; "sec-flow" would do'],
  ['///', ''],
])('the name %j is refused, and nothing is written', async (name, better) => {
  verifies('flows.saved-names');
  await expect(save(name)).rejects.toMatchObject({
    code: 'ARGUMENTS_INVALID',
    message: `codeloop_run_flow: save_as ${JSON.stringify(name)} cannot be the name of a flow${better}.`,
  });
  expect(existsSync(join(folder.project.dir, '.codeloop/flows'))).toBe(false);
});

test.each([
  [['desktop'], ['desktop']],
  [['desktop', '500x400'], ['desktop']],
  [['500x400'], undefined],
  [undefined, undefined],
])('a flow that is tried at %j is meant for %j', (tried, meant) => {
  verifies('flows.saved-viewports');
  const { config } = folder.project;
  expect(Object.keys(config.viewports)).toContain('desktop');
  expect(forViewports(flow('a'), tried, config).viewports).toEqual(meant);
});

test('a flow in the place of another is said', async () => {
  verifies('flows.saved-names');
  const path = '.codeloop/flows/sec-flow.json';
  expect(await save('sec-flow')).toEqual({ artifact: { path }, replaced: false });
  expect(await save('Sec flow')).toEqual({ artifact: { path }, replaced: true });
  expect(JSON.parse(readFileSync(join(folder.project.dir, path), 'utf8'))).toEqual(flow('Sec flow'));
  expect(await save('v1.2 größe')).toEqual({ artifact: { path: '.codeloop/flows/v1.2-größe.json' }, replaced: false });
});
