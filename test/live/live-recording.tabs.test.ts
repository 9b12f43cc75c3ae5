import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { replay } from '../../src/replay/replay.js';
import { recordingSource } from '../../src/replay/replay-source.js';
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
  site = await startSite({
    '/': html('<p>first</p>'),
    '/second': html('<p>second</p><button id="more" onclick="this.after(1)">More</button>'),
  });
});
afterAll(async () => {
  await session.dispose();
  await site?.close();
  folder?.remove();
  vi.unstubAllEnvs();
});

test('a recording says that steps went on in another tab, and stays with its own', async () => {
  verifies('record.live-page', 'replay.healthy', 'record.default-page');
  const { signal } = new AbortController();
  const { project } = folder;
  const live = await session.recordings.start({ project, tool: 'test', url: site.url, viewport: '320x240', signal });
  await take(
    live.page,
    { action: 'new_tab', value: `${site.url}/second` },
    { action: 'assert_text', value: 'second' },
    { action: 'click', target: { selector: '#more' } },
  );
  // Another page is open too: the one that is recorded is meant.
  const other = await session.pages.open({ project, url: site.url, viewport: '320x240', signal });
  expect(session.pages.find(project).id).toBe(live.page.id);
  await session.pages.close(other.id);
  const record = await session.recordings.stop(project, live.id);
  expect(record.ended_by).toBe('stopped');
  expect(record.notes).toEqual([
    expect.stringMatching(
      /^steps went on in another tab \d+\.\d s after the start; the recording stayed with the first/,
    ),
  ]);
  await session.recordings.finished(live.id);
  const source = await recordingSource(project, live.id, 'test', signal);
  const shown = await replay({ source, expectedFlow: undefined, maxFrames: 4, contactSheet: false });
  expect(shown.findings).toEqual([]);
});
