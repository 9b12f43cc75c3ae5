import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodeloopError } from '../core/errors.js';
import { findProgram } from '../core/run-command.js';
import { makeTempFolder } from '../core/temp-folder.js';
import {
  type CommandLine,
  type DesktopWindow,
  parseListedWindows,
  runScript,
  type WindowSystem,
} from './window-system.js';

/**
 * Lists windows of all apps with a dock icon as JSON lines, by JavaScript for Automation. Needs the Accessibility permission.
 * `id` is `<pid>:<number of the window among the app's>`.
 */
const LIST_SCRIPT = `
const out = [];
for (const p of Application('System Events').processes.whose({ backgroundOnly: false })()) {
  p.windows().forEach((w, i) => {
    const [x, y] = w.position(), [width, height] = w.size();
    let minimised = false;
    try { minimised = w.attributes.byName('AXMinimized').value(); } catch (e) { minimised = false; }
    out.push(JSON.stringify({ id: p.unixId() + ':' + i, title: w.name() || '', className: p.name(), pid: p.unixId(), x, y, width, height, minimised }));
  });
}
out.join('\\n');
`.trim();

/** The command that lists windows. */
export function listCommand(): CommandLine {
  return { program: 'osascript', args: ['-l', 'JavaScript', '-e', LIST_SCRIPT] };
}

/** The command that prints the pid of the app in front. */
export function focusedCommand(): CommandLine {
  const script = "Application('System Events').processes.whose({ frontmost: true })()[0].unixId()";
  return { program: 'osascript', args: ['-l', 'JavaScript', '-e', script] };
}

/** Un-minimises a window, raises it and brings its app to the front. Only numbers go into the script. */
export function raiseCommand(pid: number, index: number): CommandLine {
  const script = `
const p = Application('System Events').processes.whose({ unixId: ${pid} })()[0];
const w = p.windows()[${index}];
try { w.attributes.byName('AXMinimized').value = false; } catch (e) { 0; }
try { w.actions.byName('AXRaise').perform(); } catch (e) { 0; }
p.frontmost = true;
`.trim();
  return { program: 'osascript', args: ['-l', 'JavaScript', '-e', script] };
}

/** Minimises a window. */
export function minimiseCommand(pid: number, index: number): CommandLine {
  const script = `Application('System Events').processes.whose({ unixId: ${pid} })()[0].windows()[${index}].attributes.byName('AXMinimized').value = true`;
  return { program: 'osascript', args: ['-l', 'JavaScript', '-e', script] };
}

/** Photographs the part of the screen where the window is, without shadow and sound, as PNG. */
export function stillCommand(window: DesktopWindow, file: string): CommandLine {
  const { x, y, width, height } = window;
  return { program: 'screencapture', args: ['-x', '-o', '-t', 'png', `-R${x},${y},${width},${height}`, file] };
}

/**
 * Records the part of the main screen where the window is (avfoundation knows no windows). The screen's pixels are `scale` per point.
 * Needs the Screen Recording permission.
 */
export function grabCommandArgs(window: DesktopWindow, fps: number, scale: number): string[] {
  const [width, height, x, y] = [window.width, window.height, Math.max(0, window.x), Math.max(0, window.y)].map(
    (points) => Math.round(points * scale),
  );
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-f', 'avfoundation', '-framerate', String(fps)],
    ...['-capture_cursor', '1', '-pixel_format', 'bgr0', '-i', 'Capture screen 0:none'],
    ...['-vf', `crop=${width}:${height}:${x}:${y}`, '-flush_packets', '1'],
    ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj444p', '-q:v', '3', 'pipe:1'],
  ];
}

/** Pixels per point of the screens that Apple has built in for years; avfoundation crops in pixels. */
const SCREEN_SCALE = 2;

/**
 * The windows of macOS: looked at by System Events, photographed by screencapture, recorded by avfoundation. The window is raised first,
 * because the screen is what is captured. Steps cannot be taken. Its command lines are tested, the system itself has not been run.
 */
export function macosSystem(): WindowSystem {
  const list = async () => parseListedWindows(await runScript(listCommand()));
  const at = (id: string) => {
    const [pid = 0, index = 0] = id.split(':').map(Number);
    return [pid, index] as const;
  };
  const byId = async (id: string) => (await list()).find((window) => window.id === id);
  return {
    id: 'macos',
    list,
    look: (window) => byId(window.id),
    focused: async () => `${(await runScript(focusedCommand())).trim()}:0`,
    raise: async (window) => void (await runScript(raiseCommand(...at(window.id)))),
    refocus: async (id) => void (await runScript(raiseCommand(...at(id)))),
    minimise: async (window) => void (await runScript(minimiseCommand(...at(window.id)))),
    async still(window: DesktopWindow) {
      const folder = await makeTempFolder('codeloop-still-');
      try {
        const file = join(folder, 'window.png');
        await runScript(stillCommand(window, file));
        const { decode } = await import('../image/decode.js');
        return await decode({ bytes: await readFile(file), name: 'window' });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    grab(window, fps) {
      const program = findProgram('ffmpeg');
      if (program === undefined)
        throw new CodeloopError('PROGRAM_NOT_FOUND', {
          program: 'ffmpeg',
          purpose: 'recording a window',
          package: 'ffmpeg',
        });
      return { program, args: grabCommandArgs(window, fps, SCREEN_SCALE), env: process.env };
    },
  };
}
