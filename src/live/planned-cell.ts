import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { nearestName, slug } from '../core/ids.js';
import type { Viewport } from '../core/vocabulary/geometry.js';
import type { ExpectedCell, RunManifest } from '../core/vocabulary/run.js';
import type { Environment } from '../core/vocabulary/screenshot.js';
import type { Project } from '../project/project.js';

/** Returns the environment of a screen's pictures: the browser, or for a desktop app's window the display. */
export function cellEnvironment(manifest: RunManifest, { app }: ScreenConfig): Environment | undefined {
  const { environment, native_environment: native = environment } = manifest;
  return app === undefined ? environment : native;
}

/** All that the pictures of a run depend on: the browser first, then the display of desktop apps where there are pages too. */
export function runEnvironments({ environment, native_environment: native }: RunManifest): Environment[] {
  return [environment, native].filter((one) => one !== undefined);
}

/** One screen at one viewport that is to be looked at. */
export interface PlannedCell {
  screen: ScreenConfig;
  viewportName: string;
  viewport: Viewport;
  /** Absolute address; `app:<name>` of a desktop app. */
  url: string;
  /** Base name of its artefacts. */
  name: string;
}

/** A filter of a plan; names are matched as slugs. */
export interface PlanFilter {
  screens?: readonly string[] | undefined;
  viewports?: readonly string[] | undefined;
  /** Pages of the browser (`web`) or windows of desktop apps (`native`) only. Default `auto`: both. */
  platform?: Platform | undefined;
}

type Platform = 'auto' | 'web' | 'native';

/**
 * Every configured screen x viewport, screens first, in the order of the configuration.
 * `base` is the app's address; screens with a path need it. Throws SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND, CONFIG_INVALID.
 */
export function planCells(
  project: Project,
  screens: readonly ScreenConfig[],
  base: string | undefined,
  filter: PlanFilter = {},
): PlannedCell[] {
  const named = filter.screens === undefined ? screens : filter.screens.map((name) => findScreen(screens, name));
  const chosen = named.filter((screen) => isOn(filter.platform ?? 'auto', screen));
  const names =
    filter.viewports === undefined
      ? Object.keys(project.config.viewports)
      : filter.viewports.map((name) => findViewport(project, name));
  return chosen.flatMap((screen) =>
    names
      .filter((name) => viewportsOf(project, screen).includes(name))
      .flatMap((name) => {
        const viewport = project.config.viewports[name];
        return viewport === undefined
          ? []
          : [
              {
                screen,
                viewportName: name,
                viewport,
                url: screenUrl(screen, base, project),
                name: `${slug(screen.name)}.${slug(name)}`,
              },
            ];
      }),
  );
}

/**
 * Names of the viewports that a screen is looked at: those it names, else all; a desktop app's window has a size of its own whatever the
 * display, so that one is enough, the widest.
 */
export function viewportsOf({ config }: Project, { viewports, app }: ScreenConfig): readonly string[] {
  if (viewports !== undefined) return viewports;
  const all = Object.entries(config.viewports);
  const wanted = app === undefined ? all : all.sort(([, a], [, b]) => b.width - a.width).slice(0, 1);
  return wanted.map(([name]) => name);
}

/** True when a screen is looked at on a platform. */
export function isOn(platform: Platform, { app }: ScreenConfig): boolean {
  return platform === 'auto' || (platform === 'native') === (app !== undefined);
}

/** Returns what a gate expects of a planned cell. */
export function expectedCell({ screen, viewportName, viewport, url }: PlannedCell): ExpectedCell {
  return {
    screen: screen.name,
    viewport: viewportName,
    url,
    width: Math.round(viewport.width * viewport.device_scale_factor),
    ...(screen.app === undefined ? {} : { app: screen.app }),
  };
}

/** The configured screen of that name. Throws SCREEN_NOT_FOUND with the nearest name. */
export function findScreen(screens: readonly ScreenConfig[], name: string): ScreenConfig {
  const found = screens.find((screen) => slug(screen.name) === slug(name));
  if (found) return found;
  const allowed = screens.map((screen) => screen.name);
  const nearest = nearestName(name, allowed);
  throw new CodeloopError('SCREEN_NOT_FOUND', { screen: name, allowed, ...(nearest ? { nearest } : {}) });
}

/** The configured viewport of that name, as the configuration spells it. Throws VIEWPORT_NOT_FOUND with the nearest name. */
export function findViewport(project: Project, name: string): string {
  const allowed = Object.keys(project.config.viewports);
  const found = allowed.find((known) => slug(known) === slug(name));
  if (found !== undefined) return found;
  const nearest = nearestName(name, allowed);
  throw new CodeloopError('VIEWPORT_NOT_FOUND', { viewport: name, allowed, ...(nearest ? { nearest } : {}) });
}

/**
 * The address of a screen; of a desktop app `app:<name>`. Throws CONFIG_INVALID when it has a path and the app has no address, or names an
 * app that is not configured.
 */
export function screenUrl(screen: ScreenConfig, base: string | undefined, { config }: Project): string {
  if (screen.url !== undefined) return screen.url;
  if (screen.app !== undefined) return appUrl(screen, screen.app, Object.keys(config.native.apps));
  if (base === undefined) {
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: `the screen "${screen.name}" has a path, and no server is configured`,
      hint: 'Set server.command (and server.url), or server.static for a folder of finished HTML, or give the screen a url.',
    });
  }
  return new URL((screen.path ?? '').replace(/^\/+/, ''), base).href;
}

function appUrl({ name }: ScreenConfig, app: string, allowed: readonly string[]): string {
  if (allowed.includes(app)) return `app:${app}`;
  throw new CodeloopError('CONFIG_INVALID', {
    file: '.codeloop/config.json',
    problem: `the screen "${name}" is of the app "${app}", which native.apps does not have`,
    hint: allowed.length === 0 ? 'Add it to native.apps with its command.' : `It has ${allowed.join(', ')}.`,
  });
}
