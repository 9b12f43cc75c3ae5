import type { Mask } from '../config/place-settings.js';
import { ScreenConfig } from '../config/schema.js';
import { isoTime } from '../core/clock.js';
import { canonicalJson } from '../core/digest.js';
import { CodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import type { Cell } from '../core/vocabulary/run.js';
import { findReferences, type ReferenceSet } from '../design/references.js';
import type { LivePage } from '../live/live-page.js';
import { type PlannedCell, planCells, screenUrl, viewportsOf } from '../live/planned-cell.js';
import { keepAppOutput } from '../live/redactor.js';
import type { Session } from '../live/session.js';
import { type CodeWatch, watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { hasOnlyApps, projectScreens } from '../project/screens.js';
import type { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { type CaptureOverrides, fullPage, gather } from './gather.js';
import type { Verification } from './verification.js';

interface CaptureScreensRequest {
  project: Project;
  session: Session;
  tool: string;
  screenName: string;
  url?: string | undefined;
  viewports?: readonly string[] | undefined;
  colorScheme?: 'light' | 'dark' | 'no-preference' | undefined;
  overrides: CaptureOverrides;
  signal: AbortSignal;
  onCell?: (cell: Cell, done: number, total: number) => void;
}

export interface CapturedScreens {
  runId: string;
  cells: Cell[];
}

/** A picture with overridden settings is compared with no design. */
const NO_REFERENCES: ReferenceSet = { references: [], unmatched: [] };

/**
 * Photographs one screen at the viewports asked for, into the run of the present code state. What overrides the
 * configuration, or is not configured, makes the captures ad hoc. Throws SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND, APP_NOT_READY,
 * BROWSER_NOT_FOUND, ORIGIN_BLOCKED.
 */
export async function captureScreens(request: CaptureScreensRequest): Promise<CapturedScreens> {
  const { project, session, signal } = request;
  const screens = await projectScreens(project);
  const configured = screens.find((screen) => slug(screen.name) === slug(request.screenName));
  const screen = request.url === undefined ? configured : withUrl(request, configured);
  if (!screen) throw unknownScreen(request.screenName, screens);
  const watch = await watchCode(project);
  const app =
    screen.app === undefined && (request.url === undefined || isOwnAddress(project, request.url))
      ? await session.apps.get(project, watch.state.tree, signal)
      : undefined;
  const target = {
    ...project,
    config: request.colorScheme === undefined ? project.config : withColorScheme(project, request.colorScheme),
  };
  const cells = planCells(target, [screen], app?.url, { viewports: request.viewports });
  if (cells.length === 0)
    throw new CodeloopError('VIEWPORT_NOT_FOUND', {
      viewport: `${(request.viewports ?? []).join(', ')} of the screen "${screen.name}"`,
      allowed: viewportsOf(target, screen),
    });
  const found = await findReferences(
    project.dir,
    project.config,
    screens.map((one) => one.name),
  );
  const { reasons, overrides } = whatOverrides(request, { configured, base: app?.url, cells, references: found });
  const references = reasons.length > 0 ? NO_REFERENCES : found;
  const run = await openRunFor(request, screen, watch);
  const work: Verification = { project: target, session, run, watch, signal, screens, references };
  try {
    const captured = await gather({
      ...work,
      cells,
      app,
      overrides,
      adHocReasons: reasons,
      onCell: (cell, done) => request.onCell?.(cell, done, cells.length),
    });
    await keepAppOutput(run, session.apps.drainOutput(project), project);
    return { runId: run.id, cells: captured };
  } finally {
    await run.end();
  }
}

async function openRunFor(request: CaptureScreensRequest, screen: ScreenConfig, watch: CodeWatch): Promise<Run> {
  const { project, session } = request;
  const driver = await (screen.app !== undefined && hasOnlyApps(project)
    ? session.native(project)
    : session.browser(project.config));
  return whichRun(project.dir, {
    rule: 'writable',
    tool: request.tool,
    current: watch.state,
    environment: await driver.environment(),
    clock: session.clock,
  });
}

/** What the arguments are held against: the configuration of the screen, and what it makes of these cells. */
interface Configured {
  configured: ScreenConfig | undefined;
  base: string | undefined;
  cells: readonly PlannedCell[];
  references: ReferenceSet;
}

/**
 * The overrides among the arguments, and why they make a capture that does not count for a gate. An argument that says what the
 * configuration says is none. Pure.
 */
export function whatOverrides(
  request: Pick<CaptureScreensRequest, 'project' | 'url' | 'colorScheme' | 'overrides'>,
  { configured, base, cells, references }: Configured,
): { reasons: string[]; overrides: CaptureOverrides } {
  const { project, url, colorScheme, overrides } = request;
  const known = configured !== undefined && (base !== undefined || configured.url !== undefined);
  const address = known ? screenUrl(configured, base, project) : undefined;
  const sameUrl = url === undefined || (address !== undefined && new URL(address).href === new URL(url).href);
  const samePage = cells.every((cell) => fullPage(project, references, cell) === overrides.fullPage);
  const own = new Set((configured ? [...configured.mask, ...configured.ignore_regions] : []).map(canonicalJson));
  const masks = (overrides.mask ?? []).filter((mask) => !own.has(canonicalJson(mask)));
  // The cells have the scheme that was asked for; the configuration says which one they would have.
  const sameScheme = cells.every(
    ({ viewportName }) => project.config.viewports[viewportName]?.color_scheme === colorScheme,
  );
  const left: CaptureOverrides = {
    ...(overrides.selector === undefined ? {} : { selector: overrides.selector }),
    ...(overrides.fullPage === undefined || samePage ? {} : { fullPage: overrides.fullPage }),
    ...(masks.length === 0 ? {} : { mask: masks }),
  };
  const reasons = [
    ...(configured ? [] : ['the screen is not configured']),
    ...(sameUrl ? [] : ['url']),
    ...(left.selector === undefined ? [] : ['selector']),
    ...(left.fullPage === undefined ? [] : ['full_page']),
    ...(left.mask === undefined ? [] : ['mask']),
    ...(colorScheme === undefined || sameScheme ? [] : ['color_scheme']),
  ];
  return { reasons, overrides: left };
}

function withUrl(request: CaptureScreensRequest, configured: ScreenConfig | undefined): ScreenConfig {
  const {
    path: _path,
    app: _app,
    ...rest
  } = configured ?? ScreenConfig.parse({ name: request.screenName, url: request.url });
  return { ...rest, url: request.url };
}

function isOwnAddress(project: Project, url: string): boolean {
  const own = project.config.server.url;
  return own !== undefined && new URL(own).origin === new URL(url).origin;
}

function withColorScheme(project: Project, scheme: 'light' | 'dark' | 'no-preference'): Project['config'] {
  const viewports = Object.fromEntries(
    Object.entries(project.config.viewports).map(([name, viewport]) => [name, { ...viewport, color_scheme: scheme }]),
  );
  return { ...project.config, viewports };
}

function unknownScreen(name: string, screens: readonly ScreenConfig[]): CodeloopError {
  return new CodeloopError('SCREEN_NOT_FOUND', { screen: name, allowed: screens.map((screen) => screen.name) });
}

/** Exactly one of `pageId` and `app` is given. */
interface CaptureLiveRequest {
  project: Project;
  session: Session;
  tool: string;
  /** Name of the picture. */
  screenName: string;
  pageId?: string | undefined;
  /** App of `native.apps`, or the title of an open window. */
  app?: string | undefined;
  fullPage?: boolean | undefined;
  selector?: string | undefined;
  mask?: readonly Mask[] | undefined;
  signal: AbortSignal;
}

/**
 * Photographs a live page or window as it is now, ad hoc: nobody can say which state it is in. An app that is not open yet is opened for
 * it and closed again. Throws PAGE_NOT_FOUND, and as `LivePages.open` and `Capture.screenshot`.
 */
export async function captureLive(request: CaptureLiveRequest): Promise<CapturedScreens> {
  const { project, session, signal } = request;
  const open = openPage(request);
  const page = open ?? (await session.pages.open({ project, app: request.app, signal }));
  try {
    return await session.pages.use(page, request.tool, signal, async (run) => {
      const { state } = await watchCode(project);
      const screenshot = await page.capture.screenshot(
        {
          name: `${slug(request.screenName)}.${slug(page.viewportName)}`,
          fullPage: request.fullPage ?? false,
          ...(request.selector === undefined ? {} : { selector: request.selector }),
          masks: request.mask ?? [],
          settleTimeoutMs: project.config.capture.settle_timeout_ms,
        },
        signal,
      );
      const cell = await run.appendCell({
        screen: request.screenName,
        viewport: page.viewportName,
        captured_at: isoTime(session.clock),
        ad_hoc: true,
        ad_hoc_reasons: [request.app === undefined ? 'page_id' : 'app_name'],
        tree: state.tree,
        screenshot,
      });
      return { runId: run.id, cells: [cell] };
    });
  } finally {
    if (!open) await session.pages.close(page.id);
  }
}

function openPage({ project, session, pageId, app }: CaptureLiveRequest): LivePage | undefined {
  if (app === undefined) return session.pages.find(project, pageId);
  return session.pages.list(project).find(({ target }) => target.kind === 'app' && target.app === app);
}
