import { ScreenConfig } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import type { Cell } from '../core/vocabulary/run.js';
import { findReferences, type ReferenceSet } from '../design/references.js';
import { planCells, screenUrl, viewportsOf } from '../live/planned-cell.js';
import { keepAppOutput } from '../live/redactor.js';
import type { Session } from '../live/session.js';
import { type CodeWatch, watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { hasOnlyApps, projectScreens } from '../project/screens.js';
import type { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { type CaptureOverrides, gather } from './gather.js';
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
  const reasons = adHocReasons(request, configured, app?.url);
  const cells = planCells(target, [screen], app?.url, { viewports: request.viewports });
  if (cells.length === 0)
    throw new CodeloopError('VIEWPORT_NOT_FOUND', {
      viewport: `${(request.viewports ?? []).join(', ')} of the screen "${screen.name}"`,
      allowed: viewportsOf(target, screen),
    });
  const references =
    reasons.length > 0
      ? NO_REFERENCES
      : await findReferences(
          project.dir,
          project.config,
          screens.map((one) => one.name),
        );
  const run = await openRunFor(request, screen, watch);
  const work: Verification = { project: target, session, run, watch, signal, screens, references };
  try {
    const captured = await gather({
      ...work,
      cells,
      app,
      overrides: request.overrides,
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

/** Why a capture does not count for a gate: every argument that overrides the configuration. */
function adHocReasons(
  request: CaptureScreensRequest,
  configured: ScreenConfig | undefined,
  base: string | undefined,
): string[] {
  const { overrides } = request;
  const sameUrl =
    request.url === undefined ||
    (configured !== undefined && base !== undefined && screenUrl(configured, base, request.project) === request.url);
  return [
    ...(configured ? [] : ['the screen is not configured']),
    ...(sameUrl ? [] : ['url']),
    ...(overrides.selector === undefined ? [] : ['selector']),
    ...(overrides.fullPage === undefined ? [] : ['full_page']),
    ...(overrides.mask === undefined || overrides.mask.length === 0 ? [] : ['mask']),
    ...(request.colorScheme === undefined ? [] : ['color_scheme']),
  ];
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
