import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import type { RawImage } from '../image/pixels.js';
import { blankImage, paste } from '../image/resize.js';
import type { AppProcess } from './app-log.js';
import { type DesktopWindow, describe, findWindow, matching, type WindowSystem } from './window-system.js';

/** Takes the focus for a window and gives it back to the one that had it. */
class FocusKeeper {
  readonly #system: WindowSystem;
  #taken: { before: string | undefined; minimised: DesktopWindow | undefined } | undefined;

  constructor(system: WindowSystem) {
    this.#system = system;
  }

  /** True while the focus is ours to give back. */
  get holds(): boolean {
    return this.#taken !== undefined;
  }

  /** Brings a window up and remembers, the first time, who had the focus and whether the window was minimised. */
  async take(window: DesktopWindow): Promise<void> {
    const before = await this.#system.focused();
    this.#taken ??= {
      before: before === window.id ? undefined : before,
      minimised: window.minimised ? window : undefined,
    };
    if (before !== window.id || window.minimised) await this.#system.raise(window);
  }

  /** Puts back what `take` found; does nothing when nothing was taken. */
  async giveBack(): Promise<void> {
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken?.minimised) await this.#system.minimise(taken.minimised);
    if (taken?.before !== undefined) await this.#system.refocus(taken.before);
  }
}

/** The place in which an app's window is looked for. */
export interface SessionPlace {
  system: WindowSystem;
  /** The app, when it was started for this session. */
  app: AppProcess | undefined;
  /** True when every window of the display is the app's. */
  isPrivate: boolean;
}

/** Most pixels of a window with the dialogs around it. */
const MOST_PIXELS = 40_000_000;
/** Longest wait for an app's first window, ms. */
const FIRST_WINDOW_MS = 30_000;
const LOOK_MS = 100;

/** One app with the window of it that is looked at and acted on. Another of its windows may become that one. */
export class AppSession {
  readonly name: string;
  readonly system: WindowSystem;
  readonly app: AppProcess | undefined;
  readonly focus: FocusKeeper;
  readonly #isPrivate: boolean;
  /** Windows that the app had when it was opened. */
  readonly #known = new Set<string>();
  #window: DesktopWindow;

  private constructor(name: string, place: SessionPlace, window: DesktopWindow) {
    this.name = name;
    this.system = place.system;
    this.app = place.app;
    this.focus = new FocusKeeper(place.system);
    this.#isPrivate = place.isPrivate;
    this.#window = window;
  }

  /**
   * Finds the window by its name; without one, of an app that was just started, its largest. A started app's window is waited for.
   * Throws WINDOW_NOT_FOUND, TARGET_AMBIGUOUS, APP_EXITED, CANCELLED.
   */
  static async find(
    name: string,
    title: string | undefined,
    place: SessionPlace,
    signal: AbortSignal,
  ): Promise<AppSession> {
    const { app, system, isPrivate } = place;
    if (app === undefined) return new AppSession(name, place, findWindow(await system.list(), title ?? name));
    const until = Date.now() + FIRST_WINDOW_MS;
    for (;;) {
      if (signal.aborted) throw new CodeloopError('CANCELLED', { what: 'opening the app' });
      const windows = (await system.list()).filter(
        (window) => isPrivate || window.pid === app.pid || title !== undefined,
      );
      const found =
        title === undefined ? largest(windows) : windows.length > 0 ? matching(windows, title)[0] : undefined;
      if (found && !found.minimised) return new AppSession(name, place, found);
      const exit = app.exit();
      // An app may hand over to another process and end well; one that failed has no window to wait for.
      if (exit && exit.code !== 0)
        throw new CodeloopError('APP_EXITED', { app: name, reason: `${exit.text} before a window came up` });
      if (Date.now() > until)
        throw new CodeloopError('WINDOW_NOT_FOUND', {
          window: title === undefined ? `of the app ${name}` : JSON.stringify(title),
          reason: exit?.text ?? `none came up within ${FIRST_WINDOW_MS} ms`,
          allowed: windows.map(describe),
        });
      await sleep(LOOK_MS);
    }
  }

  /**
   * The window as it is now. When it was closed and the app has another one (a splash screen made way, a dialog was answered), that one.
   * Throws WINDOW_NOT_FOUND, APP_EXITED.
   */
  async window(): Promise<DesktopWindow> {
    const now = (await this.system.look(this.#window)) ?? largest(await this.ownWindows());
    if (now !== undefined) {
      this.#window = now;
      return now;
    }
    // The end of a process is known a moment after that of its windows.
    if (this.app && !this.app.exit()) await sleep(200);
    const exit = this.app?.exit();
    if (exit) throw new CodeloopError('APP_EXITED', { app: this.name, reason: exit.text });
    throw new CodeloopError('WINDOW_NOT_FOUND', {
      window: JSON.stringify(this.#window.title),
      reason: 'it was closed',
      allowed: (await this.system.list()).map(describe),
    });
  }

  /** The app's windows: all of a private display, else those of the same process. */
  async ownWindows(): Promise<DesktopWindow[]> {
    const windows = await this.system.list();
    const { pid } = this.#window;
    return this.#isPrivate ? windows : windows.filter((window) => pid !== undefined && window.pid === pid);
  }

  /** Notes the windows that there are; those that come up from now on are new. */
  async knowWindows(): Promise<void> {
    for (const { id } of await this.ownWindows()) this.#known.add(id);
  }

  /** Windows of the app that came up since it was opened and are still there: a dialog, a second document. */
  async newWindows(): Promise<DesktopWindow[]> {
    return (await this.ownWindows()).filter(({ id, minimised }) => !this.#known.has(id) && !minimised);
  }

  /** Makes another window of the app the one that is looked at and acted on. Throws WINDOW_NOT_FOUND, TARGET_AMBIGUOUS. */
  async switchTo(title: string): Promise<DesktopWindow> {
    this.#window = findWindow(await this.ownWindows(), title);
    return this.#window;
  }

  /** The window's pixels and title now. A minimised window comes up, and so does one on a person's screen, where others may cover it. */
  async still(): Promise<{ image: RawImage; title: string }> {
    const window = await this.window();
    if (window.minimised || (!this.#isPrivate && !this.focus.holds)) await this.focus.take(window);
    return { image: await this.#withDialogs(window, await this.system.still(window)), title: window.title };
  }

  /**
   * The picture with the windows on it that came up since the app was opened, each at its place: what a person sees in front. Places
   * stay those of the window, so that what lies left of it or above is cut, and room is made to the right and below.
   */
  async #withDialogs(window: DesktopWindow, image: RawImage): Promise<RawImage> {
    const inFront = (await this.newWindows()).filter(({ id }) => id !== window.id);
    let shown = image;
    for (const dialog of inFront) {
      const part = await this.system.still(dialog).catch((error: unknown) => {
        // One that was closed meanwhile is not there.
        if (!(error instanceof CodeloopError)) throw error;
        return undefined;
      });
      if (!part) continue;
      const [x, y] = [Math.max(0, dialog.x - window.x), Math.max(0, dialog.y - window.y)];
      const [width, height] = [Math.max(shown.width, x + part.width), Math.max(shown.height, y + part.height)];
      if (width * height > MOST_PIXELS) continue;
      if (width > shown.width || height > shown.height) {
        const larger = blankImage(width, height);
        paste(larger, shown, 0, 0);
        shown = larger;
      }
      paste(shown, part, x, y);
    }
    return shown;
  }
}

function largest(windows: readonly DesktopWindow[]): DesktopWindow | undefined {
  return windows.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}
