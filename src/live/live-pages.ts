import { randomBytes } from 'node:crypto';
import type { CaptureDriver, Target } from '../capture/capture.js';
import type { Config, ScreenConfig } from '../config/schema.js';
import type { Clock } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import type { Lanes } from '../core/lanes.js';
import { Viewport } from '../core/vocabulary/geometry.js';
import type { AppServer } from '../project/app-server.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { LivePage } from './live-page.js';
import { findScreen, findViewport, screenUrl } from './planned-cell.js';
import { keepAppOutput, projectRedactor, typedSecrets } from './redactor.js';
import type { RunningApps } from './running-apps.js';

/** The project's own origins. An address that came as an argument adds none: only the configuration widens what is reached. */
export function allowedOrigins(project: Project, app: AppServer | undefined): string[] {
  const { screens = [], server, network } = project.config;
  const own = [app?.url, server.url, ...screens.map((screen) => screen.url)].filter((url) => url !== undefined);
  return [...new Set([...own.map((url) => new URL(url).origin), ...network.allowed_origins])].sort();
}

/** Returns the access of a page to the app: `credentials` for the browser, and the address with the query that it asks for. */
export function accessTo(
  url: string,
  app: Pick<AppServer, 'url' | 'access'> | undefined,
): { address: string; credentials?: { origin: string; username: string; password: string } } {
  const { credentials, query } = app?.access ?? {};
  const origin = app && new URL(app.url).origin;
  if (origin === undefined || !URL.canParse(url) || new URL(url).origin !== origin) return { address: url };
  const address = new URL(url);
  if (query !== undefined && address.search === '') address.search = query;
  return { address: address.href, ...(credentials ? { credentials: { origin, ...credentials } } : {}) };
}

/** Name and settings of a configured viewport, or of `WxH`. Throws VIEWPORT_NOT_FOUND. */
export function pageViewport(project: Project, asked: string | undefined): [string, Viewport] {
  const size = /^(\d{2,4})x(\d{2,4})$/.exec(asked ?? '');
  if (asked !== undefined && size) {
    const parsed = Viewport.safeParse({ width: Number(size[1]), height: Number(size[2]) });
    if (parsed.success) return [asked, parsed.data];
  }
  const { viewports } = project.config;
  const name =
    asked !== undefined
      ? findViewport(project, asked)
      : 'desktop' in viewports
        ? 'desktop'
        : (Object.keys(viewports).at(-1) ?? 'desktop');
  return [name, viewports[name] ?? Viewport.parse({ width: 1440, height: 900 })];
}

/** True when the address is a path of the app, or lies on its origin. */
export function needsApp(project: Project, url: string | undefined, screen: ScreenConfig | undefined): boolean {
  const address = screen ? screen.url : url;
  if (address === undefined || !URL.canParse(address)) return true;
  const own = project.config.server.url;
  return own !== undefined && new URL(own).origin === new URL(address).origin;
}

/** An address as it is, a path joined to the app's. Throws CONFIG_INVALID without an app. */
export function absoluteUrl(url: string, base: string | undefined): string {
  if (URL.canParse(url)) return url;
  if (base !== undefined) return new URL(url, base).href;
  throw new CodeloopError('CONFIG_INVALID', {
    file: '.codeloop/config.json',
    problem: `${JSON.stringify(url)} is a path, and no server is configured`,
    hint: 'Give a whole address, or set server.command (and server.url) or server.static.',
  });
}

/** A page to open. Exactly one of `url` (absolute, or a path of the app), `screen` and `app` (a native one). */
interface LivePageRequest {
  project: Project;
  url?: string | undefined;
  screen?: string | undefined;
  app?: string | undefined;
  /** Name of a configured viewport, or `WxH`; default `desktop`, else the last configured one. */
  viewport?: string | undefined;
  signal: AbortSignal;
}

/**
 * Returns the target of a live page, starting the app's server where needed. Throws SCREEN_NOT_FOUND, CONFIG_INVALID, APP_NOT_READY,
 * CANCELLED.
 */
async function liveTarget(
  { project, url, screen: name, app, signal }: LivePageRequest,
  apps: RunningApps,
): Promise<{ target: Target; app: AppServer | undefined }> {
  const screen = name === undefined ? undefined : findScreen(await projectScreens(project), name);
  const native = app ?? screen?.app;
  if (native !== undefined) return { target: { kind: 'app', app: native }, app: undefined };
  const server = needsApp(project, url, screen)
    ? await apps.get(project, (await watchCode(project)).state.tree, signal)
    : undefined;
  const address = screen ? screenUrl(screen, server?.url, project) : absoluteUrl(url ?? '/', server?.url);
  return { target: { kind: 'url', url: address }, app: server };
}

/** Milliseconds an unused page is kept. */
const IDLE_MS = 10 * 60_000;
/** Pages kept at most; opening one more closes the one unused for longest. */
const MAX_PAGES = 8;

/** The parts of a session that live pages need. */
interface LiveHost {
  readonly clock: Clock;
  readonly lanes: Lanes;
  readonly apps: RunningApps;
  browser(config: Config): Promise<CaptureDriver>;
  native(project: Project): Promise<CaptureDriver>;
}

interface Kept {
  page: LivePage;
  usedMs: number;
  idle: NodeJS.Timeout | undefined;
}

/** The pages and windows that stay open between the calls of one process. */
export class LivePages {
  readonly #session: LiveHost;
  readonly #kept = new Map<string, Kept>();

  constructor(session: LiveHost) {
    this.#session = session;
  }

  /**
   * Opens a page or window; the project's app is started when its address is needed. It stays until it is closed, idle for ten
   * minutes, or the session ends. Throws SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND,
   * ORIGIN_BLOCKED, NAVIGATION_FAILED, APP_NOT_READY, BROWSER_NOT_FOUND, WINDOW_NOT_FOUND, CANCELLED.
   */
  async open(request: LivePageRequest): Promise<LivePage> {
    const { project, signal } = request;
    const [viewportName, viewport] = pageViewport(project, request.viewport);
    const { target, app } = await liveTarget(request, this.#session.apps);
    const driver = await this.#driver(project, target);
    const redact = projectRedactor(project.config);
    const { address, credentials } = accessTo(target.kind === 'url' ? target.url : '', app);
    const page = new LivePage({
      id: `page-${randomBytes(3).toString('hex')}`,
      project,
      target,
      viewportName,
      viewport,
      app,
      redact,
      create: (sink) =>
        driver.create(
          {
            viewport,
            allowedOrigins: allowedOrigins(project, app),
            redact,
            live: true,
            uploadRoots: [project.dir],
            secrets: typedSecrets(project.config),
            ...(credentials ? { credentials } : {}),
          },
          sink,
        ),
    });
    try {
      await page.capture.open(target.kind === 'url' ? { ...target, url: address } : target, signal);
    } catch (error) {
      await page.close();
      throw error;
    }
    await this.#makeRoom();
    const kept: Kept = { page, usedMs: Date.now(), idle: undefined };
    this.#kept.set(page.id, kept);
    this.#touch(kept);
    return page;
  }

  /**
   * The page that a call means: a new one for `url` or `app`, else as `find`; with `openByDefault` the app's start page when none is
   * live. Throws as `open` and `find`.
   */
  async pick(asked: {
    project: Project;
    pageId?: string | undefined;
    url?: string | undefined;
    app?: string | undefined;
    viewport?: string | undefined;
    openByDefault?: boolean;
    signal: AbortSignal;
  }): Promise<LivePage> {
    const { project, pageId, url, app, viewport, signal } = asked;
    if (url !== undefined || app !== undefined) return this.open({ project, url, app, viewport, signal });
    if (pageId === undefined && asked.openByDefault && this.list(project).length === 0)
      return this.open({ project, url: '/', viewport, signal });
    return this.find(project, pageId);
  }

  /** The page of that id, or the project's only one, or the only one that is recorded. Throws PAGE_NOT_FOUND, naming those there are. */
  find(project: Project, id?: string): LivePage {
    const own = this.list(project);
    const allowed = own.map((page) => page.id);
    if (id !== undefined) {
      const found = own.find((page) => page.id === id);
      if (found) return found;
      throw new CodeloopError('PAGE_NOT_FOUND', {
        page: id,
        allowed,
        reason: 'closed, idle for too long, or never there',
      });
    }
    const [only, ...more] = own;
    if (only && more.length === 0) return only;
    // Who records a page means it.
    const [recorded, ...others] = own.filter((page) => page.recordingId !== undefined);
    if (recorded && others.length === 0) return recorded;
    throw new CodeloopError('PAGE_NOT_FOUND', {
      page: 'to take by default',
      allowed,
      reason: only ? 'there are several' : 'none is open',
    });
  }

  /** The project's live pages, oldest first. */
  list(project: Project): LivePage[] {
    return [...this.#kept.values()]
      .map(({ page }) => page)
      .filter((page) => page.project.dir === project.dir && !page.closed);
  }

  /**
   * Runs `work` in the page's lane, signed on to the run of the present code state, into which all that the page stores goes meanwhile.
   * With `runId` it goes into that run. Throws what `work` throws, and as `whichRun`.
   */
  use<T>(
    page: LivePage,
    tool: string,
    signal: AbortSignal,
    work: (run: Run) => Promise<T>,
    runId?: string,
  ): Promise<T> {
    return this.#session.lanes.run(
      `page:${page.id}`,
      async () => {
        const kept = this.#kept.get(page.id);
        if (kept) this.#touch(kept);
        const run = await this.runFor(page.project, page.target, tool, runId);
        try {
          return await page.storingInto(run, () => work(run));
        } finally {
          await keepAppOutput(run, this.#session.apps.drainOutput(page.project), page.project);
          await run.end();
          if (kept) this.#touch(kept);
        }
      },
      { signal },
    );
  }

  /** The run of the present code state (or the one named) for what is taken of a target, signed on; the caller must `end` it. */
  async runFor(project: Project, target: Target, tool: string, runId?: string): Promise<Run> {
    if (runId !== undefined) {
      const run = await Run.open(project.dir, runId, { tool, clock: this.#session.clock });
      await run.begin();
      return run;
    }
    const watch = await watchCode(project);
    // A desktop's pictures do not depend on the browser: they join the run whatever environment it has.
    const environment = target.kind === 'url' ? await (await this.#driver(project, target)).environment() : undefined;
    return whichRun(project.dir, {
      rule: 'writable',
      tool,
      current: watch.state,
      environment,
      clock: this.#session.clock,
    });
  }

  /** Closes a page; nothing when it is gone. */
  async close(id: string): Promise<void> {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    clearTimeout(kept.idle);
    await kept.page.close();
  }

  /** Closes every page. */
  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#kept.keys()].map((id) => this.close(id)));
  }

  #driver(project: Project, target: Target): Promise<CaptureDriver> {
    return target.kind === 'url' ? this.#session.browser(project.config) : this.#session.native(project);
  }

  async #makeRoom(): Promise<void> {
    if (this.#kept.size < MAX_PAGES) return;
    const unused = [...this.#kept.values()].filter(({ page }) => page.recordingId === undefined);
    const oldest = unused.sort((a, b) => a.usedMs - b.usedMs)[0];
    if (oldest) await this.close(oldest.page.id);
  }

  #touch(kept: Kept): void {
    kept.usedMs = Date.now();
    this.#session.apps.keepWarm(kept.page.project);
    clearTimeout(kept.idle);
    kept.idle = setTimeout(() => {
      // A recording ends by its own limit; its page goes with the next idle time.
      if (kept.page.recordingId !== undefined) this.#touch(kept);
      else void this.close(kept.page.id);
    }, IDLE_MS).unref();
  }
}
