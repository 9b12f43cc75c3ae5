import type { Config } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { type AppLog, startApp } from './app-log.js';
import type { SessionPlace } from './app-session.js';
import { macosSystem } from './macos-system.js';
import { matching, type WindowSystem } from './window-system.js';
import { windowsSystem } from './windows-system.js';
import { startVirtualDisplay } from './x11/virtual-display.js';
import { x11System } from './x11/x11-system.js';
import { displayEnv, type X11Display } from './x11/x11-windows.js';

export type NativeConfig = Config['native'];

/** Options of a native driver besides the configuration. */
export interface NativeOptions {
  /** Folder that configured commands start in. */
  projectDir: string;
  /**
   * The place in which a configured app runs: on a private virtual display (`private`, the default where there is one: Linux), or as windows of the
   * person's own desktop (`desktop`), where one that is open already is taken.
   */
  where?: 'private' | 'desktop';
  /** The person's X display; default: DISPLAY of the environment. */
  display?: X11Display;
}

/** An app's place, and how to leave it. */
export interface FoundPlace {
  name: string;
  /** Name of the window to look for, when there is one. */
  title: string | undefined;
  place: SessionPlace;
  leave(): Promise<void>;
}

/** Screen of a private display at least, px: room for windows that were not made for a phone. */
const MIN_SCREEN: Size = { width: 1280, height: 900 };

/**
 * Finds or starts an app: a configured one is started, any other name is a window that is open on the person's desktop. An empty
 * name means the one configured app. Throws WINDOW_NOT_FOUND, TARGET_AMBIGUOUS, DISPLAY_NOT_FOUND, PROGRAM_NOT_FOUND, APP_EXITED.
 */
export async function findPlace(
  asked: string,
  config: NativeConfig,
  options: NativeOptions,
  viewport: Size,
  log: AppLog,
): Promise<FoundPlace> {
  const name = asked === '' ? onlyApp(config) : asked;
  const app = Object.hasOwn(config.apps, name) ? config.apps[name] : undefined;
  const nothing = async () => undefined;
  if (app === undefined) {
    const place = { system: desktop(options, name, config), app: undefined, isPrivate: false };
    return { name, title: undefined, place, leave: nothing };
  }
  if (process.platform === 'linux' && options.where !== 'desktop') {
    const display = await startVirtualDisplay({
      width: Math.max(viewport.width, MIN_SCREEN.width),
      height: Math.max(viewport.height, MIN_SCREEN.height),
    });
    try {
      const running = await startApp(name, app.command, { cwd: options.projectDir, env: appEnv(display), log });
      const place = { system: x11System(display, true), app: running, isPrivate: true };
      const leave = async () => {
        await running.stop();
        await display.stop();
      };
      return { name, title: app.window, place, leave };
    } catch (error) {
      await display.stop();
      throw error;
    }
  }
  const system = desktop(options, name, config);
  if (app.window !== undefined && (await isOpen(system, app.window)))
    return { name, title: app.window, place: { system, app: undefined, isPrivate: false }, leave: nothing };
  const env = system.id === 'x11' ? displayEnv(ownDisplay(options) ?? { name: '' }) : process.env;
  const running = await startApp(name, app.command, { cwd: options.projectDir, env, log });
  return { name, title: app.window, place: { system, app: running, isPrivate: false }, leave: () => running.stop() };
}

/** The windows of the person's own desktop. Throws DISPLAY_NOT_FOUND. */
export function desktop(options: NativeOptions, name: string, config: NativeConfig): WindowSystem {
  if (process.platform === 'darwin') return macosSystem();
  if (process.platform === 'win32') return windowsSystem();
  const display = ownDisplay(options);
  if (display !== undefined) return x11System(display, false);
  const apps = Object.keys(config.apps);
  throw new CodeloopError('DISPLAY_NOT_FOUND', {
    reason: process.env.WAYLAND_DISPLAY
      ? 'this is a Wayland session without X, whose windows other programs may not see'
      : `DISPLAY is not set, and ${JSON.stringify(name)} is no app of native.apps`,
    allowed: apps,
  });
}

function ownDisplay(options: NativeOptions): X11Display | undefined {
  if (options.display) return options.display;
  const name = process.env.DISPLAY;
  return name === undefined || name === '' ? undefined : { name };
}

function onlyApp(config: NativeConfig): string {
  const names = Object.keys(config.apps);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  if (only === undefined)
    throw new CodeloopError('WINDOW_NOT_FOUND', { window: 'without a name', reason: 'native.apps is empty' });
  throw new CodeloopError('TARGET_AMBIGUOUS', { target: 'No name', allowed: names });
}

async function isOpen(system: WindowSystem, title: string): Promise<boolean> {
  return matching(await system.list(), title).length > 0;
}

/** Makes toolkits that know more than X use the given display. */
function appEnv(display: X11Display): NodeJS.ProcessEnv {
  const { WAYLAND_DISPLAY: _wayland, ...env } = displayEnv(display);
  return {
    ...env,
    GDK_BACKEND: 'x11',
    QT_QPA_PLATFORM: 'xcb',
    ELECTRON_OZONE_PLATFORM_HINT: 'x11',
    XDG_SESSION_TYPE: 'x11',
  };
}
