import type { Browser } from 'playwright';
import { withDeadline } from '../core/deadline.js';
import { CodeloopError } from '../core/errors.js';
import { type AllowedOrigins, LOOPBACK_BYPASS } from './allowed-origins.js';
import { type BrowserChoice, type FoundBrowser, findBrowser } from './find-browser.js';
import { launchOptions } from './launch-options.js';
import { loadEngine } from './load-engine.js';
import { type OriginProxy, startOriginProxy } from './origin-proxy.js';
import { throwAwayProfile } from './throw-away-profile.js';

/** A browser process that is started on first use, kept warm, and started again after it died. */
export class WarmBrowser {
  readonly #choice: BrowserChoice;
  readonly #args: readonly string[];
  #launching: Promise<Browser> | undefined;
  #found: FoundBrowser | undefined;
  #disposed = false;
  readonly #proxies = new Map<string, Promise<OriginProxy>>();

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
    const type = loadEngine(this.#choice.engine);
    this.#found = findBrowser(this.#choice, type.executablePath() || undefined);
    return this.#found;
  }

  /**
   * The proxy through which listed origins are reached, one for each different list. None when nothing but loopback is allowed and
   * Chromium's resolver rules see to that; the other engines have no such rules and always get one.
   */
  async proxyFor(allowed: AllowedOrigins): Promise<{ server: string; bypass: string } | undefined> {
    if (allowed.listed.length === 0 && this.#choice.engine === 'chromium') return undefined;
    const key = allowed.listed.join(' ');
    const starting = this.#proxies.get(key) ?? startOriginProxy(allowed);
    this.#proxies.set(key, starting);
    return { server: (await starting).server, bypass: LOOPBACK_BYPASS };
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
    for (const starting of this.#proxies.values()) await (await starting).close();
    this.#proxies.clear();
  }

  async #launch(): Promise<Browser> {
    const found = await this.find();
    const type = loadEngine(this.#choice.engine);
    const profile = await throwAwayProfile(found.path);
    try {
      const options = launchOptions(this.#choice.engine, found, this.#args);
      const browser = await withDeadline('starting the browser', 40_000, () =>
        type.launch({ ...options, ...profile.options }),
      );
      browser.once('disconnected', () => void profile.remove());
      if (this.#disposed) await browser.close();
      return browser;
    } catch (error) {
      await profile.remove();
      if (error instanceof CodeloopError) throw error;
      throw new CodeloopError('BROWSER_CRASHED', { during: `start (${found.path})` }, { cause: error });
    }
  }
}
