import type { DesktopWindow, WindowSystem } from './window-system.js';

/** Takes the focus for a window and gives it back to the one that had it. */
export class FocusKeeper {
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
