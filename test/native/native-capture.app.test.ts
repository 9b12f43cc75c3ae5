import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Capture, Interactive, Observed, Recordable } from '../../src/capture/capture.js';
import type { LogEntry } from '../../src/core/vocabulary/screenshot.js';
import { Environment } from '../../src/core/vocabulary/screenshot.js';
import type { Step } from '../../src/core/vocabulary/step.js';
import { createNativeDriver } from '../../src/native/native-capture.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { memorySink } from './memory-sink.js';
import { captureOptions, projectFolder, shareOf, terminal, until } from './x-programs.js';

const some = sampled(test, 2);

const signal = new AbortController().signal;
const shot = { name: 'app', fullPage: false, masks: [], settleTimeoutMs: 5000 };
const project = projectFolder();
const typed = join(mkdtempSync(join(tmpdir(), 'codeloop-typed-')), 'typed.txt');
writeFileSync(typed, '');
// A window that no window manager knows, as menus are, over the corner of another one.
const MAIN = "xterm -T Main -bg '#c02020' -fg '#c02020' -cr '#c02020' -geometry 40x15+200+200 -e cat";
const MENU =
  "xterm -xrm 'XTerm.overrideRedirect: True' -bg '#2040a0' -fg '#2040a0' -cr '#2040a0' -geometry 20x5+190+210 -e cat";
const DIALOG = "xterm -T Save -bg '#2040a0' -fg '#2040a0' -cr '#2040a0' -geometry 20x5+150+150 -e cat";
const driver = createNativeDriver(
  {
    apps: {
      calculator: { command: ['xcalc'], window: 'Calculator' },
      events: { command: ['xev', '-geometry', '300x200+50+50'] },
      notes: { command: terminal('Notes', '#204080', '+10+10', 'sh', '-c', `cat > ${typed}`) },
      menu: { command: ['sh', '-c', `${MAIN} & exec ${MENU}`], window: 'Main' },
      // A key brings up a window of its own over the corner of the first.
      dialog: { command: terminal('Editor', '#c02020', '+100+100', 'sh', '-c', `read line; ${DIALOG}`) },
      question: { command: ['xmessage', '-buttons', 'yes:3,no:4', '-center', 'Go on?'] },
      broken: { command: ['sh', '-c', 'echo token hunter2 >&2; exit 7'] },
      missing: { command: ['no-such-program-anywhere'] },
    },
  },
  { projectDir: project.dir },
);
type Session = Capture & Interactive & Recordable & Observed;
const sessions: Session[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});
afterAll(async () => {
  await driver.dispose();
  project.remove();
  rmSync(join(typed, '..'), { recursive: true });
});

const isWhole = (capture: ReturnType<typeof driver.create>): capture is Session =>
  capture.perform !== undefined && capture.startRecording !== undefined && capture.drainLogs !== undefined;

async function open(app: string) {
  const sink = memorySink();
  const session = driver.create(captureOptions, sink);
  if (!isWhole(session)) throw new Error('the native driver acts, records and observes');
  sessions.push(session);
  await session.open({ kind: 'app', app }, signal);
  const perform = (action: Step['action'], more: Omit<Step, 'action'> = {}) =>
    session.perform({ action, ...more }, signal);
  return { session, sink, perform };
}

describe('a configured app on a private display', () => {
  test('tells of a window of its own that comes up, and photographs it in front', async () => {
    verifies('native.dialogs');
    const { session, sink, perform } = await open('dialog');
    await session.screenshot(shot, signal);
    expect(await shareOf(sink.files.get('app.png') ?? Buffer.alloc(0), [32, 64, 160])).toBe(0);
    const titles = [...((await perform('hotkey', { value: 'Enter' })).opened_windows ?? [])];
    // On a busy machine it may come up after the step: the next one tells it.
    await until(async () => {
      if (titles.length === 0) titles.push(...((await perform('wait', { value: 50 })).opened_windows ?? []));
      return titles.length > 0;
    });
    expect(titles).toEqual(['Save']);
    expect((await perform('wait', { value: 50 })).opened_windows).toBeUndefined();
    const shown = await session.screenshot(shot, signal);
    expect(shown.title).toBe('Editor');
    const share = await shareOf(sink.files.get('app.png') ?? Buffer.alloc(0), [32, 64, 160]);
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.6);
  });

  some('is photographed, and its keys work', async () => {
    verifies('native.no-display', 'native.steps');
    const { session, sink, perform } = await open('calculator');
    const before = await session.screenshot(shot, signal);
    expect(before).toMatchObject({
      title: 'Calculator',
      url: 'app:calculator',
      steady: { settled: true },
      blank: false,
    });
    const result = await perform('click', { target: { x: 70, y: 330 } });
    expect(result).toMatchObject({
      ok: true,
      detail: 'click at 70,330',
      waited_for: 'the window to be in front',
      title: 'Calculator',
    });
    const after = await session.screenshot(shot, signal);
    expect(after.image.sha256).not.toBe(before.image.sha256);
    if (process.env.CODELOOP_KEEP)
      writeFileSync(join(process.env.CODELOOP_KEEP, 'calculator.png'), sink.files.get('app.png') ?? '');
  });

  some('is photographed with its menus', async () => {
    const { session, sink } = await open('menu');
    const share = async (color: readonly [number, number, number]) => {
      await session.screenshot(shot, signal);
      return shareOf([...sink.files.values()].at(-1) ?? Buffer.alloc(0), color);
    };
    await until(async () => (await share([32, 64, 160])) > 0.05);
    if (process.env.CODELOOP_KEEP)
      writeFileSync(join(process.env.CODELOOP_KEEP, 'menu.png'), sink.files.get('app.png') ?? '');
    expect(await share([32, 64, 160])).toBeLessThan(0.3);
    expect(await share([192, 32, 32])).toBeGreaterThan(0.6);
  });

  some('gets clicks, drags, keys, wheel and text as from a person', async () => {
    verifies('native.steps');
    const { session, perform: act } = await open('events');
    const seen: LogEntry[] = [];
    const perform: typeof act = async (action, more) => {
      const result = await act(action, more);
      seen.push(...result.logs);
      return result;
    };
    const heard = async (text: RegExp) => {
      await until(() => {
        seen.push(...session.drainLogs());
        return text.test(seen.map((entry) => entry.text).join('\n'));
      });
      seen.length = 0;
    };
    await perform('click', { target: { x: 20, y: 30 } });
    await heard(/ButtonPress event[\s\S]*\(20,30\)[\s\S]*button 1[\s\S]*ButtonRelease/);
    await perform('double_click', { target: { x: 21, y: 30 } });
    await heard(/ButtonPress[\s\S]*button 1[\s\S]*ButtonPress[\s\S]*button 1[\s\S]*ButtonRelease/);
    await perform('right_click', { target: { x: 22, y: 30 } });
    await heard(/ButtonRelease event[\s\S]*button 3/);
    await perform('scroll', { target: { x: 22, y: 30 }, value: 120 });
    await heard(/(?:button 5[\s\S]*){4}/);
    await perform('scroll', { value: { dy: -10, dx: 0 } });
    await heard(/button 4/);
    await perform('drag', { target: { x: 10, y: 10 }, value: { x: 90, y: 60 } });
    await heard(/ButtonPress event[\s\S]*\(10,10\)[\s\S]*MotionNotify[\s\S]*ButtonRelease event[\s\S]*\(90,60\)/);
    await perform('hotkey', { value: 'Ctrl+Shift+K' });
    await heard(/Control_L[\s\S]*Shift_L[\s\S]*keysym 0x4b, K/);
    await perform('type', { value: 'aé' });
    await heard(/keysym 0x61, a\)[\s\S]*eacute/);
    await perform('hover', { target: { x: 40, y: 41 } });
    await heard(/MotionNotify event[\s\S]*\(40,41\)/);
  });

  some('gets whole lines of text, and ends by its own keys', async () => {
    const { session, perform } = await open('notes');
    await session.startRecording(project.request('notes'));
    const line = 'Hello, "World"! $HOME `x` {1} ~äöü → 漢字';
    expect(await perform('type', { value: `${line}\n` })).toMatchObject({ detail: 'typed 40 characters' });
    await until(() => readFileSync(typed, 'utf8') === `${line}\n`);
    await perform('hotkey', { value: 'Ctrl+D' });
    await until(async () =>
      session.screenshot(shot, signal).then(
        () => false,
        (error) => error.code === 'APP_EXITED',
      ),
    );
    const recording = await session.stopRecording();
    expect(recording.ended_by).toBe('app_exited');
    expect(recording.notes[0]).toMatch(/^the app ended .* s after the start \(it ended with exit code 0\)/);
    expect((await session.finishRecording('notes')).video.state).toBe('complete');
  });

  some('that ends by a click says how, and refuses what it cannot do', async () => {
    verifies('native.app-exits', 'native.steps');
    const { perform, session, sink } = await open('question');
    await expect(perform('click', { target: { text: 'yes' } })).rejects.toMatchObject({ code: 'STEP_INVALID' });
    await expect(perform('click', { target: { x: 5000, y: 1 } })).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
    await expect(perform('hotkey', { value: 'Ctrl+Nonsense' })).rejects.toMatchObject({ code: 'STEP_INVALID' });
    await expect(perform('type', { value: { secret: 'TOKEN' } })).rejects.toMatchObject({ code: 'STEP_INVALID' });
    await expect(perform('wait', { value: 'No such window', timeout_ms: 200 })).rejects.toMatchObject({
      code: 'STEP_TIMEOUT',
    });
    await expect(perform('focus_app', { value: 'No such window' })).rejects.toMatchObject({ code: 'WINDOW_NOT_FOUND' });
    expect(await perform('wait', { value: 'xmessage' })).toMatchObject({ ok: true });
    const { screenshot } = await perform('screenshot');
    expect(screenshot?.path).toBe('question.step.png');
    expect(await shareOf(sink.files.get('question.step.png') ?? Buffer.alloc(0), [255, 255, 255])).toBeGreaterThan(0.5);
    const { size } = await session.screenshot(shot, signal);
    const { logs } = await perform('click', { target: { x: 20, y: size.height - 15 } });
    await until(async () =>
      session.screenshot(shot, signal).then(
        () => false,
        (error) => error.code === 'APP_EXITED',
      ),
    );
    expect([...logs, ...session.drainLogs()]).toContainEqual(
      expect.objectContaining({ kind: 'crash', text: 'question: it ended with exit code 3' }),
    );
  });
});

describe('an app that does not run', () => {
  test('because it fails says so, with its output masked among the log entries', async () => {
    verifies('native.app-exits');
    const session = driver.create(captureOptions, memorySink());
    await expect(session.open({ kind: 'app', app: 'broken' }, signal)).rejects.toMatchObject({
      code: 'APP_EXITED',
      message: 'The app broken is not running: it ended with exit code 7 before a window came up.',
    });
    expect(session.drainLogs?.().map(({ kind, level, text }) => ({ kind, level, text }))).toEqual([
      { kind: 'app_output', level: 'warning', text: 'token [redacted]' },
      { kind: 'crash', level: 'error', text: 'broken: it ended with exit code 7' },
    ]);
    await session.close();
  });

  test.each([
    ['missing', 'APP_EXITED'],
    ['', 'TARGET_AMBIGUOUS'],
    ['not configured', 'DISPLAY_NOT_FOUND'],
  ])('%j is %s', async (app, code) => {
    verifies('native.no-display');
    const without = createNativeDriver(
      { apps: { missing: { command: ['no-such-program-anywhere'] }, other: { command: ['xcalc'] } } },
      { projectDir: project.dir, ...(process.env.DISPLAY ? { display: { name: ':4711' } } : {}) },
    );
    const session = without.create(captureOptions, memorySink());
    await expect(session.open({ kind: 'app', app }, signal)).rejects.toMatchObject({ code });
    await without.dispose();
  });
});

test('pictures name the environment they depend on', async () => {
  const environment = Environment.parse(await driver.environment());
  expect(environment.browser).toBe('xvfb');
  expect(environment.browser_version).toMatch(/^(?:\d+\.\d+|[\da-f]{8}$)/);
});
