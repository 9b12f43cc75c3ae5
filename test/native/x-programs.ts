import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaptureOptions, RecordingRequest } from '../../src/capture/capture.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { decode } from '../../src/image/decode.js';
import { AppLog, type AppProcess, startApp } from '../../src/native/app-log.js';
import { type DesktopWindow, findWindow } from '../../src/native/window-system.js';
import { startVirtualDisplay, type VirtualDisplay } from '../../src/native/x11/virtual-display.js';
import { displayEnv, listX11Windows } from '../../src/native/x11/x11-windows.js';

/** What a session is made with. */
export const captureOptions: CaptureOptions = {
  viewport: Viewport.parse({ width: 1280, height: 900 }),
  allowedOrigins: [],
  redact: (text) => text.replaceAll('hunter2', '[redacted]'),
};

/** A terminal of one colour that keeps what is typed to itself. */
export const terminal = (title: string, background: string, place = '+0+0', ...command: string[]): string[] => [
  ...['xterm', '-T', title, '-bg', background, '-fg', background, '-cr', background, '-geometry', `40x15${place}`],
  ...['-xrm', '*scrollBar: false', '-e', ...(command.length > 0 ? command : ['cat'])],
];

/** A display that plays the part of a person's desktop, with programs on it. */
export async function startDesktop(): Promise<{
  display: VirtualDisplay;
  open(name: string, command: readonly string[]): Promise<{ app: AppProcess; window: DesktopWindow }>;
  stop(): Promise<void>;
}> {
  const display = await startVirtualDisplay({ width: 1280, height: 900 });
  const apps: AppProcess[] = [];
  return {
    display,
    async open(name, command) {
      const app = await startApp(name, command, {
        cwd: tmpdir(),
        env: displayEnv(display),
        log: new AppLog((text) => text),
      });
      apps.push(app);
      let windows: DesktopWindow[] = [];
      const isShown = ({ title, minimised }: DesktopWindow) => title === name && !minimised;
      await until(
        async () => {
          if (app.exit()) throw new Error(`${name} ended: ${app.exit()?.text}`);
          windows = await listX11Windows(display);
          return windows.some(isShown);
        },
        () => ({ waitedFor: name, windows }),
      );
      return { app, window: findWindow(windows.filter(isShown), name) };
    },
    async stop() {
      await Promise.all(apps.map((app) => app.stop()));
      await display.stop();
    },
  };
}

/** A folder of a project, removed by `remove`. */
export function projectFolder(): {
  dir: string;
  request(id: string, more?: Partial<RecordingRequest>): RecordingRequest;
  remove(): void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'codeloop-native-'));
  return {
    dir,
    request(id, more = {}) {
      mkdirSync(join(dir, 'videos'), { recursive: true });
      return {
        id,
        projectDir: dir,
        framesDir: `frames/${id}`,
        videoFile: `videos/${id}.mp4`,
        fps: 25,
        maxSeconds: 60,
        maxMegabytes: 50,
        ...more,
      };
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Share of a picture's pixels whose colour is within `tolerance` of a colour (RGB). */
export async function shareOf(
  picture: Buffer,
  [red, green, blue]: readonly [number, number, number],
  tolerance = 12,
): Promise<number> {
  const { data, width, height } = await decode({ bytes: picture, name: 'picture' });
  let near = 0;
  for (let at = 0; at < data.length; at += 4)
    if ([red, green, blue].every((value, channel) => Math.abs((data[at + channel] ?? 0) - value) <= tolerance)) near++;
  return near / (width * height);
}

/** Longest wait, ms: a crowded machine needs seconds, and what a window manager never does should not cost ten minutes. */
const MOST_MS = 120_000;

/** Waits until something holds. Throws what it waited for, and what was `seen` in its place, when that does not come. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  seen: () => unknown = () => undefined,
): Promise<void> {
  const end = Date.now() + MOST_MS;
  while (!(await condition())) {
    if (Date.now() > end)
      throw new Error(`this never held: ${condition.toString()}; seen: ${JSON.stringify(await seen())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
