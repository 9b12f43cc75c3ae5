import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNativeDriver, type NativeDriver } from '../../src/native/native-capture.js';
import type { DesktopWindow } from '../../src/native/window-system.js';
import { x11System } from '../../src/native/x11/x11-system.js';
import { runOnDisplay } from '../../src/native/x11/x11-windows.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { memorySink } from './memory-sink.js';
import { captureOptions, projectFolder, shareOf, startDesktop, terminal, until } from './x-programs.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

const RED = [192, 32, 32] as const;
const BLUE = [32, 64, 160] as const;
const signal = new AbortController().signal;
const shot = { name: 'window', fullPage: false, masks: [], settleTimeoutMs: 5000 };

let desktop: Awaited<ReturnType<typeof startDesktop>>;
let red: DesktopWindow;
let driver: NativeDriver;
const project = projectFolder();

beforeAll(async () => {
  desktop = await startDesktop();
  ({ window: red } = await desktop.open('Red', terminal('Red', '#c02020', '+100+100')));
  await desktop.open('Blue', terminal('Blue', '#2040a0', '+160+150'));
  driver = createNativeDriver({ apps: {} }, { projectDir: project.dir, display: desktop.display });
});
afterAll(async () => {
  await driver?.dispose();
  await desktop?.stop();
  project.remove();
});

const xdotool = (...args: string[]) => runOnDisplay(desktop.display, 'xdotool', args);
const system = () => x11System(desktop.display, false);

async function opened(app: string) {
  const sink = memorySink();
  const capture = driver.create(captureOptions, sink);
  await capture.open({ kind: 'app', app }, signal);
  return { capture, sink };
}

describe('a window on a desktop', () => {
  test('is listed with what it says of itself', async () => {
    const windows = await driver.windows();
    expect(windows.map(({ title, className, minimised }) => ({ title, className, minimised }))).toEqual([
      { title: 'Red', className: 'XTerm', minimised: false },
      { title: 'Blue', className: 'XTerm', minimised: false },
    ]);
  });

  few('is photographed alone while another one covers it, and the focus stays where it was', async () => {
    verifies('native.only-that-window', 'native.focus-restored');
    const before = await system().focused();
    const pixels = await system().still(red);
    const { encode } = await import('../../src/image/encode.js');
    const covered = await encode(pixels, 'png-fast');
    expect(await shareOf(covered, RED)).toBeGreaterThan(0.97);
    expect(await shareOf(covered, BLUE)).toBe(0);

    const { capture, sink } = await opened('red');
    const screenshot = await capture.screenshot(shot, signal);
    await capture.close();
    expect(screenshot).toMatchObject({ title: 'Red', url: 'app:red', steady: { settled: true }, blank: true });
    expect(screenshot.size).toEqual({ width: red.width, height: red.height });
    const picture = sink.files.get('window.png') ?? Buffer.alloc(0);
    expect(await shareOf(picture, RED)).toBeGreaterThan(0.97);
    await until(async () => (await system().focused()) === before);
  });

  some('that is minimised comes up for its picture and goes down again', async () => {
    const before = await system().focused();
    await xdotool('windowminimize', red.id);
    await until(async () => (await system().look(red))?.minimised === true);
    const { capture, sink } = await opened('Red');
    await capture.screenshot(shot, signal);
    await capture.close();
    expect(await shareOf(sink.files.get('window.png') ?? Buffer.alloc(0), RED)).toBeGreaterThan(0.97);
    await until(async () => (await system().look(red))?.minimised === true);
    await until(async () => (await system().focused()) === before);
    await xdotool('windowactivate', red.id);
    await until(async () => (await system().look(red))?.minimised === false);
  });
});
