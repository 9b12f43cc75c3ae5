import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { html, type Site, startSite } from '../browser/site.js';
import { verifies } from '../requirements.js';
import { recordingProject, take } from '../verify/recording-project.js';
import { WarmSession } from './warm-session.js';

const session = new WarmSession();
let folder: Awaited<ReturnType<typeof recordingProject>>;
let site: Site;
beforeAll(async () => {
  folder = await recordingProject();
  vi.stubEnv('XDG_STATE_HOME', folder.state);
  site = await startSite({ '/': html('<p>first</p>'), '/second': html('<p>second</p>') });
});
afterAll(async () => {
  await session.dispose();
  await site?.close();
  folder?.remove();
  vi.unstubAllEnvs();
});

test('a recording says that steps went on in another tab, and stays with its own', async () => {
  verifies('record.live-page');
  const { signal } = new AbortController();
  const { project } = folder;
  const live = await session.recordings.start({ project, tool: 'test', url: site.url, viewport: '320x240', signal });
  await take(
    live.page,
    { action: 'new_tab', value: `${site.url}/second` },
    { action: 'assert_text', value: 'second' },
    { action: 'switch_tab', value: 1 },
  );
  const record = await session.recordings.stop(project, live.id);
  expect(record.ended_by).toBe('stopped');
  expect(record.notes).toEqual([
    expect.stringMatching(
      /^steps went on in another tab \d+\.\d s after the start; the recording stayed with the first/,
    ),
  ]);
});
