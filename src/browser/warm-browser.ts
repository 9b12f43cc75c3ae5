import type { Browser } from 'playwright';
import { withDeadline } from '../core/deadline.js';
import { CodeloopError } from '../core/errors.js';
import { type BrowserChoice, type FoundBrowser, findBrowser } from './find-browser.js';
import { launchOptions } from './launch-options.js';

/** A browser process that is started on first use, kept warm, and started again after it died. */
export class WarmBrowser {
  readonly #choice: BrowserChoice;
  readonly #args: readonly string[];
  #launching: Promise<Browser> | undefined;
  #found: FoundBrowser | undefined;
  #disposed = false;

  constructor(choice: BrowserChoice, args: readonly string[]) {
    this.#choice = choice;
    this.#args = args;
  }

  /** The running browser. Throws BROWSER_NOT_FOUND, BROWSER_CRASHED (it did not start), DEADLINE_EXCEEDED. */
  async get(): Promise<Browser> {
    if (this.#disposed) throw new CodeloopError('CANCELLED', { what: 'the browser' });
    this.#launching ??= this.#launch();
    try {
      const browser = await this.#launching;
      if (browser.isConnected()) return browser;
    } catch (error) {
      this.#launching = undefined;
      throw error;
    }
    this.#launching = this.#launch();
    return this.#launching;
  }

  /** The browser that was found; started or not. Throws BROWSER_NOT_FOUND. */
  async find(): Promise<FoundBrowser> {
    if (this.#found) return this.#found;
    const type = (await import('playwright'))[this.#choice.engine];
    this.#found = findBrowser(this.#choice, type.executablePath() || undefined);
    return this.#found;
  }

  /** The proxy through which listed origins are reached; none when nothing but loopback is allowed. */
  async proxyFor(_origins: readonly string[]): Promise<{ server: string; bypass: string } | undefined> {
    return undefined;
  }

  /** Ends the process; may be called twice, never throws. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const launching = this.#launching;
    this.#launching = undefined;
    try {
      await (await launching)?.close();
    } catch {
      // It never started, or is gone: both are what dispose wants.
    }
  }

  async #launch(): Promise<Browser> {
    const found = await this.find();
    const type = (await import('playwright'))[this.#choice.engine];
    try {
      const browser = await withDeadline('starting the browser', 40_000, () =>
        type.launch(launchOptions(this.#choice.engine, found, this.#args)),
      );
      if (this.#disposed) await browser.close();
      return browser;
    } catch (error) {
      if (error instanceof CodeloopError) throw error;
      throw new CodeloopError('BROWSER_CRASHED', { during: `start (${found.path})` }, { cause: error });
    }
  }
}
