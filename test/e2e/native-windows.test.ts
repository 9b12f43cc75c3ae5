import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAgent } from '../../bench/replay/visit.mjs';
import { x11System } from '../../src/native/x11/x11-system.js';
import { runOnDisplay } from '../../src/native/x11/x11-windows.js';
import { probe } from '../capture/picture-files.js';
import { shareOf, startDesktop, terminal, until } from '../native/x-programs.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { BIN } from './programs.js';

const few = sampled(test, 2);

/** The terminal that covers the calculator is red and nothing else; the calculator has nothing of that red. */
const RED = [192, 32, 32] as const;
type Agent = Awaited<ReturnType<typeof startAgent>>;

/** Every kept frame of a recording, and frames of its video, four a second. */
function pictures(dir: string, stopped: { frames_path: string; video: string }): { frames: Buffer[]; video: Buffer[] } {
  const folder = path.join(dir, path.dirname(stopped.frames_path));
  const frames = readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => readFileSync(path.join(folder, name)));
  const out = mkdtempSync(path.join(tmpdir(), 'codeloop-decoded-'));
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-i', path.join(dir, stopped.video), '-vf', 'fps=4'],
    path.join(out, '%04d.png'),
  ]);
  const video = readdirSync(out).map((name) => readFileSync(path.join(out, name)));
  rmSync(out, { recursive: true });
  return { frames, video };
}

/** For somebody to look at. */
function keep(name: string, picture: Buffer): void {
  if (process.env.CODELOOP_KEEP) writeFileSync(path.join(process.env.CODELOOP_KEEP, name), picture);
}

/** The recording once its video is there. */
async function finished(agent: Agent, stopped: { recording_id: string; video: string }) {
  const file = path.join(agent.dir, stopped.video);
  await until(() => {
    try {
      return probe(file).frames > 0;
    } catch {
      return false; // it is still written
    }
  });
}

describe('two programs on one screen, one over the other', () => {
  let desktop: Awaited<ReturnType<typeof startDesktop>>;
  let agent: Agent;
  beforeAll(async () => {
    desktop = await startDesktop();
    await desktop.open('Calculator', ['xcalc', '-geometry', '+120+120']);
    await desktop.open('Red', terminal('Red', '#c02020', '+100+100'));
    agent = await startAgent(BIN, {
      env: { DISPLAY: desktop.display.name, XAUTHORITY: desktop.display.authority ?? '' },
    });
  });
  afterAll(async () => {
    await agent?.close();
    await desktop?.stop();
  });
  const xdotool = async (...args: string[]) => {
    const { code, stderr } = await runOnDisplay(desktop.display, 'xdotool', args);
    expect([code, String(stderr)]).toEqual([0, '']);
  };
  const system = () => x11System(desktop.display, false);
  const idOf = async (title: string) => (await system().list()).find((window) => window.title === title)?.id ?? '';
  const hasFocus = (title: string) =>
    until(
      async () => (await system().focused()) === (await idOf(title)),
      async () => ({ focused: await system().focused(), windows: await system().list() }),
    );

  test('the asked-for one is recorded, driven, photographed and replayed, and nothing of the other shows', async () => {
    verifies('native.only-that-window', 'native.focus-restored', 'native.steps', 'native.replayed');
    await xdotool('windowactivate', await idOf('Red'));
    await hasFocus('Red');
    const { result: started } = await agent.call('start_recording', { app_name: 'Calculator' });
    const { page_id } = started;
    const { result: acted } = await agent.call('interact', {
      page_id,
      steps: [
        { action: 'click', target: { x: 30, y: 330 } },
        { action: 'type', value: '12' },
      ],
    });
    expect(acted.steps.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, true]);
    // The other one comes over it again, in the middle of the recording.
    await xdotool('windowactivate', await idOf('Red'));
    await hasFocus('Red');
    const { result: shot } = await agent.call('capture_screenshot', {
      app_name: 'Calculator',
      screen_name: 'calculator',
    });
    await agent.call('interact', {
      page_id,
      steps: [
        { action: 'type', value: '+30' },
        { action: 'hotkey', value: 'Return' },
      ],
    });
    const { result: stopped } = await agent.call('stop_recording', { recording_id: started.recording_id });
    expect(stopped).toMatchObject({ status: 'pass', ended_by: 'stopped', notes: [] });
    await hasFocus('Red');

    const photograph = readFileSync(path.join(agent.dir, shot.cells[0].path));
    expect(await shareOf(photograph, RED)).toBe(0);
    const { result: replay, images } = await agent.call('interaction_replay', {
      recording_id: started.recording_id,
      expected_flow: 'click at 30,330 -> type 12 -> type "+30" -> press Return',
    });
    expect(replay.findings).toEqual([]);
    expect(replay.flow.map(({ matched_by }: { matched_by?: string }) => matched_by)).toEqual([
      'step 1',
      'step 2',
      'step 3',
      'step 4',
    ]);
    expect(images.length).toBe(replay.frames.length);
    await finished(agent, stopped);
    const { frames, video } = pictures(agent.dir, stopped);
    keep('shot.png', photograph);
    for (const [index, image] of images.entries())
      keep(`replay-${index + 1}.webp`, Buffer.from(image.data ?? '', 'base64'));
    expect(frames.length).toBeGreaterThanOrEqual(3);
    expect(video.length).toBeGreaterThanOrEqual(3);
    for (const picture of [...frames, ...video]) expect(await shareOf(picture, RED)).toBe(0);
  });

  test('a window that is closed meanwhile leaves what was recorded, and says so', async () => {
    verifies('native.window-gone');
    await desktop.open('Gone', terminal('Gone', '#2040a0', '+300+300'));
    const { result: started } = await agent.call('start_recording', { app_name: 'Gone' });
    await agent.call('interact', { page_id: started.page_id, action: 'hover', target: { x: 40, y: 40 } });
    await xdotool('windowclose', await idOf('Gone'));
    await until(async () => (await idOf('Gone')) === '');
    const failed = agent.call('interact', { page_id: started.page_id, action: 'click', target: { x: 40, y: 40 } });
    expect((await failed).result.steps.at(-1)).toMatchObject({ ok: false, failure: { code: 'WINDOW_NOT_FOUND' } });
    const { result: stopped } = await agent.call('stop_recording', { recording_id: started.recording_id });
    expect(stopped.ended_by).toBe('window_closed');
    expect(stopped.notes).toEqual([
      expect.stringMatching(/^the window was closed .* s after the start; what was recorded until then is kept$/),
    ]);
    await finished(agent, stopped);
    const { video } = pictures(agent.dir, stopped);
    expect(await shareOf(video[0] ?? Buffer.of(), [32, 64, 160])).toBeGreaterThan(0.9);
    await expect(agent.call('start_recording', { app_name: 'Gone' })).rejects.toMatchObject({
      code: 'WINDOW_NOT_FOUND',
      result: { allowed: expect.arrayContaining([expect.stringContaining('Calculator')]) },
    });
  });
});

describe('without a display', () => {
  let agent: Agent;
  beforeAll(async () => {
    // It ends with 3 when a line is typed into it.
    const dies = `echo not much luck >&2; ${terminal('Dies', '#2040a0', '+0+0', 'head', '-n', '1')
      .map((word) => `'${word}'`)
      .join(' ')}; exit 3`;
    const apps = {
      dies: { command: ['sh', '-c', dies] },
      broken: { command: ['sh', '-c', 'echo no licence >&2; exit 7'] },
    };
    agent = await startAgent(BIN, {
      env: { DISPLAY: undefined, WAYLAND_DISPLAY: undefined },
      config: { native: { apps } },
    });
  });
  afterAll(() => agent?.close());

  few('a configured program runs on a private one; that it died is said, and what was recorded is kept', async () => {
    verifies('native.no-display', 'native.app-exits', 'replay.findings');
    const { result: started } = await agent.call('start_recording', { app_name: 'dies' });
    await agent.call('interact', { page_id: started.page_id, action: 'type', value: 'x\n' });
    let ended: { ok: boolean; failure?: { code: string } } = { ok: true };
    await until(async () => {
      const { result } = await agent.call('interact', { page_id: started.page_id, action: 'screenshot' });
      ended = result.steps.at(-1);
      return !ended.ok;
    });
    expect(ended.failure?.code).toBe('APP_EXITED');
    const { result: stopped } = await agent.call('stop_recording', { recording_id: started.recording_id });
    expect(stopped.ended_by).toBe('app_exited');
    expect(stopped.notes[0]).toMatch(/^the app ended .* s after the start \(it ended with exit code 3\)/);
    const { result: replay } = await agent.call('interaction_replay', { recording_id: started.recording_id });
    expect(replay.status).toBe('fail');
    expect(replay.findings.map(({ kind }: { kind: string }) => kind)).toContain('crash');
    expect(JSON.stringify(replay.log_tail)).toContain('not much luck');
    await finished(agent, stopped);
  });

  test.each([
    ['broken', 'APP_EXITED'],
    ['not configured', 'DISPLAY_NOT_FOUND'],
  ])('%s is %s', async (app_name, code) => {
    verifies('native.no-display', 'native.app-exits');
    await expect(agent.call('start_recording', { app_name })).rejects.toMatchObject({ code });
  });
});
