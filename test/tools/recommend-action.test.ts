import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openWarm } from '../live/warm-session.js';
import { verifies } from '../requirements.js';
import { temporaryFolder } from '../store/samples.js';

const { dispatcher, dispose } = openWarm();
afterAll(dispose);

/** Calls tools as an agent would, in a project with these files. */
function project(files: Record<string, string>) {
  const dir = temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  return async (tool: string, given: Record<string, unknown> = {}) => {
    const reply = await dispatcher.call(`codeloop_${tool}`, given, {
      door: 'mcp',
      client: { name: 'test', version: '1' },
      signal: new AbortController().signal,
      progress: () => undefined,
      roots: [dir],
      cwd: dir,
      ci: false,
    });
    return reply.kind === 'error' ? reply.error : reply.result;
  };
}

test('a fresh project is led to init, a set up one to verify, and a need to the tool that answers it', async () => {
  verifies('recommend.action');
  const fresh = project({ 'package.json': '{ "name": "a" }' });
  expect(await fresh('recommend_action')).toMatchObject({ action: { tool: 'codeloop_init_project' } });
  expect(await fresh('recommend_action', { need: 'ship it' })).toMatchObject({
    action: { tool: 'codeloop_init_project' },
  });
  const ready = project({
    'package.json': '{ "name": "a" }',
    '.codeloop/config.json': '{ "server": { "static": "." }, "screens": [{ "name": "home", "path": "/" }] }',
  });
  expect(await ready('recommend_action')).toMatchObject({
    action: { tool: 'codeloop_verify', arguments: {} },
    reason: 'there is no evidence of the code as it is now: nothing was verified yet',
    understood: true,
    next: [{ tool: 'codeloop_verify' }],
  });
  expect(await ready('recommend_action', { need: 'a screenshot' })).toMatchObject({
    action: { tool: 'codeloop_capture_screenshot', arguments: { screen_name: 'home' } },
    next: [{ tool: 'codeloop_capture_screenshot' }, { tool: 'codeloop_verify' }],
  });
  expect(await ready('recommend_action', { need: 'xyzzy' })).toMatchObject({
    action: { tool: 'codeloop_verify' },
    understood: false,
  });
  expect(await ready('recommend_action', { run_id: 'run-none' })).toMatchObject({ code: 'RUN_NOT_FOUND' });
  expect(await ready('check_workflow')).toMatchObject({ state: 'PENDING', missing: ['verify', 'gate'] });
});

test('tools are recommended for the stack that the manifests tell', async () => {
  verifies('recommend.tool');
  const node = project({
    'package.json': '{ "devDependencies": { "vite": "1", "vue": "1", "typescript": "1", "vitest": "1" } }',
  });
  expect(await node('recommend_tool', { need: 'types' })).toMatchObject({
    stack: ['node', 'typescript', 'vite', 'vue', 'web'],
    tools: [
      { name: 'TypeScript', installed: true },
      { name: 'vue-tsc', installed: false },
    ],
  });
  // A theme whose manifest names nothing that a page is known by.
  const theme = project({
    'package.json': '{ "scripts": { "start": "gulp" } }',
    '.codeloop/config.json': '{ "server": { "static": "." }, "screens": [{ "name": "home", "path": "/" }] }',
  });
  expect(await theme('recommend_tool', { need: 'end to end' })).toMatchObject({
    stack: ['node', 'web'],
    tools: [{ name: 'Playwright Test' }, {}, {}],
  });
  const python = project({ 'pyproject.toml': '[project]\ndependencies = ["pytest>=8", "flask"]\n' });
  expect(await python('recommend_tool', { need: 'unit tests' })).toMatchObject({
    stack: ['python'],
    tools: [{ name: 'pytest', installed: true }],
    built_in: [],
  });
  expect(await python('recommend_tool', { need: 'teleportation' })).toMatchObject({ tools: [], tool_count: 0 });
});

test('prompts are listed and filled by their tools', async () => {
  verifies('prompts.layers', 'prompts.variables');
  const call = project({ 'package.json': '{ "dependencies": { "next": "1" } }' });
  expect(await call('list_prompts')).toMatchObject({
    status: 'pass',
    prompts: expect.arrayContaining([expect.objectContaining({ id: 'release_check' })]),
  });
  expect(await call('get_prompt', { id: 'fix_failures', variables: { tries: '2' } })).toMatchObject({
    prompt: expect.stringMatching(/after 2 tries.*built with Next\.js/s),
    variables: [
      { name: 'run_id', from: 'default' },
      { name: 'tries', value: '2', from: 'given' },
      { name: 'framework', value: 'next', from: 'project' },
    ],
  });
  expect(await call('get_prompt', { id: 'fix' })).toMatchObject({ code: 'PROMPT_NOT_FOUND' });
});
