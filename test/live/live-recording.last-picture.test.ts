import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readFrameIndex } from '../../src/core/frame-index.js';
import { decode } from '../../src/image/decode.js';
import type { LiveRecording } from '../../src/live/live-recording.js';
import { html, startSite } from '../browser/site.js';
import { until } from '../native/x-programs.js';
import { verifies } from '../requirements.js';
import { FULL } from '../sample.js';
import { recordingProject, take } from '../verify/recording-project.js';
import { WarmSession } from './warm-session.js';

// A machine that never has time to spare: as few pictures as ever are asked for.
vi.mock('node:os', async (original) => {
  const os = await original<typeof import('node:os')>();
  let user = 0;
  const cpus = () => {
    user += 1000;
    return [{ model: 'busy', speed: 1, times: { user, nice: 0, sys: 0, idle: 0, irq: 0 } }];
  };
  return { ...os, cpus, default: { ...os, cpus } };
});

const { signal } = new AbortController();
const session = new WarmSession();
const START = 'codeloop_start_recording';
let folder: Awaited<ReturnType<typeof recordingProject>>;
let site: Awaited<ReturnType<typeof startSite>>;

/** Changes with every frame for two seconds or more, and then stands still in green, and says so after another one. */
const PAGE = html(`<style>body{margin:0;background:#00f}</style><script>
  let count = 0;
  (function go() {
    count += 1;
    document.body.style.background = count < 120 ? 'rgb(0,0,' + (100 + count) + ')' : '#00aa00';
    if (count < 120) requestAnimationFrame(go);
    else setTimeout(() => void fetch('/still'), 1000);
  })();
</script>`);

/** Changes with every frame, and leads to a page with nothing on it. */
const LINK = html(`<a href="/blank">Go</a><script>
  let count = 0;
  (function go() {
    count += 1;
    document.body.style.background = 'rgb(255,0,' + (count % 200) + ')';
    requestAnimationFrame(go);
  })();
</script>`);

beforeAll(async () => {
  folder = await recordingProject();
  vi.stubEnv('XDG_STATE_HOME', folder.state);
  site = await startSite({ '/': PAGE, '/still': '', '/link': LINK, '/blank': html('') });
});
afterAll(async () => {
  await session.dispose();
  await site?.close();
  folder?.remove();
  vi.unstubAllEnvs();
});

// The same three times over in the full run: which pictures are taken is a matter of timing.
const TIMES = FULL ? [1, 2, 3] : [1];

test.each(TIMES)(
  'a recording ends with what the page looks like at the end, however few pictures are taken: %i',
  async () => {
    verifies('record.leaves-time');
    const { project } = folder;
    const before = site.requests.length;
    const live = await session.recordings.start({ project, tool: START, viewport: '320x240', url: site.url, signal });
    await until(() => site.requests.slice(before).includes('GET /still'));
    const { entries, color } = await stopped(live);
    // Five a second at most, once the pace has adapted.
    expect(entries.length).toBeLessThan(60);
    const [red, green, blue] = color;
    expect({ red: red < 60, green: green > 120, blue: blue < 60 }).toEqual({ red: true, green: true, blue: true });
  },
);

test.each(TIMES)('what came up just before the stop is in the recording: %i', async () => {
  verifies('replay.findings');
  const { project } = folder;
  const url = `${site.url}/link`;
  const live = await session.recordings.start({ project, tool: START, viewport: '320x240', url, signal });
  await take(live.page, { action: 'click', target: { selector: 'a' } });
  const { color } = await stopped(live);
  expect(color).toEqual([255, 255, 255]);
});

/** Stops a recording; answers its frames, and the color of the last one's corner. */
async function stopped(live: LiveRecording) {
  const { project } = folder;
  const { frames } = await session.recordings.stop(project, live.id);
  await session.pages.close(live.page.id);
  const dir = path.join(project.dir, path.dirname(frames.index.path));
  const entries = await readFrameIndex(dir);
  const last = await decode({ path: path.join(dir, entries.at(-1)?.file ?? '') });
  const [red = 0, green = 0, blue = 0] = last.data;
  return { entries, color: [red, green, blue] as const };
}
