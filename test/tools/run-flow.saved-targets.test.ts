import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlowProject, makeFlowProject } from '../e2e/flow-project.js';
import { openWarm } from '../live/warm-session.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { connect } from '../server/connect.js';

const few = sampled(test, 2);

let project: FlowProject;
let call: (tool: string, given: Record<string, unknown>) => Promise<Record<string, unknown>>;
let close: () => Promise<void>;
beforeAll(async () => {
  project = await makeFlowProject();
  const { dispatcher, dispose } = openWarm();
  const client = new Client({ name: 'agent', version: '1' });
  await connect(client, { dispatcher: async () => dispatcher, givenRoots: [project.dir], cwd: project.dir });
  call = async (name, given) => {
    const reply = await client.callTool({ name, arguments: given }, undefined, { timeout: 120_000 });
    const [first] = reply.content as { text?: string }[]; // looser in the client's type than on the wire
    return JSON.parse(first?.text ?? '');
  };
  close = async () => {
    await client.close();
    await dispose();
  };
});
afterAll(async () => {
  await close?.();
  await project?.remove();
});

/** Clicks a target of the Pay page, saves the flow, and answers what stands in it. */
async function savedClick(name: string, target: Record<string, unknown>): Promise<unknown> {
  const { page_id } = await call('codeloop_interact', {
    url: '/pay.html',
    viewport: 'laptop',
    steps: [{ action: 'click', target }],
  });
  await call('codeloop_run_flow', { page_id, save_as: name, viewports: ['laptop'] });
  const flow = JSON.parse(await readFile(path.join(project.dir, `.codeloop/flows/${name}.json`), 'utf8'));
  return flow.steps[0];
}

const named = { role: 'button', name: 'Pay now' };
const byId = { test_id: 'pay' };

const TAKEN: [name: string, target: Record<string, unknown>, first: unknown, otherwise: unknown[]][] = [
  [
    'by-selector',
    { selector: 'body > button:first-of-type' },
    named,
    [byId, { selector: 'body > button:first-of-type' }],
  ],
  ['by-name', named, named, [byId]],
  ['by-id', byId, byId, [named]],
  ['by-text', { text: 'Pay now' }, { text: 'Pay now' }, [named, byId]],
];
test.each(sampleOf(TAKEN))(
  'a step taken %s is saved with ways that outlive a new rendering',
  async (name, target, first, otherwise) => {
    verifies('flows.lasting-targets');
    expect(await savedClick(name, target)).toEqual({ action: 'click', target: first, otherwise });
  },
);

few('an element that was renamed is found by its test id, and the reply says so; one that is gone is not', async () => {
  verifies('flows.lasting-targets');
  const steps = [{ action: 'click', target: named, otherwise: [byId], timeout_ms: 1000 }];
  await project.pay('renamed');
  const { steps: found } = await call('codeloop_interact', { url: '/pay.html', viewport: 'laptop', steps });
  expect(found).toMatchObject([
    { ok: true, detail: 'click on button "Pay now" (found as test id "pay")', found_otherwise: 'test id "pay"' },
  ]);
  await project.pay('gone');
  const { steps: lost } = await call('codeloop_interact', { url: '/pay.html', viewport: 'laptop', steps });
  expect(lost).toMatchObject([{ ok: false, failure: { code: 'TARGET_NOT_FOUND' } }]);
});
