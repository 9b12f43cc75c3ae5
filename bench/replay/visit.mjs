import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expectedFlow } from './flows.mjs';

/** Longer than a client's usual minute: the machine that runs this may be busy. */
const CALL_MS = 600_000;
/** Longest that one step may take, ms. */
const STEP_MS = 60_000;
/** The same behind a planted fault, where what is waited for may never come. */
const STEP_BEHIND_MS = 10_000;

/**
 * The built program as a server of a new project, and a client connected to it. `call` answers a tool's result; an error of the tool
 * is thrown with its code. `close` ends both and removes the project, unless `keep`.
 * @param {string} bin
 */
export async function startAgent(bin, { keep = false, env = {}, config = {} } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-replay-'));
  const dir = path.join(folder, 'project');
  mkdirSync(path.join(dir, '.codeloop'), { recursive: true });
  writeFileSync(path.join(dir, 'package.json'), '{"name":"replayed"}\n');
  writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(config));
  const client = new Client({ name: 'replay-truth', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'serve'],
    cwd: dir,
    env: { ...process.env, XDG_STATE_HOME: path.join(folder, 'state'), CODELOOP_PROJECT_DIR: dir, ...env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  await client.connect(transport);
  return {
    dir,
    /** All that the server has printed for people so far. */
    stderr: () => stderr,
    async call(name, given) {
      const reply = await client.callTool({ name: `codeloop_${name}`, arguments: given }, { timeout: CALL_MS });
      const content = /** @type {{type: string, text?: string, data?: string, mimeType?: string}[]} */ (reply.content);
      const result = JSON.parse(content[0]?.text ?? '{}');
      if (reply.isError) throw Object.assign(new Error(`${name}: ${content[0]?.text}`), { code: result.code, result });
      return { result, images: content.filter(({ type }) => type === 'image'), text: content[0]?.text ?? '' };
    },
    async close() {
      await client.close();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Records a flow through an app and replays it: one call for each step, or all steps in one call. Stops where a step fails. Answers how
 * many steps were done and what the replay says. `plantedAt`: number of the step at which something is broken.
 */
export async function visit(agent, site, flow, options = {}) {
  const { atOnce = false, maxFrames = 8, viewport = '1280x800', plantedAt = Number.POSITIVE_INFINITY } = options;
  const { result: started } = await agent.call('start_recording', { url: `${site.url}${flow.path}`, viewport });
  const page_id = started.page_id;
  // What is measured is the replay, not how soon a busy machine lets a step be taken.
  const steps = flow.steps.map(({ step }, at) => ({
    ...step,
    timeout_ms: at + 1 <= plantedAt ? STEP_MS : STEP_BEHIND_MS,
    ...(step.action === 'navigate_url' ? { value: `${site.url}${step.value}` } : {}),
  }));
  let done = 0;
  let failed;
  for (const group of atOnce ? [steps] : steps.map((step) => [step])) {
    const { result } = await agent.call('interact', { page_id, steps: group });
    done += result.steps.filter(({ ok }) => ok).length;
    failed = result.steps.find(({ ok }) => !ok);
    if (failed) break;
  }
  const asked = performance.now();
  const { result: stopped } = await agent.call('stop_recording', { recording_id: started.recording_id });
  const stopMs = performance.now() - asked;
  const again = performance.now();
  const shown = await agent.call('interaction_replay', {
    recording_id: started.recording_id,
    expected_flow: expectedFlow(flow),
    max_frames: maxFrames,
  });
  const replayMs = performance.now() - again;
  return { started, stopped, done, failed, replay: shown.result, images: shown.images, stopMs, replayMs };
}
