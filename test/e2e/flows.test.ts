import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../src/core/vocabulary/gate.js';
import type { FlowReplay } from '../../src/core/vocabulary/recording.js';
import type { RunManifest } from '../../src/core/vocabulary/run.js';
import { verifies } from '../requirements.js';
import { FULL } from '../sample.js';
import { type FlowProject, makeFlowProject } from './flow-project.js';
import { runWarm } from './warm-program.js';

let project: FlowProject;
let state: string;
beforeAll(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'codeloop-state-'));
  project = await makeFlowProject();
});
afterAll(async () => {
  await project?.remove();
  await rm(state, { recursive: true, force: true });
});

interface Verified {
  exit: number;
  body: {
    run_id: string;
    artifacts: { path: string }[];
    next: { tool: string; arguments: Record<string, unknown> }[];
    skipped: { what: string }[];
    gate: { failing_gates: { id: string; status: string; problems: Problem[] }[]; passing_gates: string[] };
  };
}

async function codeloop(...args: string[]): Promise<Verified> {
  const { code, stdout } = await runWarm([...args, '--json'], { cwd: project.dir, env: { XDG_STATE_HOME: state } });
  return { exit: code, body: JSON.parse(stdout) };
}

/** What the gate says about flows, if it does not pass. */
const problems = ({ body }: Verified) =>
  body.gate.failing_gates.find(({ id }) => id === 'workflow_evidence')?.problems ?? [];

const manifest = ({ body }: Verified): RunManifest =>
  JSON.parse(readFileSync(path.join(project.dir, 'artifacts/runs', body.run_id, 'run.json'), 'utf8'));

/** What the run holds of each flow at each viewport. */
const replays = (verified: Verified): FlowReplay[] =>
  manifest(verified)
    .entries.filter(({ kind }) => kind === 'flow')
    .map((entry) => JSON.parse(readFileSync(path.join(project.dir, entry.path), 'utf8')));

test('verify replays saved flows: green, a dead button, fixed', async () => {
  verifies('flows.replayed', 'flows.failing-step');
  const green = await codeloop('verify');
  expect(green.exit).toBe(0);
  expect(green.body.gate.passing_gates).toContain('workflow_evidence');
  expect(green.body.skipped.map(({ what }) => what)).not.toContain('flows');
  const done = replays(green).map(({ flow, viewport, status, steps_done }) => [flow, viewport, status, steps_done]);
  expect(done.toSorted()).toEqual([
    ['add-to-bag', 'laptop', 'pass', 2],
    ['pay', 'laptop', 'pass', 3],
    ['pay', 'phone', 'pass', 3],
  ]);
  // Every recording is there whole, video included, before the verdict.
  for (const { recording_id } of replays(green))
    expect(
      manifest(green).entries.filter(({ kind, path: file }) => kind === 'video' && file.includes(`${recording_id}.`)),
    ).toHaveLength(1);
  expect((await codeloop('gate')).exit).toBe(0);

  await project.pay('dead');
  const dead = await codeloop('verify');
  expect(dead.exit).toBe(1);
  const [stopped] = problems(dead);
  expect(stopped).toMatchObject({
    flow: 'pay',
    step: 3,
    title: 'The flow "pay" stopped at step 3 of 3 (assert_text): the assertion does not hold.',
    text: expect.stringContaining('Nothing came of step 2 (click)'),
  });
  expect(stopped?.viewport?.split(', ').toSorted()).toEqual(['laptop', 'phone']);
  expect(existsSync(path.join(project.dir, stopped?.artifact ?? ''))).toBe(true);
  expect(dead.body.artifacts.map((artifact) => artifact.path)).toContain(stopped?.artifact);
  // First the repair, then what proves it, then what led to the failure.
  expect(dead.body.next).toMatchObject([
    { tool: 'codeloop_diagnose', arguments: { run_id: dead.body.run_id } },
    { tool: 'codeloop_run_flow' },
    { tool: 'codeloop_interaction_replay', arguments: { recording_id: stopped?.recording_id } },
  ]);

  if (!FULL) return;
  await project.pay('works');
  expect((await codeloop('verify')).exit).toBe(0);
});

test('what is gone and what is no flow is named in one verification, and the rest goes on', async () => {
  verifies('flows.failing-step', 'flows.broken-file');
  await project.pay('gone');
  // Nothing is to be waited for.
  await project.flow('pay', {
    start: '/pay.html',
    viewports: ['phone'],
    steps: [
      { action: 'assert_visible', target: { role: 'heading', name: 'Pay' } },
      { action: 'click', target: { role: 'button', name: 'Pay now' }, timeout_ms: 1500 },
      { action: 'assert_text', value: 'Thank you' },
    ],
  });
  await project.flow('broken', '{ "steps": [');
  await project.flow('nowhere', { start: '/', viewports: ['watch'], steps: [{ action: 'wait', value: 1 }] });
  const verified = await codeloop('verify');
  expect(verified.exit).toBe(1);
  expect(problems(verified).map(({ title, text }) => [title, text])).toEqual([
    ['.codeloop/flows/broken.json is no flow that can be replayed.', 'it is not valid JSON'],
    ['.codeloop/flows/nowhere.json is no flow that can be replayed.', 'There is no viewport watch.'],
    [
      'The flow "pay" stopped at step 2 of 3 (click): TARGET_NOT_FOUND.',
      'Nothing matches button "Pay now" on the page.',
    ],
    ['Only interactions that do not count reach this screen: pay.', undefined],
  ]);
  expect(problems(verified)[2]).toMatchObject({
    flow: 'pay',
    step: 2,
    candidates: expect.arrayContaining(['button "Pay later"']),
  });
  expect(verified.body.gate.passing_gates).toContain('screenshot_evidence');
  const done = replays(verified).map(({ flow, viewport, status, steps_done }) => [flow, viewport, status, steps_done]);
  expect(done.toSorted()).toEqual([
    ['add-to-bag', 'laptop', 'pass', 2],
    ['pay', 'phone', 'fail', 1],
  ]);
});
