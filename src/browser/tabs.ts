import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import type { StepResult } from '../core/vocabulary/step.js';
import type { PageSession, Tab } from './page-session.js';
import type { SecretGuard } from './secret-guard.js';

/** Longest wait for a tab that the browser opens, ms, and the interval of looks. */
const ARRIVE_MS = 3000;
const LOOK_MS = 20;

/** The tabs of a session, numbered from 1 in the order in which they opened; a number is never used twice. */
export class Tabs {
  readonly #session: PageSession;
  readonly #guard: SecretGuard;
  readonly #tabs = new Map<number, Tab>();
  readonly #known = new Map<Page, Promise<number>>();
  #last = 0;
  #opened: number[] = [];
  /** Tabs that the browser says it opens and that are not there yet. */
  #announced = 0;

  constructor(session: PageSession, guard: SecretGuard) {
    this.#session = session;
    this.#guard = guard;
    this.#known.set(session.page, Promise.resolve(this.#keep(session.active)));
    session.context.on('page', (page) => {
      // A tab that opened by itself is reported after the step; a page that is gone already cannot be watched.
      if (!this.#known.has(page))
        this.#add(page)
          .then(
            (tab) => this.#opened.push(tab),
            () => undefined,
          )
          .finally(() => {
            this.#announced = Math.max(0, this.#announced - 1);
          });
    });
  }

  /** Opens an empty tab and goes there. */
  async open(): Promise<number> {
    const page = await this.#session.context.newPage();
    const tab = await (this.#known.get(page) ?? this.#add(page));
    await this.switchTo(tab, 'new_tab');
    this.#opened = this.#opened.filter((one) => one !== tab);
    return tab;
  }

  /** Goes to a tab. Throws STEP_INVALID, naming those there are. */
  async switchTo(tab: number, action: string): Promise<void> {
    const found = this.#tabs.get(tab);
    if (!found)
      throw new CodeloopError('STEP_INVALID', {
        action,
        problem: `there is no tab ${tab}`,
        allowed: [...this.#tabs.keys()],
      });
    // Its size and look may have been set for another tab.
    this.#session.activate(found);
    const { viewport } = this.#session;
    const size = found.page.viewportSize();
    if (size?.width !== viewport.width || size.height !== viewport.height) {
      await this.#session.resize(viewport);
      this.keepActive();
    }
    await found.page.bringToFront();
  }

  /** Closes a tab, the active one without a number; the one opened before it becomes active. Throws STEP_INVALID for the last one. */
  async close(tab: number | undefined, action: string): Promise<number> {
    const number = tab ?? this.active;
    const found = this.#tabs.get(number);
    if (!found || this.#tabs.size === 1)
      throw new CodeloopError('STEP_INVALID', {
        action,
        problem: found ? 'it is the only tab' : `there is no tab ${number}`,
        allowed: found ? [] : [...this.#tabs.keys()],
      });
    const active = this.active;
    await found.page.close();
    this.#tabs.delete(number);
    if (number === active) await this.switchTo(Math.max(...this.#tabs.keys()), action);
    return number;
  }

  /** Number of the active tab. */
  get active(): number {
    return [...this.#tabs].find(([, { page }]) => page === this.#session.page)?.[0] ?? 1;
  }

  /** The active tab was given another size or look. */
  keepActive(): void {
    this.#tabs.set(this.active, this.#session.active);
  }

  /** All of them; addresses are untrusted. */
  list(): { tab: number; url: string; active: boolean }[] {
    return [...this.#tabs].map(([tab, { page }]) => ({ tab, url: page.url(), active: page === this.#session.page }));
  }

  /** Waits for tabs that a step opened and that are not there yet: on a busy machine they come after all that the step led to. */
  async arrived(): Promise<void> {
    const until = performance.now() + ARRIVE_MS;
    while (this.#announced > 0 && performance.now() < until) await sleep(LOOK_MS);
    this.#announced = 0;
  }

  /** Tabs that opened by themselves since the last call. */
  drainOpened(): NonNullable<StepResult['opened_tabs']> {
    const opened = this.#opened.splice(0);
    return opened.flatMap((tab) => {
      const page = this.#tabs.get(tab)?.page;
      return page ? [{ tab, url: page.url() }] : [];
    });
  }

  #add(page: Page): Promise<number> {
    const adding = this.#session.watch(page).then(async (tab) => {
      await this.#guard.arm(tab);
      return this.#keep(tab);
    });
    this.#known.set(page, adding);
    return adding;
  }

  #keep(tab: Tab): number {
    const number = ++this.#last;
    this.#tabs.set(number, tab);
    this.#listen(tab);
    tab.page.once('close', () => {
      this.#tabs.delete(number);
      this.#known.delete(tab.page);
      const next = [...this.#tabs.values()].at(-1);
      // A tab that closed itself leaves the one before it.
      if (this.#session.page === tab.page && next) this.#session.activate(next);
    });
    return number;
  }

  #listen({ protocol }: Tab): void {
    protocol?.on('Page.windowOpen', () => {
      this.#announced += 1;
    });
    protocol?.send('Page.enable').catch(() => undefined); // A tab that is gone opens nothing.
  }
}
