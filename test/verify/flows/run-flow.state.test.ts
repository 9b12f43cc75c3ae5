import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Flow } from '../../../src/core/vocabulary/recording.js';
import type { Project } from '../../../src/project/project.js';
import { runFlow } from '../../../src/verify/flows/run-flow.js';
import { html, type Site, startSite } from '../../browser/site.js';
import { WarmSession } from '../../live/warm-session.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';
import { recordingProject } from '../recording-project.js';

const some = sampled(test, 2);

const session = new WarmSession();
const { signal } = new AbortController();
let folder: Awaited<ReturnType<typeof recordingProject>>;
let site: Site;
/** The back end: a name can be taken once. */
const taken = new Set<string>();

beforeAll(async () => {
  folder = await recordingProject();
  vi.stubEnv('XDG_STATE_HOME', folder.state);
  site = await startSite({
    '/': html(`<input id="name" aria-label="Name"><button id="add">Add</button><p id="out"></p>
      <script>add.onclick = async () => { const answer = await fetch('/add?' + encodeURIComponent(document.getElementById('name').value)); out.textContent = await answer.text(); };</script>`),
    '/add': ({ url = '' }, response) => {
      const name = url.split('?')[1] ?? '';
      response.end(taken.has(name) ? 'That name is taken' : `Added as number ${taken.add(name).size}`);
    },
    '/reset': (_request, response) => {
      taken.clear();
      response.end();
    },
    '/broken': (_request, response) => response.writeHead(500).end(),
  });
});
afterAll(async () => {
  await session.dispose();
  await site?.close();
  folder?.remove();
  vi.unstubAllEnvs();
});

const flowOf = (name: string, result: string, more: Partial<Flow> = {}): Flow => ({
  ...{ schema_version: 1, name: 'add', start: site.url, ...more },
  steps: [
    { action: 'fill', target: { label: 'Name' }, value: name },
    { action: 'click', target: { role: 'button', name: 'Add' } },
    { action: 'assert_text', value: result },
  ],
});
const replayed = async (flow: Flow, reset?: string | string[], sizes = ['320x240', '400x300']) => {
  const { project } = folder;
  const config = { ...project.config, workflow: { ...project.config.workflow, ...(reset ? { reset } : {}) } };
  const changed: Project = { ...project, config };
  const viewports = flow.once ? undefined : sizes;
  const ran = await runFlow({ project: changed, session, tool: 'test', flow, viewports, signal }).catch(
    (error) => error.code,
  );
  return Array.isArray(ran) ? ran.map(({ steps }) => steps?.failedAt ?? 'done') : ran;
};

some('a flow holds at each viewport where the back end is reset, or its texts are unique', async () => {
  verifies('flows.state');
  expect(await replayed(flowOf('Ada', 'Added'))).toEqual(['done', 2]);
  expect(await replayed(flowOf('Ada', 'Added as number 1'), 'POST /reset')).toEqual(['done', 'done']);
  expect(await replayed(flowOf('Ada {{unique}}', 'Added'))).toEqual(['done', 'done']);
});

some('a flow that can be done once is done once', async () => {
  verifies('flows.state');
  taken.clear();
  expect(await replayed(flowOf('Bob', 'Added as number 1', { once: true }))).toEqual(['done']);
});

some('a reset is a command too, and one that fails is said', async () => {
  verifies('flows.state');
  const script = `fetch(${JSON.stringify(`${site.url}/reset`)})`;
  taken.add('Ada');
  expect(await replayed(flowOf('Ada', 'Added as number 1'), ['node', '-e', script], ['320x240'])).toEqual(['done']);
  expect(await replayed(flowOf('Ada', 'Added'), ['node', '-e', 'process.exit(3)'])).toBe('FLOW_RESET_FAILED');
  expect(await replayed(flowOf('Ada', 'Added'), 'POST /broken')).toBe('FLOW_RESET_FAILED');
});
