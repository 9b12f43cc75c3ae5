import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { Viewport } from '../core/vocabulary/geometry.js';
import type { AppServer } from '../project/app-server.js';
import type { Project } from '../project/project.js';
import { findViewport } from './planned-cell.js';

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
