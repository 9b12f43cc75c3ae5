import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDeadline } from '../../core/clock.js';
import { CodeloopError, isErrno } from '../../core/errors.js';
import { type RunningProcess, startProcess } from '../../core/run-command.js';
import { makeTempFolder } from '../../core/temp-folder.js';
import type { Size } from '../../core/vocabulary/geometry.js';
import { displayEnv, requireProgram, rootProperties, runOnDisplay, windowIds, type X11Display } from './x11-windows.js';

const PREFIX = 'codeloop-display-';

/** No keys of its own, so that every key reaches the app; a click gives a window the focus; windows keep their size. */
const WINDOW_MANAGER_SETTINGS = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard></keyboard>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Middle" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Right" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
  </mouse>
</openbox_config>
`;

/** Files of one private display: the cookie that opens it and its window manager's settings, in a folder that only we may read. */
interface DisplayFiles {
  authority: string;
  settings: string;
  remove(): Promise<void>;
}

/** Writes them, after removing those of processes that are gone. */
async function makeDisplayFiles(): Promise<DisplayFiles> {
  await removeLeftFolders();
  const folder = await makeTempFolder(`${PREFIX}${process.pid}-`);
  const authority = join(folder, 'Xauthority');
  const settings = join(folder, 'openbox.xml');
  await writeFile(authority, authorityEntry(randomBytes(16)), { mode: 0o600 });
  await writeFile(settings, WINDOW_MANAGER_SETTINGS, { mode: 0o600 });
  return { authority, settings, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** One entry of an Xauthority file (Xau(3)) for any host and any display number: the number is known only once the server runs. */
export function authorityEntry(cookie: Buffer): Buffer {
  const counted = (data: Buffer) => Buffer.concat([Buffer.from([data.length >> 8, data.length & 255]), data]);
  const FAMILY_WILD = Buffer.from([0xff, 0xff]);
  const nothing = counted(Buffer.alloc(0));
  return Buffer.concat([FAMILY_WILD, nothing, nothing, counted(Buffer.from('MIT-MAGIC-COOKIE-1')), counted(cookie)]);
}

async function removeLeftFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []); // A temp folder that cannot be listed holds no display of codeloop.
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      // Another user's folder cannot be removed, and need not be.
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error) && error.code === 'EPERM';
  }
}

/** A private display: a screen in memory with a window manager and a compositor. */
export interface VirtualDisplay extends X11Display {
  readonly authority: string;
  readonly size: Size;
  /** Resolves when the server has ended. */
  readonly ended: Promise<unknown>;
  /** Takes it down, with every window on it. May be called twice. */
  stop(): Promise<void>;
}

const START_MS = 30_000;
const GRACE_MS = 1500;

/**
 * Starts a display on a number that the server itself finds free (the kernel gives its socket's name to one server only), and that only
 * holders of its cookie can open. Server, window manager and compositor end with this process,
 * however it ends. Throws PROGRAM_NOT_FOUND, DISPLAY_NOT_FOUND, DEADLINE_EXCEEDED.
 */
export async function startVirtualDisplay(size: Size): Promise<VirtualDisplay> {
  const [server, manager, compositor] = ['Xvfb', 'openbox', 'xcompmgr'].map((program) =>
    requireProgram(program, 'a private display'),
  );
  const files = await makeDisplayFiles();
  const running: RunningProcess[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    // The server last: without it the others would complain, and its end takes the windows down.
    stopped ??= (async () => {
      await Promise.all(running.slice(1).map((one) => one.stop(GRACE_MS)));
      await running[0]?.stop(GRACE_MS);
      await files.remove();
    })();
    return stopped;
  };
  try {
    return await withDeadline('the private display', START_MS, async (signal) => {
      const { process: xserver, number } = await startServer(server ?? '', size, files.authority, running, signal);
      const display: X11Display = { name: `:${number}`, authority: files.authority };
      const options = { env: displayEnv(display), diesWithUs: 'TERM' as const };
      // The compositor before the first window: it keeps each window's pixels apart, whatever covers them.
      running.push(await startProcess(compositor ?? '', [], options));
      running.push(await startProcess(manager ?? '', ['--sm-disable', '--config-file', files.settings], options));
      await windowManager(display, signal);
      // Out of the way: a pointer in the middle of the screen would hover over the first window.
      await runOnDisplay(display, 'xdotool', ['mousemove', `${size.width - 1}`, `${size.height - 1}`]);
      return { name: display.name, authority: files.authority, size, ended: xserver.ended, stop };
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServer(
  program: string,
  size: Size,
  authority: string,
  running: RunningProcess[],
  signal: AbortSignal,
): Promise<{ process: RunningProcess; number: number }> {
  let printed = '';
  let said = '';
  const screen = `${size.width}x${size.height}x24`;
  const args = ['-displayfd', '1', '-screen', '0', screen, '-nolisten', 'tcp', '-noreset', '-auth', authority];
  const server = await startProcess(program, args, {
    diesWithUs: 'TERM',
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') printed += chunk.toString('utf8');
      else said = (said + chunk.toString('utf8')).slice(-2000);
    },
  });
  running.push(server);
  let ended = false;
  void server.ended.then(() => {
    ended = true;
  });
  for (;;) {
    // The server prints the number it found free, and a line end, when it is ready.
    const number = /^(\d+)\n/.exec(printed)?.[1];
    if (number !== undefined) return { process: server, number: Number(number) };
    if (ended)
      throw new CodeloopError('DISPLAY_NOT_FOUND', { reason: `Xvfb ended: ${said.trim().split('\n').at(-1) ?? ''}` });
    await sleep(20, undefined, { signal });
  }
}

async function windowManager(display: X11Display, signal: AbortSignal): Promise<void> {
  for (;;) {
    const root = await rootProperties(display, ['_NET_SUPPORTING_WM_CHECK']);
    if (windowIds(root.get('_NET_SUPPORTING_WM_CHECK')).length > 0) return;
    await sleep(20, undefined, { signal });
  }
}
